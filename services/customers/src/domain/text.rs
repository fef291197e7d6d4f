//! Folded forms of names, for uniqueness, order and search.

/// Legal forms that do not tell one organisation from another.
const LEGAL_FORMS: &[&str] = &[
    "ooo", "ооо", "ао", "зао", "пао", "оао", "ип", "тов", "тзов", "фоп", "прат", "пп", "sia", "as",
    "ik", "ik.", "kft", "bt", "zrt", "nyrt", "rt", "ltd", "llc", "inc", "plc", "gmbh", "limited",
];

/// Lower case, words parted by one space, without quotes and punctuation.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() || character == '@' || character == '+' {
            out.push(character);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.trim().to_owned()
}

/// What two spellings of one organisation's name have in common.
///
/// A name of nothing but legal forms keeps them, so that it is never empty.
pub fn organisation_key(name: &str) -> String {
    let folded = folded(name);
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !LEGAL_FORMS.contains(word))
        .collect();
    if words.is_empty() {
        folded
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_organisation_fold_to_one_key() {
        for (left, right) in [
            ("ООО «Ромашка»", "ромашка, ООО"),
            ("SIA \"Zvaigzne\"", "Zvaigzne SIA"),
            ("Duna Kft.", "DUNA"),
        ] {
            assert_eq!(
                organisation_key(left),
                organisation_key(right),
                "{left} / {right}"
            );
        }
        assert_ne!(
            organisation_key("Zvaigzne"),
            organisation_key("Zvaigzne Plus")
        );
        assert_eq!(organisation_key("SIA"), "sia");
    }

    #[test]
    fn folding_keeps_addresses_and_numbers_searchable() {
        assert_eq!(folded("  Anna  O'Hara "), "anna o hara");
        assert_eq!(folded("ANNA@example.org"), "anna@example org");
        assert_eq!(folded("+371 20000000"), "+371 20000000");
    }
}
