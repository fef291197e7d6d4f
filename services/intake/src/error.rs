//! What can go wrong, with the code and the stable reason of each case.

use std::{sync::Arc, time::Duration};

use ids::{IdentityId, LeadId, LinkId, PersonId, RematchId, ReviewId, StaffId, SubmissionId};
use messaging::HandlerError;
use rpc::{Code, Failure, Violation, decode::Invalid};

use crate::{
    domain::{lead::Refusal, rematch},
    reading::call::Forged,
};

/// Why intake did not do as asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the database failed")]
    Database(#[source] Arc<database::Error>),
    #[error("the lead was changed in the meantime")]
    Conflict,
    #[error("too many submissions wait already")]
    Overloaded,
    #[error("a scan takes {most} records at most; divide the file")]
    ScanTooLong { most: usize },
    #[error("no record came for too long; scan anew")]
    ScanSilent,
    #[error("too many scans are under way already")]
    TooManyScans,
    #[error("the submission was interrupted; its outcome is unknown")]
    Interrupted,
    #[error("the key came before with other content")]
    KeyReused { first: SubmissionId },
    #[error("there is no such door")]
    DoorNotFound,
    #[error("the door is closed")]
    DoorClosed,
    #[error("the key is the key of another door")]
    DoorKeyTaken,
    #[error("pages of this origin may not post here")]
    OriginNotAllowed,
    #[error("the signature is not valid")]
    SignatureInvalid,
    #[error("the signature is too old")]
    SignatureExpired,
    #[error("there is no lead {0}")]
    LeadNotFound(LeadId),
    #[error("lead {0} was erased")]
    LeadErased(LeadId),
    #[error("there is no submission {0}")]
    SubmissionNotFound(SubmissionId),
    #[error("nothing is known of {0}")]
    IdentityNotFound(IdentityId),
    #[error("there is no link {0}")]
    LinkNotFound(LinkId),
    #[error("there is no review {0}")]
    ReviewNotFound(ReviewId),
    #[error("the review was decided, or the two are one person already")]
    ReviewDecided,
    #[error("there is no such rematch")]
    RematchNotFound,
    #[error("{under_way} is under way")]
    RematchUnderWay { under_way: RematchId },
    #[error(transparent)]
    RematchEnded(#[from] rematch::Ended),
    #[error("{0} is not known here yet")]
    PersonUnknown(PersonId),
    #[error("there is no member of staff {0}")]
    StaffNotFound(StaffId),
    #[error("the account of {0} is closed")]
    StaffInactive(StaffId),
    #[error("the submission has its verdict already")]
    NotHeld,
    #[error("a submission with this verdict is not run again")]
    NotRerunnable,
    #[error("a submission of a test key is not worked")]
    Sandboxed,
    #[error("the caller has no id that intake knows")]
    CallerUnknown,
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        match error {
            database::Error::Conflict(_) => Self::Conflict,
            other => Self::Database(Arc::new(other)),
        }
    }
}

impl Error {
    /// Whether the same work, begun anew, may succeed: somebody else came first.
    pub fn is_race(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::Database(error) => matches!(**error, database::Error::UniqueViolation { .. }),
            _ => false,
        }
    }

    /// What is stored cannot be read.
    pub(crate) fn unreadable(error: serde_json::Error) -> Self {
        Self::from(database::Error::Other(error.into()))
    }

    /// Whether nothing can be done without the database.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_transient())
    }
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_)
            | Self::ScanTooLong { .. }
            | Self::Refused(
                Refusal::ReasonMissing | Refusal::ReasonUnknown | Refusal::DealNotPositive,
            ) => Code::InvalidArgument,
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Database(_) => Code::Internal,
            Self::Conflict => Code::Aborted,
            Self::ScanSilent => Code::DeadlineExceeded,
            Self::Overloaded | Self::TooManyScans => Code::ResourceExhausted,
            Self::Interrupted | Self::PersonUnknown(_) => Code::Unavailable,
            Self::KeyReused { .. } | Self::DoorKeyTaken => Code::AlreadyExists,
            Self::DoorNotFound
            | Self::LeadNotFound(_)
            | Self::SubmissionNotFound(_)
            | Self::IdentityNotFound(_)
            | Self::LinkNotFound(_)
            | Self::ReviewNotFound(_)
            | Self::RematchNotFound
            | Self::StaffNotFound(_) => Code::NotFound,
            Self::OriginNotAllowed | Self::CallerUnknown => Code::PermissionDenied,
            Self::SignatureInvalid | Self::SignatureExpired => Code::Unauthenticated,
            Self::DoorClosed
            | Self::LeadErased(_)
            | Self::StaffInactive(_)
            | Self::NotHeld
            | Self::NotRerunnable
            | Self::ReviewDecided
            | Self::RematchUnderWay { .. }
            | Self::RematchEnded(_)
            | Self::Sandboxed
            | Self::Refused(_) => Code::FailedPrecondition,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.reason(),
            Self::Database(error) if error.is_transient() => "DATABASE_UNAVAILABLE",
            Self::Database(_) => "DATABASE_FAILED",
            Self::Conflict => "REVISION_CONFLICT",
            Self::Overloaded => "OVERLOADED",
            Self::ScanTooLong { .. } => "SCAN_TOO_LONG",
            Self::ScanSilent => "SCAN_SILENT",
            Self::TooManyScans => "TOO_MANY_SCANS",
            Self::Interrupted => "INTERRUPTED",
            Self::KeyReused { .. } => "IDEMPOTENCY_KEY_REUSED",
            Self::DoorNotFound => "DOOR_NOT_FOUND",
            Self::DoorClosed => "DOOR_CLOSED",
            Self::DoorKeyTaken => "DOOR_KEY_TAKEN",
            Self::OriginNotAllowed => "ORIGIN_NOT_ALLOWED",
            Self::SignatureInvalid => "SIGNATURE_INVALID",
            Self::SignatureExpired => "SIGNATURE_EXPIRED",
            Self::LeadNotFound(_) => "LEAD_NOT_FOUND",
            Self::LeadErased(_) => "LEAD_ERASED",
            Self::SubmissionNotFound(_) => "SUBMISSION_NOT_FOUND",
            Self::IdentityNotFound(_) => "IDENTITY_NOT_FOUND",
            Self::LinkNotFound(_) => "LINK_NOT_FOUND",
            Self::ReviewNotFound(_) => "REVIEW_NOT_FOUND",
            Self::ReviewDecided => "REVIEW_DECIDED",
            Self::RematchNotFound => "REMATCH_NOT_FOUND",
            Self::RematchUnderWay { .. } => "REMATCH_UNDER_WAY",
            Self::RematchEnded(_) => "REMATCH_ENDED",
            Self::PersonUnknown(_) => "PERSON_UNKNOWN",
            Self::StaffNotFound(_) => "STAFF_NOT_FOUND",
            Self::StaffInactive(_) => "STAFF_INACTIVE",
            Self::NotHeld => "SUBMISSION_NOT_HELD",
            Self::NotRerunnable => "SUBMISSION_NOT_RERUNNABLE",
            Self::Sandboxed => "SUBMISSION_SANDBOXED",
            Self::CallerUnknown => "CALLER_UNKNOWN",
            Self::Refused(refusal) => refused(*refusal),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        let wrong = |field: &str, reason: &str| {
            vec![Violation {
                field: field.to_owned(),
                reason: reason.to_owned(),
                description: self.to_string(),
            }]
        };
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            Self::Refused(Refusal::ReasonMissing) => wrong("reason", "REQUIRED"),
            Self::Refused(Refusal::ReasonUnknown) => wrong("reason", "UNKNOWN"),
            Self::Refused(Refusal::DealNotPositive) => wrong("new_deal", "NOT_POSITIVE"),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded => Some(Duration::from_secs(1)),
            _ if self.is_outage() => Some(Duration::from_secs(2)),
            _ => None,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::KeyReused { first } => vec![("submission_id", first.to_string())],
            Self::RematchUnderWay { under_way } => vec![("rematch_id", under_way.to_string())],
            _ => Vec::new(),
        }
    }
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::AlreadyQualified => "LEAD_ALREADY_QUALIFIED",
        Refusal::AlreadyRefused => "LEAD_ALREADY_REFUSED",
        Refusal::AlreadyHasDeal => "LEAD_ALREADY_HAS_DEAL",
        Refusal::NotRefused => "LEAD_NOT_REFUSED",
        Refusal::Nameless => "LEAD_NAMELESS",
        Refusal::ReasonMissing => "REASON_MISSING",
        Refusal::ReasonUnknown => "REASON_UNKNOWN",
        Refusal::DealNotPositive => "DEAL_NOT_POSITIVE",
    }
}

impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        let reason = error.reason();
        match error.code() {
            Code::Unavailable | Code::Aborted | Code::Internal | Code::ResourceExhausted => {
                Self::retry(reason).because(error)
            }
            // A unique key taken by a neighbour is a race, not a refusal.
            _ if error.is_race() => Self::retry(reason).because(error),
            _ => Self::refuse(reason).because(error),
        }
    }
}

impl From<Forged> for Error {
    fn from(forged: Forged) -> Self {
        match forged {
            Forged::Invalid => Self::SignatureInvalid,
            Forged::Expired => Self::SignatureExpired,
        }
    }
}
