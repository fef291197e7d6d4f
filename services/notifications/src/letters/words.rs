//! The words of a letter and its plain text, which is made of them and reads back as them: so the
//! HTML of a letter needs no more than its text.

/// Stands between parts that are rendered together; no text contains it.
pub(super) const SEPARATOR: &str = "\u{1f}";

/// Ends what is said and begins the foot, as in a signature.
const FOOT: &str = "\n\n-- \n";

/// All that is said in a letter below its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words<'a> {
    pub paragraphs: Vec<&'a str>,
    pub button: &'a str,
    /// Where the button leads.
    pub link: &'a str,
    pub foot: &'a str,
}

impl<'a> Words<'a> {
    pub(super) fn to_text(&self) -> String {
        let Self {
            paragraphs,
            button,
            link,
            foot,
        } = self;
        format!(
            "{}\n\n{button}: {link}{FOOT}{foot}\n",
            paragraphs.join("\n\n")
        )
    }

    /// Reads a text back. The facts in it have no line breaks, so what divides it is its own.
    pub(super) fn of_text(text: &'a str) -> Option<Self> {
        let (body, foot) = text.strip_suffix('\n')?.split_once(FOOT)?;
        let (paragraphs, call) = body.rsplit_once("\n\n")?;
        let (button, link) = call.rsplit_once(": ")?;
        Some(Self {
            paragraphs: paragraphs.split("\n\n").collect(),
            button,
            link,
            foot,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_reads_back() {
        for paragraphs in [
            vec!["Anna,", "one\nmore line"],
            vec!["a", "", "b"],
            vec!["-- "],
        ] {
            for button in ["Open", "Now: open"] {
                let words = Words {
                    paragraphs: paragraphs.clone(),
                    button,
                    link: "https://crm.example/leads/lead_1?a=b",
                    foot: "Acme\n\n-- \nStreet 1\n",
                };
                let text = words.to_text();
                assert_eq!(Words::of_text(&text), Some(words), "{text}");
            }
        }
    }

    #[test]
    fn a_text_of_another_making_is_not_taken_apart() {
        for text in ["", "text", "one\n\ntwo\n", "one\n\nlink\n\n-- \nfoot\n"] {
            assert_eq!(Words::of_text(text), None, "{text:?}");
        }
    }
}
