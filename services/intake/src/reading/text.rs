//! Text of strangers, made fit to store and show.

/// Characters of a name on a card.
pub const NAME_MAX: usize = 200;
/// Characters of a longer text on a card.
pub const TEXT_MAX: usize = 20_000;
/// Characters of a key by which a sender knows its record.
pub const KEY_MAX: usize = 200;

/// Characters of a referrer's code.
pub const REFERRAL_MAX: usize = 60;

/// Text after cleaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    pub text: String,
    /// It was longer.
    pub cut: bool,
    /// It had characters that no text has.
    pub dirty: bool,
}

/// One line: without control characters, runs of space as one.
pub fn line(raw: &str, max: usize) -> Cleaned {
    clean(raw, max, |c| c.is_whitespace().then_some(' '))
}

/// Several lines.
pub fn block(raw: &str, max: usize) -> Cleaned {
    clean(raw, max, |c| match c {
        '\n' | '\t' => Some(c),
        c if c.is_whitespace() && c != '\r' => Some(' '),
        _ => None,
    })
}

fn clean(raw: &str, max: usize, space: impl Fn(char) -> Option<char>) -> Cleaned {
    let (mut text, mut count, mut dirty, mut cut) = (String::new(), 0, false, false);
    let mut last = None;
    for c in raw.trim().chars() {
        let kept = match space(c) {
            Some(' ') if last == Some(' ') => continue,
            Some(space) => space,
            None if is_bad(c) => {
                dirty |= c != '\r';
                continue;
            }
            None => c,
        };
        if count == max {
            cut = true;
            break;
        }
        text.push(kept);
        count += 1;
        last = Some(kept);
    }
    text.truncate(text.trim_end().len());
    Cleaned { text, cut, dirty }
}

/// Control characters, and those that turn the direction of what is shown after them.
pub fn is_bad(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a field has characters that no text has.
pub fn has_control(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cleaned: &Cleaned, text: &str, cut: bool, dirty: bool) {
        assert_eq!(
            *cleaned,
            Cleaned {
                text: text.to_owned(),
                cut,
                dirty
            }
        );
    }

    #[test]
    fn what_no_text_has_is_left_out() {
        check(&line(" Nora\r\n\t Field ", 20), "Nora Field", false, false);
        check(&line("No\0ra\u{202e}", 20), "Nora", false, true);
        check(&block("a\r\n\r\nb\u{7}", 20), "a\n\nb", false, true);
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        check(&line(&"я".repeat(1_000_000), 3), "яяя", true, false);
        check(&line("яяя", 3), "яяя", false, false);
        check(&line("яяя   ", 3), "яяя", false, false);
    }
}
