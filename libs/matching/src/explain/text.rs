//! The parts of an explanation as one text each, in which they are stored.

use thiserror::Error;

use super::{JudgedContact, Weight};

/// A text that no explanation wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the text is no part of a stored explanation")]
pub struct Unreadable;

impl From<JudgedContact> for String {
    fn from(contact: JudgedContact) -> Self {
        format!("{}:{}", contact.standing, contact.value)
    }
}

impl TryFrom<String> for JudgedContact {
    type Error = Unreadable;

    fn try_from(text: String) -> Result<Self, Unreadable> {
        let (standing, value) = text.split_once(':').ok_or(Unreadable)?;
        Ok(Self {
            value: value.to_owned(),
            standing: standing.to_owned(),
        })
    }
}

impl From<Weight> for String {
    fn from(weight: Weight) -> Self {
        format!("{}:{}:{}", weight.feature, weight.level, weight.millibits)
    }
}

impl TryFrom<String> for Weight {
    type Error = Unreadable;

    fn try_from(text: String) -> Result<Self, Unreadable> {
        let parts: Vec<&str> = text.split(':').collect();
        let [feature, level, millibits] = parts.as_slice() else {
            return Err(Unreadable);
        };
        Ok(Self {
            feature: (*feature).to_owned(),
            level: (*level).to_owned(),
            millibits: millibits.parse().map_err(|_| Unreadable)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_back() {
        let weight = Weight {
            feature: "own".to_owned(),
            level: "family_changed".to_owned(),
            millibits: -1_234,
        };
        let text = String::from(weight.clone());
        assert_eq!(text, "own:family_changed:-1234");
        assert_eq!(Weight::try_from(text), Ok(weight));
        let contact = JudgedContact {
            value: "+380442555142;ext=78".to_owned(),
            standing: "own".to_owned(),
        };
        let text = String::from(contact.clone());
        assert_eq!(JudgedContact::try_from(text), Ok(contact));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "own", "own:same", "own:same:x", "own:same:1:2"] {
            assert_eq!(Weight::try_from(text.to_owned()), Err(Unreadable), "{text}");
        }
        assert_eq!(JudgedContact::try_from("own".to_owned()), Err(Unreadable));
    }
}
