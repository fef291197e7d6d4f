//! What becomes of a submission, and what its sender keeps as proof.

use clock::Timestamp;
use ids::{LeadId, SubmissionId};

use super::{evidence::Flag, reason::Reason};

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    Created,
    Attached,
    Duplicate,
    Interest,
    Held,
    Rejected,
}

impl Verdict {
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Attached,
        Self::Duplicate,
        Self::Interest,
        Self::Held,
        Self::Rejected,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Attached => "attached",
            Self::Duplicate => "duplicate",
            Self::Interest => "interest",
            Self::Held => "held",
            Self::Rejected => "rejected",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
    }
}

/// The proof that a submission was stored, with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub submission: SubmissionId,
    pub verdict: Verdict,
    pub reason: Option<Reason>,
    /// The reason in words, with what is wrong in which field.
    pub detail: String,
    pub lead: Option<LeadId>,
    /// The same key with the same content came before: this is the first answer again.
    pub replayed: bool,
    /// Sent with a test key: checked and stored, no lead made.
    pub sandbox: bool,
    pub trace_id: String,
    pub received_at: Timestamp,
    pub flags: Vec<Flag>,
    /// The partner's own id of the record, empty on other doors.
    pub external_id: String,
}
