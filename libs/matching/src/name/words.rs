//! The words of a name field that are names.

use crate::organisation;

/// Titles, forms of address and marks of age, folded to lower case.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "madam",
    "jr",
    "sr",
    "esq",
    "phd",
    "mba",
    "г-н",
    "г-жа",
    "гн",
    "гжа",
    "господин",
    "госпожа",
    "гражданин",
    "гражданка",
    "д-р",
    "др",
    "проф",
    "профессор",
    "пан",
    "пані",
    "п-н",
    "pan",
    "pani",
    "kungs",
    "kundze",
    "k-gs",
    "k-dze",
    "kdze",
    "kgs",
    "úr",
    "ur",
    "asszony",
    "ifj",
    "id",
    "özv",
    "ozv",
    "herr",
    "frau",
    "doktor",
    "doctor",
    "фоп",
    "ип",
    "fop",
    "спд",
];

/// What people write when they do not want to give a name.
const FILLERS: &[&str] = &[
    "test",
    "тест",
    "asd",
    "asdf",
    "qwerty",
    "йцукен",
    "none",
    "no",
    "null",
    "na",
    "name",
    "noname",
    "unknown",
    "anonymous",
    "anonym",
    "аноним",
    "анонім",
    "клиент",
    "клієнт",
    "client",
    "customer",
    "неизвестно",
    "невідомо",
    "nav",
    "nincs",
    "nezināms",
    "ismeretlen",
    "имя",
    "фио",
    "піб",
    "user",
    "admin",
    "гость",
    "guest",
    "абонент",
    "caller",
    "n/a",
];

/// Words of the raw text that are part of a person's name.
pub(super) fn of(raw: &str) -> Vec<String> {
    let lower = raw.to_lowercase();
    if lower.contains('@') || organisation::is_organisation(raw) {
        return Vec::new();
    }
    let mut words = Vec::new();
    for chunk in lower.split(is_gap).filter(|chunk| !chunk.is_empty()) {
        if TITLES.contains(&chunk) || FILLERS.contains(&chunk) {
            continue;
        }
        words.extend(chunk.split(['-', '–', '‑']).filter_map(word));
    }
    words
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || ",.;:/\\()[]{}<>\"„“”«»|_*&".contains(c)
}

/// The letters of a word. A number behind them is a handle's (`nora85`); one inside is a code.
fn word(text: &str) -> Option<String> {
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if bare
        .chars()
        .any(|c| c.is_ascii_digit() || c == '+' || c == '#')
    {
        return None;
    }
    let letters: String = bare.chars().filter(|c| c.is_alphabetic()).collect();
    (!letters.is_empty()).then_some(letters)
}
