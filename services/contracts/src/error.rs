//! All that can go wrong in this service, and how callers and the broker see it.

use ids::{ContractId, PaymentId};
use messaging::HandlerError;
use rpc::decode::Invalid;
use rpc::{Code, Failure, Violation};

use crate::domain::code;
use crate::domain::contract::{GrowthRefused, UpdateRefused, WrongState};
use crate::domain::payment::{CurrencyDiffers, PaymentRefused};
use crate::domain::plan::PlanRefused;
use crate::domain::terms::EndsBeforeStart;
use crate::store::payments::MAX_PAYMENTS;

const CURRENCY_DIFFERS: &str = "CURRENCY_DIFFERS";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("there is no contract {0}")]
    ContractNotFound(ContractId),
    #[error("the contract has no payment {0}")]
    PaymentNotFound(PaymentId),
    #[error(transparent)]
    State(#[from] WrongState),
    #[error(transparent)]
    Terms(#[from] EndsBeforeStart),
    /// In the field of the request.
    #[error("{CurrencyDiffers}")]
    Currency(&'static str),
    #[error(transparent)]
    Growth(GrowthRefused),
    #[error(transparent)]
    Payment(PaymentRefused),
    #[error(transparent)]
    Plan(PlanRefused),
    #[error("the contract has payments in its currency: take them out before it changes")]
    CurrencyInUse,
    #[error("a contract has at most {MAX_PAYMENTS} payments")]
    TooManyPayments,
    #[error("the id belongs to something else")]
    IdTaken,
    #[error("the directory has no reason {0}")]
    UnknownReason(code::Code),
    #[error("it was changed since revision {0}")]
    RevisionConflict(i64),
    #[error("the database failed")]
    Database(#[from] database::Error),
}

/// Of a payment that is expected by itself.
impl From<CurrencyDiffers> for Error {
    fn from(_: CurrencyDiffers) -> Self {
        Self::Currency("payment.amount.currency")
    }
}

impl From<UpdateRefused> for Error {
    fn from(refused: UpdateRefused) -> Self {
        match refused {
            UpdateRefused::State(state) => Self::State(state),
            UpdateRefused::Terms(terms) => Self::Terms(terms),
        }
    }
}

impl From<GrowthRefused> for Error {
    fn from(refused: GrowthRefused) -> Self {
        match refused {
            GrowthRefused::State(state) => Self::State(state),
            GrowthRefused::Currency(_) => Self::Currency("amount_added.currency"),
            other => Self::Growth(other),
        }
    }
}

impl From<PaymentRefused> for Error {
    fn from(refused: PaymentRefused) -> Self {
        match refused {
            PaymentRefused::Currency(_) => Self::Currency("amount.currency"),
            other => Self::Payment(other),
        }
    }
}

impl From<PlanRefused> for Error {
    fn from(refused: PlanRefused) -> Self {
        match refused {
            PlanRefused::Currency(_) => Self::Currency("plan"),
            other => Self::Plan(other),
        }
    }
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) | Self::Terms(_) | Self::Currency(_) | Self::UnknownReason(_) => {
                Code::InvalidArgument
            }
            Self::ContractNotFound(_) | Self::PaymentNotFound(_) => Code::NotFound,
            Self::State(_)
            | Self::Growth(GrowthRefused::WithoutEnd)
            | Self::Payment(_)
            | Self::Plan(_)
            | Self::CurrencyInUse
            | Self::TooManyPayments => Code::FailedPrecondition,
            Self::Growth(_) => Code::InvalidArgument,
            Self::IdTaken => Code::AlreadyExists,
            Self::RevisionConflict(_) | Self::Database(database::Error::Conflict(_)) => {
                Code::Aborted
            }
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Database(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.reason(),
            Self::ContractNotFound(_) => "CONTRACT_NOT_FOUND",
            Self::PaymentNotFound(_) => "PAYMENT_NOT_FOUND",
            Self::State(state) => state_reason(*state),
            Self::Terms(EndsBeforeStart) => "ENDS_BEFORE_START",
            Self::Currency(_) => CURRENCY_DIFFERS,
            Self::Growth(refused) => growth_reason(*refused),
            Self::Payment(refused) => payment_reason(*refused),
            Self::Plan(refused) => plan_reason(*refused),
            Self::CurrencyInUse => "CURRENCY_IN_USE",
            Self::TooManyPayments => "TOO_MANY_PAYMENTS",
            Self::IdTaken => "ID_TAKEN",
            Self::UnknownReason(_) => "REASON_UNKNOWN",
            Self::RevisionConflict(_) => "REVISION_CONFLICT",
            Self::Database(database::Error::Conflict(_)) => "CHANGED_MEANWHILE",
            Self::Database(error) if error.is_transient() => "DATABASE_UNAVAILABLE",
            Self::Database(_) => "DATABASE_FAILED",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            Self::Terms(_) | Self::Growth(GrowthRefused::NotLater) => self.violation("ends_at"),
            Self::Currency(field) => self.violation(field),
            Self::UnknownReason(_) => self.violation("reason"),
            Self::Growth(GrowthRefused::TooLarge) => self.violation("amount_added.minor"),
            Self::Growth(GrowthRefused::FromAfterEnd) => self.violation("from_at"),
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

fn state_reason(state: WrongState) -> &'static str {
    match state {
        WrongState::NotSent => "CONTRACT_NOT_SENT",
        WrongState::NotSigned => "CONTRACT_NOT_SIGNED",
        WrongState::NotActive => "CONTRACT_NOT_ACTIVE",
        WrongState::NotExpired => "CONTRACT_NOT_EXPIRED",
        WrongState::StillRuns => "CONTRACT_STILL_RUNS",
        WrongState::AlreadySigned => "CONTRACT_ALREADY_SIGNED",
        WrongState::AlreadyActive => "CONTRACT_ALREADY_ACTIVE",
        WrongState::AlreadyEnded => "CONTRACT_ALREADY_ENDED",
    }
}

fn growth_reason(refused: GrowthRefused) -> &'static str {
    match refused {
        GrowthRefused::State(state) => state_reason(state),
        GrowthRefused::Currency(_) => CURRENCY_DIFFERS,
        GrowthRefused::WithoutEnd => "CONTRACT_WITHOUT_END",
        GrowthRefused::NotLater => "ENDS_NOT_LATER",
        GrowthRefused::FromAfterEnd => "FROM_AFTER_END",
        GrowthRefused::TooLarge => "AMOUNT_TOO_LARGE",
    }
}

fn payment_reason(refused: PaymentRefused) -> &'static str {
    match refused {
        PaymentRefused::Currency(_) => CURRENCY_DIFFERS,
        PaymentRefused::Received => "PAYMENT_RECEIVED",
        PaymentRefused::Removed => "PAYMENT_REMOVED",
        PaymentRefused::NotReceived => "PAYMENT_NOT_RECEIVED",
        PaymentRefused::Refund => "PAYMENT_IS_REFUND",
        PaymentRefused::MoreThanExpected => "MORE_THAN_EXPECTED",
        PaymentRefused::MoreThanReceived => "MORE_THAN_RECEIVED",
    }
}

fn plan_reason(refused: PlanRefused) -> &'static str {
    match refused {
        PlanRefused::Currency(_) => CURRENCY_DIFFERS,
        PlanRefused::Nothing => "NOTHING_TO_PLAN",
        PlanRefused::TooSmall => "INSTALMENT_TOO_SMALL",
        PlanRefused::TooLarge => "INSTALMENT_TOO_LARGE",
        PlanRefused::NotRecurring => "CONTRACT_NOT_RECURRING",
        PlanRefused::WithoutStart => "CONTRACT_WITHOUT_START",
        PlanRefused::TooMany => "PLAN_TOO_LONG",
        PlanRefused::TooLate => "DUE_TOO_LATE",
    }
}
