//! A piece of work on a deal.

use std::fmt;
use std::str::FromStr;

use clock::Timestamp;
use ids::{DealActivityId, DealId, StaffId};

use super::code::Code;

/// What kind of work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Call,
    Meeting,
    Presentation,
    Offer,
    ContractPreparation,
    Email,
    Other,
}

/// No kind of activity is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an activity is a call, meeting, presentation, offer, contract_preparation, email or other"
)]
pub struct UnknownKind;

/// Something to do for a deal, or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub id: DealActivityId,
    pub deal: DealId,
    pub kind: Kind,
    pub note: String,
    pub due_at: Option<Timestamp>,
    /// Stage that the deal moves to when the work is done, if its gate lets it.
    pub move_to: Option<Code>,
    pub responsible: Option<StaffId>,
    pub planned_at: Timestamp,
    pub completion: Option<Completion>,
}

/// That it was done, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub at: Timestamp,
    pub result: String,
}

impl Activity {
    /// Marks the work as done.
    ///
    /// Done twice, the first result stands and `false` says that nothing changed.
    pub fn complete(&mut self, result: String, now: Timestamp) -> bool {
        if self.completion.is_some() {
            return false;
        }
        self.completion = Some(Completion { at: now, result });
        true
    }
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Call,
        Self::Meeting,
        Self::Presentation,
        Self::Offer,
        Self::ContractPreparation,
        Self::Email,
        Self::Other,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Meeting => "meeting",
            Self::Presentation => "presentation",
            Self::Offer => "offer",
            Self::ContractPreparation => "contract_preparation",
            Self::Email => "email",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn completing_twice_keeps_the_first_result() {
        let now = DateTime::UNIX_EPOCH;
        let mut activity = Activity {
            id: DealActivityId::generate(),
            deal: DealId::generate(),
            kind: Kind::Call,
            note: String::new(),
            due_at: None,
            move_to: None,
            responsible: None,
            planned_at: now,
            completion: None,
        };
        assert!(activity.complete("agreed".to_owned(), now));
        let done = activity.clone();
        assert!(!activity.complete("changed my mind".to_owned(), now));
        assert_eq!(activity, done);
    }

    #[test]
    fn kinds_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("dance".parse::<Kind>(), Err(UnknownKind));
    }
}
