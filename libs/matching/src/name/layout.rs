//! Names typed with the wrong keyboard layout: `Bdfyjd` for `Иванов`.

/// Keys of the Latin layout, and what they give in the Russian one.
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";
const UKRAINIAN: &str = "йцукенгшщзхїфівапролджєячсмитьбю'";

/// Fewest keys from which a text is worth a second reading.
const KEYS_MIN: usize = 3;

/// One letter in so many may be a Latin vowel: those keys give rare Cyrillic letters.
const LETTERS_PER_VOWEL: usize = 5;

/// What the same keys give in the Cyrillic layouts; nothing when the text is not Latin or reads
/// like a word already.
pub(super) fn retyped(raw: &str) -> Vec<String> {
    let lower = raw.to_lowercase();
    let bare = lower.trim();
    // The Ukrainian `і` stands where Latin has `s`, and people fix it by hand.
    let plain = |c: char| LATIN.contains(c) || c.is_whitespace() || c == 'і' || c == '-';
    let keys = bare.chars().count();
    let vowels = bare.chars().filter(|c| "aeiou".contains(*c)).count();
    if keys < KEYS_MIN || !bare.chars().all(plain) || vowels * LETTERS_PER_VOWEL > keys {
        return Vec::new();
    }
    [RUSSIAN, UKRAINIAN]
        .iter()
        .map(|layout| bare.chars().map(|c| key(c, layout)).collect())
        .collect()
}

fn key(c: char, layout: &str) -> char {
    LATIN
        .chars()
        .zip(layout.chars())
        .find(|(latin, _)| *latin == c)
        .map_or(c, |(_, cyrillic)| cyrillic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_both_cyrillic_layouts() {
        assert!(retyped("Gtnhjdf Rhbcnbyf").contains(&"петрова кристина".to_owned()));
        assert!(retyped(".hіq").contains(&"юрій".to_owned()));
    }

    #[test]
    fn words_with_vowels_and_other_scripts_are_left_alone() {
        for raw in ["Nora Field", "Inese Berzina", "Юрий", "K.", "Kovács"] {
            assert!(retyped(raw).is_empty(), "{raw}");
        }
    }
}
