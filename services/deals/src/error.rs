//! All that can go wrong in this service, and how callers and the broker see it.

use ids::{DealActivityId, DealId, OfferId, SaleObjectId, TopicId};
use messaging::HandlerError;
use rpc::decode::Invalid;
use rpc::{Code, Failure, Violation};

use crate::document::DocumentError;
use crate::domain::code;
use crate::domain::deal::{AlreadyClosed, LoseRefused, MoveRefused, WinRefused};
use crate::domain::gate::Requirement;
use crate::domain::offer::{self, TooMuch};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("there is no deal {0}")]
    DealNotFound(DealId),
    #[error("there is no topic {0}")]
    TopicNotFound(TopicId),
    #[error("the deal has no activity {0}")]
    ActivityNotFound(DealActivityId),
    #[error(transparent)]
    Closed(#[from] AlreadyClosed),
    #[error(transparent)]
    Move(#[from] MoveRefused),
    #[error(transparent)]
    Win(#[from] WinRefused),
    #[error("there is no offer {0}")]
    OfferNotFound(OfferId),
    #[error("another offer has the id {0}")]
    OfferIdTaken(OfferId),
    #[error(transparent)]
    Offer(#[from] offer::Refused),
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    #[error("the catalogue has no sale object {0}")]
    SaleObjectNotFound(SaleObjectId),
    #[error("the sale object {0} is no longer offered")]
    SaleObjectInactive(SaleObjectId),
    #[error("another sale object has the code {0}")]
    SaleObjectCodeTaken(code::Code),
    #[error("a line has no price, nor its sale object one in {0}")]
    PriceMissing(String),
    #[error("the directory has no reason {0}")]
    UnknownReason(code::Code),
    #[error("another topic has the code {0}")]
    TopicCodeTaken(code::Code),
    #[error("a stage that is to go has deals")]
    StageInUse,
    #[error("make another topic the default instead")]
    DefaultTopicNeeded,
    #[error("it was changed since revision {0}")]
    RevisionConflict(i64),
    #[error("the document failed")]
    Document(#[from] DocumentError),
    #[error("the database failed")]
    Database(#[from] database::Error),
}

impl From<LoseRefused> for Error {
    fn from(LoseRefused(closed): LoseRefused) -> Self {
        Self::Closed(closed)
    }
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_)
            | Self::UnknownReason(_)
            | Self::TooMuch(_)
            | Self::PriceMissing(_)
            | Self::Move(MoveRefused::UnknownStage(_)) => Code::InvalidArgument,
            Self::DealNotFound(_)
            | Self::TopicNotFound(_)
            | Self::ActivityNotFound(_)
            | Self::OfferNotFound(_)
            | Self::SaleObjectNotFound(_) => Code::NotFound,
            Self::Closed(_)
            | Self::Move(MoveRefused::Closed(_) | MoveRefused::GateNotMet(_))
            | Self::Win(_)
            | Self::Offer(_)
            | Self::SaleObjectInactive(_)
            | Self::StageInUse
            | Self::DefaultTopicNeeded => Code::FailedPrecondition,
            Self::TopicCodeTaken(_) | Self::SaleObjectCodeTaken(_) | Self::OfferIdTaken(_) => {
                Code::AlreadyExists
            }
            Self::RevisionConflict(_) | Self::Database(database::Error::Conflict(_)) => {
                Code::Aborted
            }
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Database(_) | Self::Document(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.reason(),
            Self::DealNotFound(_) => "DEAL_NOT_FOUND",
            Self::TopicNotFound(_) => "TOPIC_NOT_FOUND",
            Self::ActivityNotFound(_) => "ACTIVITY_NOT_FOUND",
            Self::Closed(closed)
            | Self::Move(MoveRefused::Closed(closed))
            | Self::Win(WinRefused::Closed(closed)) => closed_reason(*closed),
            Self::Move(MoveRefused::UnknownStage(_)) => "STAGE_UNKNOWN",
            Self::Move(MoveRefused::GateNotMet(_)) => "GATE_NOT_MET",
            Self::Win(WinRefused::AmountRequired) => "AMOUNT_REQUIRED",
            Self::OfferNotFound(_) => "OFFER_NOT_FOUND",
            Self::OfferIdTaken(_) => "OFFER_ID_TAKEN",
            Self::Offer(refused) => offer_reason(*refused),
            Self::TooMuch(_) => "TOO_MUCH",
            Self::SaleObjectNotFound(_) => "SALE_OBJECT_NOT_FOUND",
            Self::SaleObjectInactive(_) => "SALE_OBJECT_INACTIVE",
            Self::SaleObjectCodeTaken(_) => "SALE_OBJECT_CODE_TAKEN",
            Self::PriceMissing(_) => "PRICE_MISSING",
            Self::UnknownReason(_) => "REASON_UNKNOWN",
            Self::TopicCodeTaken(_) => "TOPIC_CODE_TAKEN",
            Self::StageInUse => "STAGE_IN_USE",
            Self::DefaultTopicNeeded => "DEFAULT_TOPIC_NEEDED",
            Self::RevisionConflict(_) => "REVISION_CONFLICT",
            Self::Database(database::Error::Conflict(_)) => "CHANGED_MEANWHILE",
            Self::Database(error) if error.is_transient() => "DATABASE_UNAVAILABLE",
            Self::Database(_) => "DATABASE_FAILED",
            Self::Document(_) => "DOCUMENT_FAILED",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            Self::Move(MoveRefused::UnknownStage(_)) => self.violation("stage"),
            Self::UnknownReason(_) => self.violation("reason"),
            _ => Vec::new(),
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Move(MoveRefused::GateNotMet(missing)) => vec![("missing", listed(missing))],
            _ => Vec::new(),
        }
    }
}

impl Error {
    fn violation(&self, field: &str) -> Vec<Violation> {
        vec![Violation {
            field: field.to_owned(),
            reason: self.reason().to_owned(),
            description: self.to_string(),
        }]
    }
}

/// What may work later is tried again; what the domain refuses will never work.
impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        let reason = error.reason();
        match error.code() {
            Code::Aborted | Code::Unavailable | Code::Internal | Code::NotFound => {
                Self::retry(reason).because(error)
            }
            _ => Self::refuse(reason).because(error),
        }
    }
}

fn closed_reason(closed: AlreadyClosed) -> &'static str {
    match closed {
        AlreadyClosed::Won => "DEAL_ALREADY_WON",
        AlreadyClosed::Lost => "DEAL_ALREADY_LOST",
    }
}

fn offer_reason(refused: offer::Refused) -> &'static str {
    match refused {
        offer::Refused::AlreadySent => "OFFER_ALREADY_SENT",
        offer::Refused::NotSent => "OFFER_NOT_SENT",
        offer::Refused::Empty => "OFFER_EMPTY",
        offer::Refused::Expired => "OFFER_EXPIRED",
        offer::Refused::AlreadyAccepted => "OFFER_ALREADY_ACCEPTED",
        offer::Refused::AlreadyDeclined => "OFFER_ALREADY_DECLINED",
        offer::Refused::Superseded => "OFFER_SUPERSEDED",
        offer::Refused::AlreadyRevised => "OFFER_ALREADY_REVISED",
    }
}

fn listed(missing: &[Requirement]) -> String {
    let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
    names.join(",")
}
