//! What can go wrong with credentials, and how a caller sees it.

use std::time::Duration;

use rpc::{Code, Failure, Violation, decode::Invalid};

use crate::domain::staff::LastAdmin;

/// Why a command about credentials came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("no such account")]
    StaffNotFound,
    #[error("no such partner")]
    PartnerNotFound,
    #[error("no such key")]
    ApiKeyNotFound,
    #[error("another account has this address")]
    EmailTaken,
    #[error("another partner has this name")]
    PartnerNameTaken,
    #[error("this id belongs to another account or partner")]
    IdTaken,
    #[error("the partner has two active keys of this kind; revoke one first")]
    TooManyKeys,
    #[error(transparent)]
    LastAdmin(#[from] LastAdmin),
    #[error("address or password is wrong")]
    CredentialsInvalid,
    #[error("credentials have expired")]
    CredentialsExpired,
    #[error("too many attempts to sign in")]
    TooManyAttempts(Duration),
    #[error("too many passwords are being checked")]
    Busy,
    #[error("somebody else changed it first")]
    Conflict,
    #[error("the caller has no account")]
    NoAccount,
    #[error("passwords cannot be hashed")]
    Password(#[source] PasswordError),
    #[error("the database failed")]
    Database(#[source] database::Error),
}

/// What the password library said; it does not implement the error trait in every build.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PasswordError(pub(crate) String);

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        match error {
            database::Error::Conflict(_) => Self::Conflict,
            other => Self::Database(other),
        }
    }
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(invalid) => invalid.code(),
            Self::StaffNotFound | Self::PartnerNotFound | Self::ApiKeyNotFound => Code::NotFound,
            Self::EmailTaken | Self::PartnerNameTaken | Self::IdTaken => Code::AlreadyExists,
            Self::TooManyKeys | Self::LastAdmin(_) => Code::FailedPrecondition,
            Self::CredentialsInvalid | Self::CredentialsExpired => Code::Unauthenticated,
            Self::NoAccount => Code::PermissionDenied,
            Self::TooManyAttempts(_) | Self::Busy => Code::ResourceExhausted,
            Self::Conflict => Code::Aborted,
            Self::Database(error) if error.is_transient() => Code::Unavailable,
            Self::Password(_) | Self::Database(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.reason(),
            Self::StaffNotFound => "STAFF_NOT_FOUND",
            Self::PartnerNotFound => "PARTNER_NOT_FOUND",
            Self::ApiKeyNotFound => "API_KEY_NOT_FOUND",
            Self::EmailTaken => "EMAIL_TAKEN",
            Self::PartnerNameTaken => "PARTNER_NAME_TAKEN",
            Self::IdTaken => "ID_TAKEN",
            Self::TooManyKeys => "TOO_MANY_KEYS",
            Self::LastAdmin(_) => "LAST_ADMIN",
            Self::CredentialsInvalid => "CREDENTIALS_INVALID",
            Self::CredentialsExpired => "CREDENTIALS_EXPIRED",
            Self::NoAccount => "NO_ACCOUNT",
            Self::TooManyAttempts(_) => "TOO_MANY_ATTEMPTS",
            Self::Busy => "BUSY",
            Self::Conflict => "CONFLICT",
            Self::Password(_) => "PASSWORD_FAILED",
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

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyAttempts(wait) => Some(*wait),
            Self::Busy | Self::Conflict => Some(Duration::from_secs(1)),
            Self::Database(error) if error.is_transient() => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}
