//! HTML of letters, made of their texts.
//!
//! A letter is planned with the number of the layout of its day, and each layout stays here: so
//! what was sent can be shown as it was, and what is sent again is the same.

use minijinja::{Environment, Value, context};

use super::{Error, Letters, words::Words};
use crate::domain::locale::Locale;

/// Layout of the letters that are planned now. One that has been in use is never changed: what
/// shall look different is a new file with a new number.
pub(crate) const LAYOUT: i64 = 1;

const LAYOUTS: [(i64, &str); 1] = [(1, include_str!("../../templates/layout/1.mjml"))];

/// Shows a text as it is. For letters of a version of this program that is newer or of another
/// making.
const BARE: &str = "bare.html";

/// HTML of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Html {
    pub text: String,
    /// False when the letter's layout is not known here: it looked different then, or will.
    pub known: bool,
}

pub(super) fn add_layouts(environment: &mut Environment<'static>) -> Result<(), Error> {
    for (number, source) in LAYOUTS {
        environment.add_template_owned(name(number), compiled(source)?)?;
    }
    environment.add_template(BARE, include_str!("../../templates/layout/bare.html"))?;
    Ok(())
}

impl Letters {
    /// The HTML of a text in a layout.
    pub(crate) fn html(
        &self,
        layout: i64,
        locale: Locale,
        subject: &str,
        text: &str,
    ) -> Result<Html, Error> {
        let locale = locale.as_str();
        let known = LAYOUTS.iter().any(|(number, _)| *number == layout);
        let Some(words) = Words::of_text(text).filter(|_| known) else {
            let bare = self.environment.get_template(BARE)?;
            let text = bare.render(context! { locale, subject, text })?;
            return Ok(Html { text, known: false });
        };
        let template = self.environment.get_template(&name(layout))?;
        let paragraphs: Vec<Value> = words.paragraphs.iter().map(|it| (*it).into()).collect();
        let text = template.render(context! {
            locale,
            subject,
            preview => words.paragraphs.get(1).copied().unwrap_or_default(),
            paragraphs,
            button => words.button,
            foot => words.foot,
            link => words.link,
        })?;
        Ok(Html { text, known: true })
    }
}

fn name(layout: i64) -> String {
    format!("layout-{layout}.html")
}

fn compiled(source: &str) -> Result<String, Error> {
    let parsed = mrml::parse(source).map_err(|error| Error::Layout(error.to_string()))?;
    let options = mrml::prelude::render::RenderOptions::default();
    parsed
        .element
        .render(&options)
        .map_err(|error| Error::Layout(error.to_string()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const SUBJECT: &str = "New lead: <Anna>";
    const TEXT: &str =
        "Zoë,\n\na lead came in: <Anna>.\n\nOpen: https://crm.example/leads/1\n\n-- \nAcme & Co\n";

    fn html(layout: i64, text: &str) -> Html {
        let letters = Letters::load().unwrap();
        letters.html(layout, Locale::En, SUBJECT, text).unwrap()
    }

    #[test]
    fn a_layout_that_was_in_use_stays_as_it_was() {
        let digests = ["1ae73323-ecd9-50fa-baba-391fb3725348"];
        for ((layout, _), digest) in LAYOUTS.into_iter().zip(digests) {
            let html = html(layout, TEXT);
            assert!(html.known);
            let found = Uuid::new_v5(&Uuid::nil(), html.text.as_bytes());
            assert_eq!(
                found.to_string(),
                digest,
                "layout {layout} became\n{}",
                html.text
            );
        }
        assert_eq!(LAYOUTS.len(), digests.len());
        assert!(LAYOUTS.iter().any(|(number, _)| *number == LAYOUT));
    }

    #[test]
    fn a_letter_of_an_unknown_layout_is_shown_with_its_words() {
        for (layout, text) in [(LAYOUT + 1, TEXT), (LAYOUT, "a lead came in: <Anna>.")] {
            let html = html(layout, text);
            assert!(!html.known);
            assert!(
                html.text.contains("came in: &lt;Anna&gt;."),
                "{}",
                html.text
            );
        }
    }
}
