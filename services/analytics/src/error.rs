//! All that can go wrong in this service, and how callers and the broker see it.

use messaging::HandlerError;
use rpc::decode::Invalid;
use rpc::{Code, Failure, Violation};

use crate::projector::kept::Garbled;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("no figures were derived yet")]
    NoFigures,
    #[error(
        "the verification was given up: another one was begun, or the service was started again"
    )]
    GivenUp,
    #[error("the file cannot be read as rates: {0}")]
    Csv(String),
    #[error(transparent)]
    Garbled(#[from] Garbled),
    #[error("the database failed")]
    Database(#[from] database::Error),
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) | Self::Csv(_) => Code::InvalidArgument,
            Self::NoFigures => Code::Unavailable,
            Self::GivenUp | Self::Database(database::Error::Conflict(_)) => Code::Aborted,
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Database(_) | Self::Garbled(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.reason(),
            Self::NoFigures => "NO_FIGURES_YET",
            Self::GivenUp => "VERIFICATION_GIVEN_UP",
            Self::Csv(_) => "FILE_UNREADABLE",
            Self::Garbled(_) => "CONTRIBUTION_GARBLED",
            Self::Database(database::Error::Conflict(_)) => "CHANGED_MEANWHILE",
            Self::Database(error) if error.is_transient() => "DATABASE_UNAVAILABLE",
            Self::Database(_) => "DATABASE_FAILED",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            Self::Csv(_) => vec![Violation {
                field: "csv".to_owned(),
                reason: self.reason().to_owned(),
                description: self.to_string(),
            }],
            _ => Vec::new(),
        }
    }
}

/// What may work later is tried again; what cannot be read will never be.
impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        let reason = error.reason();
        match error.code() {
            Code::InvalidArgument => Self::refuse(reason).because(error),
            _ => Self::retry(reason).because(error),
        }
    }
}
