//! How a person is addressed.

use super::locale::Locale;

/// Longest name, title or address line that goes into a message.
const LONGEST: usize = 200;

/// A name in its parts; any may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Name {
    pub full: String,
    pub given: String,
    pub family: String,
}

impl Name {
    /// The name in the order of the language: the family name first in Hungarian.
    pub(crate) fn addressed(&self, locale: Locale) -> String {
        let (given, family) = (one_line(&self.given), one_line(&self.family));
        if given.is_empty() || family.is_empty() {
            let full = one_line(&self.full);
            return if full.is_empty() {
                format!("{given}{family}")
            } else {
                full
            };
        }
        match locale {
            Locale::Hu => format!("{family} {given}"),
            Locale::En | Locale::Ru | Locale::Lv => format!("{given} {family}"),
        }
    }
}

/// Text without line breaks or other control characters, so that it stays inside its header.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(full: &str, given: &str, family: &str, locale: Locale, expected: &str) {
        let name = Name {
            full: full.into(),
            given: given.into(),
            family: family.into(),
        };
        assert_eq!(name.addressed(locale), expected);
    }

    #[test]
    fn hungarians_put_the_family_name_first() {
        check("Anna Nagy", "Anna", "Nagy", Locale::Hu, "Nagy Anna");
        check("Nagy Anna", "Anna", "Nagy", Locale::En, "Anna Nagy");
        check("Nagy Anna", "", "", Locale::Hu, "Nagy Anna");
        check("", "Anna", "", Locale::Hu, "Anna");
        check("", "", "", Locale::Ru, "");
    }

    #[test]
    fn names_stay_on_one_line() {
        check(
            "Eve\r\nBcc: all@example.com",
            "",
            "",
            Locale::En,
            "Eve Bcc: all@example.com",
        );
        assert_eq!(one_line("a\0b\u{85}c\u{2028}d"), "a b c d");
        assert_eq!(one_line(&"x".repeat(1_000)).len(), LONGEST);
    }
}
