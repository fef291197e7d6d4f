//! Names of organisations: the part that is a name, folded, and how to tell one from a person.

mod core;

use any_ascii::any_ascii;

pub use self::core::{alike, core, core_of_label, owns_domain};

use crate::name::{given, letters};

/// Legal forms in the languages of the product, folded to ASCII.
const LEGAL_FORMS: &[&str] = &[
    "ooo",
    "oao",
    "zao",
    "pao",
    "ao",
    "nko",
    "tov",
    "pp",
    "pat",
    "prat",
    "at",
    "dp",
    "llc",
    "ltd",
    "limited",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "llp",
    "lp",
    "gmbh",
    "ag",
    "ug",
    "kg",
    "sia",
    "as",
    "ps",
    "ik",
    "jsc",
    "pjsc",
    "kft",
    "zrt",
    "nyrt",
    "bt",
    "kkt",
    "rt",
    "ou",
    "uab",
    "oy",
    "ab",
    "sro",
    "spzoo",
    "sp",
    "zoo",
    "sa",
    "sarl",
    "bv",
    "nv",
];

/// A sole trader's mark: the name behind it is a person's.
const SOLE_TRADER: &[&str] = &["ip", "fop", "spd", "ev", "egyeni", "vallalkozo", "sole"];

/// Words of trade that stand in firms' names and in nobody's own.
const TRADE_WORDS: &[&str] = &[
    "group",
    "csoport",
    "invest",
    "pharm",
    "farm",
    "treid",
    "kft",
    "zrt",
    "nyrt",
    "grupp",
    "grupa",
    "gruppa",
    "holding",
    "holdings",
    "trade",
    "trading",
    "service",
    "services",
    "servis",
    "serviss",
    "szerviz",
    "solutions",
    "consulting",
    "konsalting",
    "tanacsado",
    "konsultacijas",
    "logistics",
    "logistik",
    "logistika",
    "logisztika",
    "engineering",
    "inzhiniring",
    "inzeniring",
    "construction",
    "stroj",
    "stroy",
    "buve",
    "budivelna",
    "tirdznieciba",
    "kereskedelmi",
    "partners",
    "systems",
    "technologies",
    "industries",
    "enterprises",
    "international",
    "market",
    "shop",
    "agency",
    "agentstvo",
    "kompania",
    "kompaniya",
    "firma",
    "zavod",
    "fabrika",
    "gyar",
    "bank",
];

/// An organisation's name without its legal form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Organisation {
    /// Folded words of the name, joined by a space.
    pub folded: String,
    /// The firm is one person (`ИП`, `ФОП`, `e.v.`).
    pub sole_trader: bool,
}

/// Folds an organisation's name; `None` when nothing of it is left.
pub fn fold(raw: &str) -> Option<Organisation> {
    let words = words(raw);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let sole_trader = has(SOLE_TRADER);
    let core: Vec<String> = words
        .iter()
        .filter(|word| {
            !LEGAL_FORMS.contains(&word.as_str()) && !SOLE_TRADER.contains(&word.as_str())
        })
        .map(|word| fold_word(word))
        .collect();
    (!core.is_empty()).then(|| Organisation {
        folded: core.join(" "),
        sole_trader,
    })
}

/// Whether a text that should be a person's name is an organisation's.
pub fn is_organisation(raw: &str) -> bool {
    let words = words(&core::split_camel(raw));
    let quoted = raw.trim_start().starts_with(['“', '"']) || raw.contains(['«', '„']);
    // `А. С.` folds to a legal form too: one spelled with points counts from three letters on.
    let initials = raw.contains('.') && !raw.ends_with('.');
    let legal_form = |word: &String| {
        LEGAL_FORMS.contains(&word.as_str())
            && (word.len() > 2 || !initials)
            // `Pat` is a legal form in Ukraine, and Patrick.
            && given::meanings(word).is_empty()
    };
    let edge = |word: Option<&String>| word.is_some_and(legal_form);
    let legal = words.len() > 1 && (edge(words.first()) || edge(words.last()));
    quoted
        || legal
        || words
            .iter()
            .any(|word| TRADE_WORDS.contains(&word.as_str()))
}

/// A firm's name may have digits, which a person's never has.
fn fold_word(word: &str) -> String {
    let digits = word.chars().filter(char::is_ascii_digit);
    letters::fold(word).chars().chain(digits).collect()
}

/// ASCII words in lower case; a form written with points (`L.L.P.`, `e.v.`) is one word.
fn words(raw: &str) -> Vec<String> {
    let ascii = any_ascii(raw).to_lowercase();
    ascii
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '\''))
        .flat_map(|chunk| {
            let spelled = chunk.contains('.') && chunk.split('.').all(|part| part.len() <= 1);
            let parts: Vec<String> = if spelled {
                vec![chunk.replace('.', "")]
            } else {
                chunk
                    .split('.')
                    .map(|part| part.replace('\'', ""))
                    .collect()
            };
            parts
        })
        .filter(|word| word.contains(|c: char| c.is_ascii_alphanumeric()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_and_quotes_do_not_matter() {
        for raw in [
            "ООО «Мельница»",
            "Мельница, ООО",
            "\"мельница\" ооо",
            "Melnica",
        ] {
            assert_eq!(
                fold(raw).unwrap().folded.trim_end_matches('a'),
                "melnic",
                "{raw}"
            );
        }
        assert_eq!(fold("Field Mills L.L.P.").unwrap().folded, "feld mil");
        assert!(fold("ФОП Коваль Н.").unwrap().sole_trader);
        assert_eq!(fold("ООО"), None);
    }

    #[test]
    fn firms_are_told_from_persons() {
        for raw in [
            "SIA „Dzirnavas”",
            "Malom Kft.",
            "Field Mills Ltd",
            "MILL SOLUTIONS",
            "ЗАО Мельница",
        ] {
            assert!(is_organisation(raw), "{raw}");
        }
        for raw in [
            "Nora Field",
            "Кузнецова Анна",
            "Kovács István",
            "N. Field",
            "As",
            "Pat Field",
        ] {
            assert!(!is_organisation(raw), "{raw}");
        }
    }
}
