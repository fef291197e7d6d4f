//! What happened to a lead: a line of its history, and mostly an event.

use clock::Timestamp;
use ids::{PersonId, StaffId, SubmissionId};

use super::outcome::{DealOrder, Outcome};
use crate::domain::source::Source;

/// Kind of a line of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryKind {
    Enquiry,
    Outcome,
    Assigned,
    NextContact,
    Reopened,
    Changed,
    Deal,
}

impl HistoryKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enquiry => "enquiry",
            Self::Outcome => "outcome",
            Self::Assigned => "assigned",
            Self::NextContact => "next_contact",
            Self::Reopened => "reopened",
            Self::Changed => "changed",
            Self::Deal => "deal",
        }
    }
}

/// One thing that happened to a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// That the lead got by it.
    pub revision: i64,
    pub at: Timestamp,
    pub kind: HistoryKind,
    pub note: String,
    /// Nobody when a rule or an event did it.
    pub by: Option<StaffId>,
    pub submission: Option<SubmissionId>,
    pub event: Option<Event>,
}

/// What others are told of a lead. The facts of the card are read from the lead itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Created {
        submission: SubmissionId,
    },
    EnquiryAttached {
        submission: SubmissionId,
        source: Source,
        at: Timestamp,
    },
    Assigned {
        by: Option<StaffId>,
        reason: String,
    },
    OutcomeRecorded {
        outcome: Outcome,
        by: StaffId,
        at: Timestamp,
    },
    Qualified {
        person: PersonId,
        new_deal: Option<DealOrder>,
        at: Timestamp,
    },
    Refused {
        at: Timestamp,
    },
    Reopened {
        reason: String,
    },
    NextContactPlanned,
}

impl Change {
    pub(super) fn new(kind: HistoryKind, at: Timestamp, note: impl Into<String>) -> Self {
        Self {
            revision: 0,
            at,
            kind,
            note: note.into(),
            by: None,
            submission: None,
            event: None,
        }
    }

    pub(super) fn by(self, staff: Option<StaffId>) -> Self {
        Self { by: staff, ..self }
    }

    pub(super) fn of(self, submission: SubmissionId) -> Self {
        Self {
            submission: Some(submission),
            ..self
        }
    }

    pub(super) fn with(self, event: Event) -> Self {
        Self {
            event: Some(event),
            ..self
        }
    }
}
