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
/// A name of nothing but legal forms keeps them, and one without letters its signs: the key of
/// a name is never empty.
pub fn organisation_key(name: &str) -> String {
    let folded = folded(name);
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !LEGAL_FORMS.contains(word))
        .collect();
    match words.join(" ") {
        key if !key.is_empty() => key,
        _ if folded.is_empty() => name.trim().to_lowercase(),
        _ => folded,
    }
}

/// Whether a form's field holds a name, and not the dash of somebody who has none to give.
pub fn is_name(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Parts tags from one another; a request cannot hold it.
const SEPARATOR: char = '\u{1f}';

/// A tag as it is looked for in [`tag_keys`]: upper and lower case are the same.
pub fn tag_key(tag: &str) -> String {
    format!("{SEPARATOR}{}{SEPARATOR}", tag.trim().to_lowercase())
}

/// The keys of all tags, one after the other.
pub fn tag_keys(tags: &[String]) -> String {
    tags.iter().map(|tag| tag_key(tag)).collect()
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
        assert_ne!(organisation_key("«»"), organisation_key("!"));
    }

    #[test]
    fn a_dash_is_no_name() {
        assert!(is_name("3M") && is_name("Ромашка"));
        assert!(!is_name(" - ") && !is_name("«»") && !is_name(""));
    }

    #[test]
    fn a_tag_is_found_whole_in_any_case() {
        let keys = tag_keys(&["VIP client".to_owned(), "Ново\"сёл".to_owned()]);
        assert!(keys.contains(&tag_key("vip CLIENT")));
        assert!(keys.contains(&tag_key("ново\"сёл")));
        assert!(!keys.contains(&tag_key("VIP")));
    }

    #[test]
    fn folding_keeps_addresses_and_numbers_searchable() {
        assert_eq!(folded("  Anna  O'Hara "), "anna o hara");
        assert_eq!(folded("ANNA@example.org"), "anna@example org");
        assert_eq!(folded("+371 20000000"), "+371 20000000");
    }
}
