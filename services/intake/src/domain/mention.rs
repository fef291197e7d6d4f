//! Whether something that was received names a contact.

/// Whether a text names a mail address or a number as a whole, not as a part of a longer one.
pub fn mentions(text: &[u8], contact: &str) -> bool {
    let contact = contact.as_bytes();
    if contact.is_empty() {
        return false;
    }
    let mut places = (0_usize..).zip(text.windows(contact.len()));
    places.any(|(place, found)| {
        let (before, rest) = text.split_at(place);
        let after = rest.get(contact.len()..).unwrap_or_default();
        found.eq_ignore_ascii_case(contact) && !goes_on_before(before) && !goes_on_after(after)
    })
}

/// Letters of other scripts are bytes above ASCII.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

fn goes_on_before(text: &[u8]) -> bool {
    let last = text.last();
    last.is_some_and(|last| is_letter(*last) || b".+-_%".contains(last))
}

/// A dot ends a sentence, unless more of an address follows.
fn goes_on_after(text: &[u8]) -> bool {
    let text = text.strip_prefix(b".").unwrap_or(text);
    let next = text.first();
    next.is_some_and(|next| is_letter(*next) || *next == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_named_as_a_whole_or_not_at_all() {
        let check = |text: &str, expected: bool| {
            assert_eq!(mentions(text.as_bytes(), "a@b.lv"), expected, "{text}");
        };
        check("a@b.lv", true);
        check("Write to A@B.lv.", true);
        check(r#"{"email":"a@b.lv","name":"Anna"}"#, true);
        check("<a@b.lv>, mailto:a@b.lv", true);
        check("maria@b.lv", false);
        check("maria@b.lv and a@b.lv", true);
        check("dora.a@b.lv", false);
        check("x+a@b.lv", false);
        check("Ļa@b.lv", false);
        check("a@b.lv.example.org", false);
        check("a@b.lvs", false);
        check("a@b.lv-test.org", false);
        check("", false);
        assert!(!mentions(b"anything", ""));
    }

    #[test]
    fn a_number_is_not_named_by_a_longer_one() {
        let number = "+37120000001";
        assert!(mentions(b"call +37120000001, please", number));
        assert!(!mentions(b"call +371200000012", number));
        assert!(mentions(b"tel:+37120000001", number));
    }
}
