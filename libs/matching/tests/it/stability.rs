//! Any text may arrive: nothing panics, and what was folded once folds to itself.

use matching::{email, name, organisation, phone, signature};

const PIECES: &[&str] = &[
    "a",
    "Ivan",
    "Іван",
    "ŠČ",
    "ё",
    "ő",
    "ß",
    "İ",
    "\u{301}",
    "\u{200b}",
    "👩‍👧",
    "中",
    "@",
    ".",
    "..",
    "+",
    "+371",
    "00",
    "06",
    "8",
    "26",
    "555",
    "0142",
    "１２",
    "(",
    ")",
    "-",
    "/",
    " ",
    "\u{a0}",
    "\n",
    ",",
    ";ext=",
    "ext",
    "доб.",
    "x",
    "#",
    "mell",
    "<",
    ">",
    "mailto:",
    "gmail.com",
    "ya.ru",
    "ООО",
    "«",
    "»",
    "Kind regards,\n",
    "тел. ",
    "'",
];

/// A fixed pseudo-random row of texts (xorshift), so that a failure repeats.
fn texts(count: usize) -> impl Iterator<Item = String> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(bound).unwrap()).unwrap()
    };
    (0..count).map(move |_| {
        let pieces = next(9);
        (0..pieces)
            .filter_map(|_| PIECES.get(next(PIECES.len())))
            .copied()
            .collect()
    })
}

#[test]
fn a_canonical_address_is_its_own_canonical_form() {
    let mut read = 0;
    for text in texts(20_000).map(|text| format!("{text}@Gmail.com")) {
        if let Ok(email) = email::canonical(&text) {
            read += 1;
            let again = email::canonical(&email.canonical).map(|email| email.canonical);
            assert_eq!(again.as_ref(), Ok(&email.canonical), "{text:?}");
        }
    }
    assert!(read > 1_000, "only {read} of the texts were addresses");
}

#[test]
fn an_e164_number_is_read_as_itself() {
    let mut read = 0;
    let hint = phone::Hint {
        country: Some("LV"),
        locale: Some("ru"),
    };
    for text in texts(20_000) {
        if let Ok(phone) = phone::e164(&text, hint) {
            read += 1;
            let again = phone::e164(&phone.key(), phone::Hint::default());
            assert_eq!(again.map(|phone| phone.key()), Ok(phone.key()), "{text:?}");
        }
    }
    assert!(read > 100, "only {read} of the texts were numbers");
}

#[test]
fn a_folded_name_is_read_back() {
    for text in texts(20_000) {
        let folded = name::fold(&text);
        assert_eq!(name::Name::parse(&folded.to_string()), folded, "{text:?}");
        assert_ne!(
            folded.agreement(&folded),
            name::Agreement::Unlike,
            "{text:?}"
        );
    }
}

#[test]
fn signatures_and_firms_are_read_without_panic() {
    for text in texts(5_000) {
        let found = signature::contacts(&text, phone::Hint::default());
        assert!(found.phones.len() + found.emails.len() <= 8, "{text:?}");
        assert!(
            organisation::fold(&text).is_none_or(|firm| !firm.folded.is_empty()),
            "{text:?}"
        );
    }
}
