//! Given names: spellings and short names that mean the same name, in five languages.

use std::{collections::HashMap, sync::OnceLock};

use super::letters;

/// One line per name: its spellings and short forms. A short form may stand on several lines
/// (Саша is Александр or Александра).
const NAMES: &str = include_str!("given.txt");

/// The names that a folded word may mean; empty when it is no given name that is known.
pub(crate) fn meanings(folded: &str) -> &'static [u16] {
    table().get(folded).map_or(&[], Vec::as_slice)
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
}
