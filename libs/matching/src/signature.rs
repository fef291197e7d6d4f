//! Contacts that stand only in the text of a message: its signature's name, its numbers and
//! addresses.

use crate::{
    email::{self, Email},
    phone::{self, Hint, Phone},
};

/// Most text that is read; a signature stands near the end of a message.
const TEXT_MAX: usize = 20_000;
/// Most numbers and most addresses that are taken from one text.
const CONTACTS_MAX: usize = 4;
/// Fewest digits of a number in running text, where anything may stand: dates, sums, orders.
const DIGITS_MIN: usize = 9;
/// Fewest digits behind a word that announces a number.
const LABELLED_DIGITS_MIN: usize = 7;
/// Most letters of a line that can be a name.
const NAME_MAX: usize = 60;

/// Closing words of a letter; the sender's name follows.
const CLOSINGS: &[&str] = &[
    "с уважением",
    "с наилучшими",
    "всего доброго",
    "з повагою",
    "з найкращими",
    "kind regards",
    "best regards",
    "warm regards",
    "regards",
    "best wishes",
    "yours sincerely",
    "sincerely",
    "yours faithfully",
    "thanks",
    "many thanks",
    "üdvözlettel",
    "tisztelettel",
    "köszönettel",
    "ar cieņu",
    "ar cienu",
    "paldies",
    "mit freundlichen grüßen",
];

/// Words that announce a telephone number.
const LABELS: &[&str] = &[
    "тел",
    "моб",
    "phone",
    "tel",
    "mobile",
    "mob",
    "cell",
    "call",
    "tālr",
    "talr",
    "mobil",
    "m:",
    "t:",
    "p:",
    "whatsapp",
    "viber",
    "telegram",
    "звон",
    "дзвон",
];

/// What a message's text shows of its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// The name below the closing words, as written.
    pub name: Option<String>,
    /// Numbers, in order, each once.
    pub phones: Vec<Phone>,
    /// Addresses, in order, each once.
    pub emails: Vec<Email>,
}

/// Reads the sender's contacts from the text of a message, without what it quotes.
pub fn contacts(text: &str, hint: Hint<'_>) -> Contacts {
    let mut found = Contacts::default();
    let mut closed = false;
    for line in own_lines(text) {
        if closed && found.name.is_none() {
            found.name = name_line(line);
        }
        closed = closed || is_closing(line);
        if found.phones.len() < CONTACTS_MAX {
            for phone in phones(line, hint) {
                if !phone.junk && !found.phones.contains(&phone) {
                    found.phones.push(phone);
                }
            }
        }
        for word in line.split_whitespace().filter(|word| word.contains('@')) {
            if let Ok(email) = email::canonical(word)
                && found.emails.len() < CONTACTS_MAX
                && !found.emails.contains(&email)
            {
                found.emails.push(email);
            }
        }
    }
    found
}

/// Lines that the sender wrote: those of the message that is answered begin with `>`.
fn own_lines(text: &str) -> impl Iterator<Item = &str> {
    let end = text.floor_char_boundary(TEXT_MAX);
    text.get(..end)
        .unwrap_or("")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('>'))
}

fn is_closing(line: &str) -> bool {
    let lower = line.to_lowercase();
    let bare = lower.trim_end_matches([',', '.', '!', ' ']);
    CLOSINGS.iter().any(|closing| {
        bare.strip_prefix(closing)
            .is_some_and(|rest| rest.chars().count() <= 12)
    })
}

fn name_line(line: &str) -> Option<String> {
    let words = line.split_whitespace().count();
    let plain = |c: char| c.is_alphabetic() || c.is_whitespace() || ".,'’-".contains(c);
    let fits = (1..=5).contains(&words) && line.chars().count() <= NAME_MAX;
    (fits && line.chars().all(plain)).then(|| line.to_owned())
}

fn phones(line: &str, hint: Hint<'_>) -> Vec<Phone> {
    let lower = line.to_lowercase();
    let labelled = LABELS.iter().any(|label| lower.contains(label));
    let least = if labelled {
        LABELLED_DIGITS_MIN
    } else {
        DIGITS_MIN
    };
    runs(line)
        .into_iter()
        .filter(|run| run.bytes().filter(u8::is_ascii_digit).count() >= least)
        .filter_map(|run| phone::e164(run, hint).ok())
        .filter(|phone| phone.valid || labelled)
        .collect()
}

/// The stretches of a line that are made of digits and of what stands between them, each with
/// the text behind it that may announce an extension.
fn runs(line: &str) -> Vec<&str> {
    const EXTENSION_ROOM: usize = 16;
    let inside = |c: char| c.is_ascii_digit() || "+()-./ \u{a0}‑–".contains(c);
    let mut runs = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c == '+' || c == '(') {
        let tail = rest.get(start..).unwrap_or("");
        let length = tail.find(|c: char| !inside(c)).unwrap_or(tail.len()).max(1);
        let digits = tail
            .get(..length)
            .unwrap_or("")
            .bytes()
            .filter(u8::is_ascii_digit)
            .count();
        let end = if digits >= LABELLED_DIGITS_MIN {
            tail.ceil_char_boundary((length + EXTENSION_ROOM).min(tail.len()))
        } else {
            length
        };
        runs.push(tail.get(..end).unwrap_or(tail));
        rest = tail.get(end..).unwrap_or("");
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, locale: &str) -> Contacts {
        contacts(
            text,
            Hint {
                country: None,
                locale: Some(locale),
            },
        )
    }

    #[test]
    fn a_signature_gives_name_and_number() {
        for (text, locale, name, number) in [
            (
                "Please call.\n\nKind regards,\nNora Field\nPhone: 07500 955142",
                "en",
                "Nora Field",
                "+447500955142",
            ),
            (
                "Перезвоните\n\nС уважением,\nОльга\nтел. 8 912 555-01-42",
                "ru",
                "Ольга",
                "+79125550142",
            ),
            (
                "Добрий день\nЗ повагою,\nОльга Коваль\nтел. 067-555-01-42",
                "uk",
                "Ольга Коваль",
                "+380675550142",
            ),
            (
                "Üdvözlettel,\nNagy Éva\nTel.: 06 30 555 0142",
                "hu",
                "Nagy Éva",
                "+36305550142",
            ),
            (
                "Ar cieņu,\nEva Bērziņa\ntālr. 26 555 142",
                "lv",
                "Eva Bērziņa",
                "+37126555142",
            ),
        ] {
            let found = read(text, locale);
            assert_eq!(found.name.as_deref(), Some(name), "{text}");
            let numbers: Vec<&str> = found
                .phones
                .iter()
                .map(|phone| phone.e164.as_str())
                .collect();
            assert_eq!(numbers, [number], "{text}");
        }
    }

    #[test]
    fn an_extension_in_the_text_is_kept() {
        let found = read("Regards,\nNora\nTel. +371 67 555 142 ext. 78 or mail", "en");
        assert_eq!(found.phones.first().unwrap().key(), "+37167555142;ext=78");
    }

    #[test]
    fn sums_dates_and_quoted_lines_give_nothing() {
        let text = "Order 2026-01-15, 1500.00 EUR, 12 pcs\n> Regards,\n> Nora\n> +371 26555142";
        assert_eq!(read(text, "lv"), Contacts::default());
    }

    #[test]
    fn addresses_are_read() {
        let found = read("write to <Nora@Field.eu>, thanks", "en");
        assert_eq!(found.emails.first().unwrap().canonical, "nora@field.eu");
    }
}
