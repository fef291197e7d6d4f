//! Who somebody is as far as submissions tell, and which identities are one person.

use clock::Timestamp;
use ids::{IdentityId, LinkId, ReviewId, StaffId, SubmissionId};
use uuid::Uuid;

/// Id of a compared record: that of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub Uuid);

/// What is known around a batch.
pub type Known = matching::known::Known<IdentityId, RecordId>;

/// How it was found that two identities are one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A submission showed it.
    Matched,
    /// A member of staff decided a review.
    Reviewed,
    /// Their leads came to one person of the client base.
    ClientBase,
    /// Their persons were merged in the client base.
    Merged,
    /// A run over what is stored showed it.
    Rematched,
}

impl Cause {
    pub const ALL: [Self; 5] = [
        Self::Matched,
        Self::Reviewed,
        Self::ClientBase,
        Self::Merged,
        Self::Rematched,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Reviewed => "reviewed",
            Self::ClientBase => "client_base",
            Self::Merged => "merged",
            Self::Rematched => "rematched",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// The finding that two identities are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub one: IdentityId,
    pub other: IdentityId,
    pub cause: Cause,
    /// The submission, review or merge that showed it.
    pub source: Option<Uuid>,
    /// In millionths; of a decision by rules.
    pub probability_ppm: Option<u32>,
    pub by: Option<StaffId>,
    pub at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<StaffId>,
}

impl Link {
    /// A link that holds from now on.
    pub fn new(one: IdentityId, other: IdentityId, cause: Cause, at: Timestamp) -> Self {
        Self {
            id: LinkId::generate(),
            one,
            other,
            cause,
            source: None,
            probability_ppm: None,
            by: None,
            at,
            ended_at: None,
            ended_by: None,
        }
    }
}

/// Where a review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewState {
    Open,
    /// Looked at and left for later.
    Skipped,
    Same,
    Different,
    /// Something else made one person of the two.
    Settled,
}

impl ReviewState {
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Skipped,
        Self::Same,
        Self::Different,
        Self::Settled,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Skipped => "skipped",
            Self::Same => "same",
            Self::Different => "different",
            Self::Settled => "settled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// The question whether two identities are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub id: ReviewId,
    /// The newer one.
    pub one: IdentityId,
    pub other: IdentityId,
    /// Whose decision was unsure; none of a person of the client base.
    pub submission: Option<SubmissionId>,
    /// In millionths.
    pub probability_ppm: u32,
    pub state: ReviewState,
    pub created_at: Timestamp,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<Timestamp>,
    pub note: String,
}

impl Review {
    /// A question that arises now.
    pub fn open(
        (one, other): (IdentityId, IdentityId),
        submission: Option<SubmissionId>,
        probability_ppm: u32,
        at: Timestamp,
    ) -> Self {
        Self {
            id: ReviewId::generate(),
            one,
            other,
            submission,
            probability_ppm,
            state: ReviewState::Open,
            created_at: at,
            decided_by: None,
            decided_at: None,
            note: String::new(),
        }
    }
}
