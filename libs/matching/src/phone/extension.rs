//! The extension behind a number, in the words of five languages.

/// Longest extension that is believed; more digits are another number.
const EXTENSION_MAX: usize = 6;

/// Words that announce an extension, longest spelling first where one begins another.
const WORDS: &[&str] = &[
    "extension",
    "extn",
    "ext",
    "добавочный",
    "добав",
    "доб",
    "додатковий",
    "дод",
    "внутренний",
    "внутрішній",
    "внутр",
    "вн",
    "mellék",
    "mellek",
    "mell",
    "iekšējais",
    "ieksejais",
    "iekš",
    "ieks",
    "durchwahl",
    "dw",
    "#",
    "x",
    "х",
];

/// The text without its extension, and the extension's digits.
pub(super) fn cut(raw: &str) -> (String, Option<String>) {
    let text = raw.to_lowercase();
    let found = WORDS.iter().find_map(|word| {
        let at = text.rfind(word)?;
        let digits_before = text.get(..at)?.bytes().filter(u8::is_ascii_digit).count();
        (digits_before >= super::DIGITS_MIN).then_some((at, word.len()))
    });
    let Some((at, length)) = found else {
        return (text, None);
    };
    let before = text.get(..at).unwrap_or("");
    let after = digits(text.get(at + length..).unwrap_or(""));
    if (1..=EXTENSION_MAX).contains(&after.len()) {
        return (before.to_owned(), Some(after));
    }
    // `…/305 mellék`: the number stands before its word.
    if let Some((number, tail)) = before.rsplit_once(['/', ',', ';', '-']) {
        let extension = digits(tail);
        if after.is_empty() && (1..=EXTENSION_MAX).contains(&extension.len()) {
            return (number.to_owned(), Some(extension));
        }
    }
    (before.to_owned(), None)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
