//! Given names: spellings and short names that mean the same name, in five languages.

use std::{collections::HashMap, sync::OnceLock};

use strsim::osa_distance;

use super::letters;

/// Shortest word in which a misspelled given name is recognised.
const MISSPELLED_MIN: usize = 5;

/// One line per name: its spellings and short forms. A short form may stand on several lines
/// (Саша is Александр or Александра).
const NAMES: &str = include_str!("given.txt");

/// The names that a folded word may mean; empty when it is no given name that is known.
pub(crate) fn meanings(folded: &str) -> &'static [u16] {
    table().get(folded).map_or(&[], Vec::as_slice)
}

/// The given name that a word is one typing error away from, when the word is none itself.
///
/// The ending must be right: `Петров` is no misspelled `Петро`.
pub(crate) fn misspelled(folded: &str) -> Option<&'static str> {
    if folded.len() < MISSPELLED_MIN || !meanings(folded).is_empty() {
        return None;
    }
    let near = |name: &&&str| {
        let room = name.len().abs_diff(folded.len()) <= 1;
        room && tail(name) == tail(folded) && osa_distance(name, folded) == 1
    };
    let mut found = deletions(folded)
        .filter_map(|short| neighbours().get(&short))
        .flatten()
        .filter(near);
    found.next().copied()
}

/// The text itself, and the text without each of its letters.
fn deletions(text: &str) -> impl Iterator<Item = String> {
    let without = |at: usize| -> String {
        let letters = text.chars().enumerate();
        letters
            .filter(|(index, _)| *index != at)
            .map(|(_, letter)| letter)
            .collect()
    };
    std::iter::once(text.to_owned()).chain((0..text.len()).map(without))
}

fn tail(text: &str) -> &str {
    const TAIL: usize = 2;
    text.get(text.len().saturating_sub(TAIL)..).unwrap_or(text)
}

/// Given names by what is left of them without one letter: words one error apart meet there.
fn neighbours() -> &'static HashMap<String, Vec<&'static str>> {
    static NEIGHBOURS: OnceLock<HashMap<String, Vec<&'static str>>> = OnceLock::new();
    NEIGHBOURS.get_or_init(|| {
        let mut all: HashMap<String, Vec<&'static str>> = HashMap::new();
        let mut names: Vec<&'static str> = table().keys().map(String::as_str).collect();
        names.sort_unstable();
        for name in names
            .into_iter()
            .filter(|name| name.len() >= MISSPELLED_MIN)
        {
            for short in deletions(name) {
                all.entry(short).or_default().push(name);
            }
        }
        all
    })
}

/// Whether a spelling of the names that a folded word may mean begins with a letter that sounds
/// like `initial`: `Л.` is Елена, for Лена.
pub(crate) fn begins_with(folded: &str, initial: char) -> bool {
    meanings(folded).iter().any(|meaning| {
        initials()
            .get(usize::from(*meaning))
            .is_some_and(|letters| letters.contains(initial))
    })
}

/// First letters of the spellings of each name, as they sound.
fn initials() -> &'static [String] {
    static INITIALS: OnceLock<Vec<String>> = OnceLock::new();
    INITIALS.get_or_init(|| {
        let mut all: Vec<String> = Vec::new();
        for (word, meanings) in table() {
            for meaning in meanings.iter().map(|meaning| usize::from(*meaning)) {
                if all.len() <= meaning {
                    all.resize(meaning + 1, String::new());
                }
                let letter = word.chars().next().map(letters::sound);
                if let (Some(known), Some(letter)) = (all.get_mut(meaning), letter)
                    && !known.contains(letter)
                {
                    known.push(letter);
                }
            }
        }
        all
    })
}

fn table() -> &'static HashMap<String, Vec<u16>> {
    static TABLE: OnceLock<HashMap<String, Vec<u16>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<String, Vec<u16>> = HashMap::new();
        let lines = NAMES.lines().filter(|line| !line.starts_with('#'));
        for (line, number) in lines.zip(0_u16..) {
            for word in line.split_whitespace() {
                let meanings = table.entry(letters::fold(word)).or_default();
                if !meanings.contains(&number) {
                    meanings.push(number);
                }
            }
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let (one, other) = (
            meanings(&letters::fold(one)),
            meanings(&letters::fold(other)),
        );
        one.iter().any(|meaning| other.contains(meaning))
    }

    #[test]
    fn short_and_foreign_forms_mean_the_full_name() {
        for (one, other) in [
            ("Саша", "Александр"),
            ("Саша", "Oleksandra"),
            ("Bill", "William"),
            ("Jancsi", "János"),
            ("Pista", "István"),
            ("Volodymyr", "Vladimirs"),
            ("Mykola", "Николай"),
            ("Олена", "Jeļena"),
            ("Edžus", "Edgars"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn names_that_look_alike_are_different() {
        for (one, other) in [
            ("Александр", "Александра"),
            ("Maria", "Marina"),
            ("Edgars", "Eduards"),
            ("Inese", "Inga"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_misspelled_name_is_recognised_and_a_family_name_is_not() {
        let check = |word: &str, expected: Option<&str>| {
            let found = misspelled(&letters::fold(word));
            assert_eq!(found, expected.map(letters::fold).as_deref(), "{word}");
        };
        check("Аликсандр", Some("Александр"));
        check("Kathegine", Some("Katherine"));
        check("Петров", None);
        check("Anna", None);
    }

    #[test]
    fn an_initial_may_be_that_of_a_short_form() {
        for (name, initial, expected) in [
            ("Елена", 'l', true),
            ("William", 'b', true),
            ("William", 'k', false),
        ] {
            assert_eq!(
                begins_with(&letters::fold(name), initial),
                expected,
                "{name}"
            );
        }
    }
}
