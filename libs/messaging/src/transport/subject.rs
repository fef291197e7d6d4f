//! Subjects and their wildcards.

/// Whether a subject fits a filter: `*` stands for one token, a last `>` for one or more.
pub(crate) fn matches(filter: &str, subject: &str) -> bool {
    let mut tokens = subject.split('.');
    let mut wanted = filter.split('.').peekable();
    while let Some(want) = wanted.next() {
        let Some(token) = tokens.next() else {
            return false;
        };
        if want == ">" && wanted.peek().is_none() {
            return true;
        }
        if want != "*" && want != token {
            return false;
        }
    }
    tokens.next().is_none()
}

/// Whether a subject fits one of the filters, or there are none.
pub(crate) fn wanted(filters: &[String], subject: &str) -> bool {
    filters.is_empty() || filters.iter().any(|filter| matches(filter, subject))
}

/// Whether a text can name a stream or a durable.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_tokens() {
        for (filter, subject, fits) in [
            ("a.b", "a.b", true),
            ("a.b", "a", false),
            ("a.b", "a.b.c", false),
            ("a.*", "a.b", true),
            ("a.*", "a", false),
            ("a.*", "a.b.c", false),
            ("*.b", "a.b", true),
            ("*", "a", true),
            ("a.*.c", "a.b.c", true),
            ("a.*.c", "a.b.d", false),
            ("a.>", "a.b", true),
            ("a.>", "a.b.c", true),
            ("a.>", "a", false),
            (">", "a.b", true),
            ("a.b*", "a.bc", false),
        ] {
            assert_eq!(matches(filter, subject), fits, "{filter} {subject}");
        }
        assert!(wanted(&[], "a"));
    }

    #[test]
    fn names_have_no_dots() {
        assert!(is_name("deals-intake"));
        for text in ["", "a.b", "a b", "a*", "a>"] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}
