//! What persons said of being written to or called.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use ids::{ConsentId, PersonId, StaffId};

/// Ways to reach a person.
pub const CHANNELS: &[&str] = &["email", "sms", "call", "letter"];
/// What a person may be reached for.
pub const PURPOSES: &[&str] = &["farewell", "mailing", "greeting", "survey"];

/// The order is that of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Given,
    Refused,
}

/// What a statement is about. Of several about the same the one that was said last stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    pub channel: String,
    /// Empty for all.
    pub purpose: String,
    /// Folded address or number; empty for all of the person.
    pub contact: String,
}

/// A statement. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub id: ConsentId,
    pub person: PersonId,
    /// Of the person, when it was recorded.
    pub revision: i64,
    pub about: About,
    pub state: State,
    pub source: String,
    /// What shows that it was said.
    pub proof: String,
    pub stated_at: DateTime<Utc>,
    pub by: Option<StaffId>,
    pub recorded_at: DateTime<Utc>,
}

/// What counts for all records of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub about: About,
    pub state: State,
    /// The records that say so, oldest first.
    pub persons: Vec<PersonId>,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Given, Self::Refused]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

impl About {
    /// Two spellings of one address or number are the same contact.
    pub fn new(channel: String, purpose: String, contact: &str) -> Self {
        let contact = contact.trim().to_lowercase();
        let contact = if channel == "email" || channel == "letter" {
            contact
        } else {
            let number = contact.chars();
            number
                .filter(|it| it.is_ascii_digit() || *it == '+')
                .collect()
        };
        Self {
            channel,
            purpose,
            contact,
        }
    }
}

/// The stricter side of what the records of one person say: who refuses anywhere is left alone.
pub fn stricter(standing: &[Consent]) -> Vec<Merged> {
    let mut merged: BTreeMap<&About, Merged> = BTreeMap::new();
    let mut standing: Vec<&Consent> = standing.iter().collect();
    standing.sort_by_key(|consent| consent.person);
    for consent in standing {
        let of_all = merged.entry(&consent.about).or_insert_with(|| Merged {
            about: consent.about.clone(),
            state: consent.state,
            persons: Vec::new(),
        });
        if of_all.state < consent.state {
            of_all.state = consent.state;
            of_all.persons.clear();
        }
        if of_all.state == consent.state {
            of_all.persons.push(consent.person);
        }
    }
    merged.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(person: PersonId, purpose: &str, state: State) -> Consent {
        Consent {
            id: ConsentId::generate(),
            person,
            revision: 2,
            about: About::new("email".to_owned(), purpose.to_owned(), ""),
            state,
            source: String::new(),
            proof: String::new(),
            stated_at: DateTime::UNIX_EPOCH,
            by: None,
            recorded_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn who_refuses_anywhere_refuses_everywhere() {
        let [a, b, c] = std::array::from_fn(|_| PersonId::generate());
        let told = [
            said(c, "", State::Refused),
            said(a, "", State::Given),
            said(b, "", State::Refused),
            said(a, "mailing", State::Given),
        ];
        let merged = stricter(&told);
        let merged: Vec<_> = merged
            .iter()
            .map(|it| (it.about.purpose.as_str(), it.state, it.persons.clone()))
            .collect();
        assert_eq!(
            merged,
            [
                ("", State::Refused, vec![b, c]),
                ("mailing", State::Given, vec![a])
            ]
        );
    }

    #[test]
    fn contacts_have_one_spelling() {
        let contact =
            |channel: &str, text| About::new(channel.to_owned(), String::new(), text).contact;
        assert_eq!(contact("email", " Anna@Example.ORG "), "anna@example.org");
        assert_eq!(contact("sms", "+371 29-123"), "+37129123");
    }

    #[test]
    fn states_have_one_spelling() {
        for state in [State::Given, State::Refused] {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("Given"), None);
    }
}
