//! All that can go wrong in this service, and how callers see it.

use rpc::decode::Invalid;
use rpc::{Code, Failure, Violation};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("nothing is known of {0}")]
    JourneyNotFound(String),
    #[error("there is no client {0}")]
    ClientNotFound(String),
    #[error("the report has too many rows: take a shorter period, or fewer labels to group by")]
    TooManyRows,
    #[error("the file cannot be written")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the database failed")]
    Database(#[from] database::Error),
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::JourneyNotFound(_) | Self::ClientNotFound(_) => Code::NotFound,
            Self::TooManyRows => Code::OutOfRange,
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Unwritable(_) | Self::Database(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.reason(),
            Self::JourneyNotFound(_) => "JOURNEY_NOT_FOUND",
            Self::ClientNotFound(_) => "CLIENT_NOT_FOUND",
            Self::TooManyRows => "TOO_MANY_ROWS",
            Self::Unwritable(_) => "FILE_FAILED",
            Self::Database(error) if error.is_transient() => "DATABASE_UNAVAILABLE",
            Self::Database(_) => "DATABASE_FAILED",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            _ => Vec::new(),
        }
    }
}
