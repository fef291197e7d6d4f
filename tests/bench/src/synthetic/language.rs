//! What a population's five languages are made of: short lists, and syllables for what is rare.

use std::sync::OnceLock;

use serde::Deserialize;

const LANGUAGES: &str = include_str!("languages.json");

/// A given name and a short form of it.
pub(super) type Given = (&'static str, &'static str);

type Words = Vec<&'static str>;

/// How the numbers of a country are written.
#[derive(Debug, Deserialize)]
pub(super) struct Numbers {
    pub(super) code: &'static str,
    pub(super) trunk: &'static str,
    /// Beginnings of mobiles, before seven digits.
    pub(super) mobiles: Words,
    /// Beginnings of lines.
    pub(super) lines: Words,
    /// How many digits follow the beginning of a line.
    pub(super) line_digits: usize,
}

#[derive(Debug, Deserialize)]
pub(super) struct Language {
    pub(super) locale: &'static str,
    pub(super) country: &'static str,
    /// What its domains end with.
    pub(super) top: &'static str,
    pub(super) numbers: Numbers,
    pub(super) men: Vec<Given>,
    pub(super) women: Vec<Given>,
    pub(super) families: Words,
    /// Beginnings, middles and ends of rare family names, around vowels.
    pub(super) starts: Words,
    pub(super) middles: Words,
    pub(super) ends: Words,
    pub(super) vowels: Words,
    pub(super) cities: Words,
    pub(super) trades: Words,
    pub(super) forms: Words,
    pub(super) providers: Words,
    pub(super) messages: Words,
}

/// The language at a place of the list: Russian, English, Hungarian, Latvian, Ukrainian.
#[expect(
    clippy::expect_used,
    reason = "the lists are a part of the program, and so are the places"
)]
pub(super) fn language(place: usize) -> &'static Language {
    static ALL: OnceLock<Vec<Language>> = OnceLock::new();
    let all = ALL.get_or_init(|| serde_json::from_str(LANGUAGES).expect("the lists are JSON"));
    all.get(place).expect("a language at each place")
}

impl Language {
    /// The family name of a woman, from a man's.
    pub(super) fn womans(&self, family: &str) -> String {
        let endings: &[(&str, &str)] = match self.locale {
            "ru" => &[
                ("ский", "ская"),
                ("ов", "ова"),
                ("ев", "ева"),
                ("ёв", "ёва"),
                ("ин", "ина"),
            ],
            "uk" => &[("ський", "ська")],
            "lv" => &[
                ("iņš", "iņa"),
                ("ītis", "īte"),
                ("skis", "ska"),
                ("is", "e"),
                ("s", "a"),
            ],
            _ => &[],
        };
        let changed = endings.iter().find_map(|(from, to)| {
            let stem = family.strip_suffix(from)?;
            Some(format!("{stem}{to}"))
        });
        changed.unwrap_or_else(|| family.to_owned())
    }

    /// The father's name, in the form that follows a given name.
    pub(super) fn patronymic(&self, father: &str, woman: bool) -> Option<String> {
        let (stem, soft) = match father {
            _ if !matches!(self.locale, "ru" | "uk") => return None,
            "Михаил" | "Михайло" => ("Михайл", false),
            "Павел" => ("Павл", false),
            "Микола" => ("Микол", false),
            "Дмитро" => ("Дмитр", false),
            "Петро" => ("Петр", false),
            _ => match father.strip_suffix(['й', 'ь']) {
                Some(stem) => (stem, true),
                None => (father, false),
            },
        };
        let is_russian = self.locale == "ru";
        let ending = match (soft, woman) {
            (false, false) => "ович",
            (false, true) if is_russian => "овна",
            (false, true) => "івна",
            (true, false) if is_russian => "евич",
            (true, false) => "йович",
            (true, true) if is_russian => "евна",
            (true, true) => "ївна",
        };
        Some(format!("{stem}{ending}"))
    }
}
