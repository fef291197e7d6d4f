//! Texts of messages and of the questionnaire, in each language.

mod html;
mod source;
mod words;

use std::collections::HashMap;

use minijinja::{Environment, UndefinedBehavior, context};

pub(crate) use self::html::{Html, LAYOUT};
use self::{
    source::{Sheet, questionnaire, sheet},
    words::{SEPARATOR, Words},
};
use crate::domain::{
    locale::Locale,
    message::Purpose,
    name::one_line,
    questionnaire::REASONS,
    reminder::{CONTACT, word},
};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("layout of letters is broken: {0}")]
    Layout(String),
    #[error("template {template} lacks `{key}`")]
    Lacking { template: String, key: String },
    #[error("template cannot be rendered")]
    Template(#[from] minijinja::Error),
}

/// What a letter may speak of. Each template may use all of it; what does not apply is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// The recipient as addressed.
    pub name: String,
    /// Name of the lead, title of the deal or contract.
    pub title: String,
    /// Where an enquiry came from, or the campaign of a task.
    pub source: String,
    /// Kind of a planned contact, or that it is a task or a message.
    pub kind: String,
    pub due: String,
    pub ends: String,
    /// Where the button leads.
    pub link: String,
    /// Who writes, with postal address.
    pub sender: String,
}

/// What is kept of a letter. Its HTML is made when somebody needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub subject: String,
    pub text: String,
}

/// All templates, parsed once.
pub(crate) struct Letters {
    environment: Environment<'static>,
    sheets: HashMap<(Purpose, Locale), Model>,
}

/// How a letter is written in one language.
struct Model {
    /// The template of all its parts, rendered at one go.
    template: String,
    sheet: Sheet,
}

/// Parts of each letter before its paragraphs.
const HEAD: [&str; 3] = ["subject", "button", "foot"];

impl Letters {
    /// Parses and checks all templates.
    pub(crate) fn load() -> Result<Self, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        html::add_layouts(&mut environment)?;
        let mut sheets = HashMap::new();
        for locale in Locale::ALL {
            for purpose in Purpose::ALL {
                let sheet = Sheet::parse(sheet(purpose, locale));
                // The name decides about escaping: only what ends in .html is escaped.
                let template = format!("{}/{}.txt", locale.as_str(), purpose.as_str());
                let parts = parts(&sheet).map_err(|key| lacking(purpose.as_str(), locale, key))?;
                environment.add_template_owned(template.clone(), parts)?;
                sheets.insert((purpose, locale), Model { template, sheet });
            }
        }
        Ok(Self {
            environment,
            sheets,
        })
    }

    /// Writes a letter.
    pub(crate) fn write(
        &self,
        purpose: Purpose,
        locale: Locale,
        facts: &Facts,
    ) -> Result<Written, Error> {
        let model = self.sheets.get(&(purpose, locale));
        let model = model.ok_or_else(|| lacking(purpose.as_str(), locale, "sheet"))?;
        let sheet = &model.sheet;
        let rendered = self
            .environment
            .get_template(&model.template)?
            .render(context! {
                name => one_line(&facts.name),
                title => one_line(&facts.title),
                source => one_line(&facts.source),
                contact => sheet.head(word(&facts.kind)).or(sheet.head(CONTACT)).unwrap_or_default(),
                due => &facts.due,
                ends => &facts.ends,
                sender => facts.sender.replace(SEPARATOR, " "),
            })?;
        let mut parts = rendered.split(SEPARATOR);
        let mut head = || parts.next().unwrap_or_default();
        let (subject, button, foot) = (one_line(head()), head(), head());
        let words = Words {
            paragraphs: parts.collect(),
            button,
            link: &facts.link,
            foot,
        };
        let text = words.to_text();
        Ok(Written { subject, text })
    }
}

/// The source of all parts of a letter, or which of them it lacks.
fn parts(sheet: &Sheet) -> Result<String, &'static str> {
    let head = HEAD.map(|key| sheet.head(key).ok_or(key));
    let head: Vec<&str> = head.into_iter().collect::<Result<_, _>>()?;
    let body = sheet.paragraphs.iter().map(String::as_str);
    let parts: Vec<&str> = head.into_iter().chain(body).collect();
    Ok(parts.join(SEPARATOR))
}

fn lacking(template: &str, locale: Locale, key: &str) -> Error {
    Error::Lacking {
        template: format!("{}/{template}", locale.as_str()),
        key: key.to_owned(),
    }
}

/// What the page of a questionnaire says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Questions {
    pub title: String,
    pub question: String,
    /// Code and text of each choice.
    pub options: Vec<(&'static str, String)>,
    pub comment: String,
    pub contact: String,
    pub submit: String,
    pub thanks: String,
}

/// The questionnaire in a language.
pub(crate) fn questions(locale: Locale) -> Result<Questions, Error> {
    let sheet = Sheet::parse(questionnaire(locale));
    let word = |key: &str| -> Result<String, Error> {
        let word = sheet.head(key).map(str::to_owned);
        word.ok_or_else(|| lacking("questionnaire", locale, key))
    };
    let options: Result<Vec<_>, Error> = REASONS
        .into_iter()
        .map(|code| Ok((code, word(code)?)))
        .collect();
    Ok(Questions {
        title: word("title")?,
        question: word("question")?,
        options: options?,
        comment: word("comment")?,
        contact: word("contact")?,
        submit: word("submit")?,
        thanks: word("thanks")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reminder::{CONTACTS, TASK};

    fn facts() -> Facts {
        Facts {
            name: "Anna <b>Nagy</b>".to_owned(),
            title: "Műhely & <b>Társa</b>\r\nBcc: all@example.com".to_owned(),
            source: "form <b>site</b>".to_owned(),
            kind: "call".to_owned(),
            due: "2026-11-23 09:00 UTC".to_owned(),
            ends: "2026-12-31".to_owned(),
            link: "https://crm.example/leads/lead_1".to_owned(),
            sender: "Acme <b>Kft</b>".to_owned(),
        }
    }

    fn html(letters: &Letters, locale: Locale, letter: &Written) -> String {
        let html = letters.html(LAYOUT, locale, &letter.subject, &letter.text);
        // A slash is escaped as well.
        html.unwrap().text.replace("&#x2f;", "/")
    }

    #[test]
    fn every_letter_is_written_in_every_language() {
        let letters = Letters::load().unwrap();
        for purpose in Purpose::ALL {
            let mut subjects = Vec::new();
            for locale in Locale::ALL {
                let label = format!("{purpose:?} {locale:?}");
                let letter = letters.write(purpose, locale, &facts()).unwrap();
                let html = html(&letters, locale, &letter);
                assert!(
                    !letter.subject.contains(['\r', '\n']),
                    "{label}: {}",
                    letter.subject
                );
                assert!(!html.contains("<b>"), "{label}: {html}");
                assert!(html.contains("Anna &lt;b&gt;Nagy"), "{label}: {html}");
                assert!(
                    letter.text.contains("Anna <b>Nagy</b>"),
                    "{label}: {}",
                    letter.text
                );
                assert!(
                    letter.text.contains("https://crm.example/leads/lead_1"),
                    "{label}"
                );
                assert!(
                    html.contains("</html>")
                        && html.contains("href=\"https://crm.example/leads/lead_1\""),
                    "{label}: {html}"
                );
                for part in [&letter.subject, &letter.text, &html] {
                    let leftover = ["{{", "{%", SEPARATOR]
                        .into_iter()
                        .find(|it| part.contains(it));
                    assert_eq!(leftover, None, "{label}: {part}");
                }
                subjects.push(letter.subject);
            }
            subjects.dedup();
            assert_eq!(
                subjects.len(),
                Locale::ALL.len(),
                "{purpose:?}: {subjects:?}"
            );
        }
    }

    #[test]
    fn a_letter_to_nobody_known_by_name_still_greets() {
        let letters = Letters::load().unwrap();
        for locale in Locale::ALL {
            let facts = Facts {
                link: "https://crm.example/q/1".to_owned(),
                ..Facts::default()
            };
            let letter = letters.write(Purpose::Farewell, locale, &facts).unwrap();
            let greeting = letter.text.lines().next().unwrap();
            assert!(
                greeting.len() > 5 && !greeting.contains(" ,"),
                "{locale:?}: {greeting}"
            );
        }
    }

    #[test]
    fn each_kind_of_contact_has_a_word_of_its_own() {
        let letters = Letters::load().unwrap();
        for locale in Locale::ALL {
            let mut subjects = Vec::new();
            for kind in CONTACTS.into_iter().chain([TASK, "by pigeon"]) {
                let facts = Facts {
                    kind: kind.to_owned(),
                    ..facts()
                };
                let letter = letters.write(Purpose::Reminder, locale, &facts).unwrap();
                assert!(
                    !letter.subject.starts_with(':'),
                    "{locale:?} {kind}: {}",
                    letter.subject
                );
                subjects.push(letter.subject);
            }
            subjects.sort();
            subjects.dedup();
            assert_eq!(subjects.len(), 8, "{locale:?}: {subjects:?}");
        }
    }

    #[test]
    fn an_undefined_variable_is_an_error() {
        let letters = Letters::load().unwrap();
        let misspelt = letters
            .environment
            .render_named_str("x.txt", "{{ nmae }}", context! {});
        assert!(misspelt.is_err());
    }

    #[test]
    fn the_questionnaire_is_complete_in_every_language() {
        for locale in Locale::ALL {
            let questions = questions(locale).unwrap();
            assert_eq!(questions.options.len(), REASONS.len());
            assert!(!questions.thanks.is_empty());
        }
    }
}
