//! Why the edge itself turns a request away.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use rpc::{Code, Failure, Violation, access::Denied, decode::Invalid};

use crate::error::Error;

/// A request that the edge does not pass on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Credentials(Error),
    #[error("no such method")]
    MethodUnknown,
    #[error("no such route")]
    RouteUnknown,
    #[error("the route does not take this HTTP method")]
    MethodNotAllowed(Vec<Method>),
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the body must be {0}")]
    MediaType(&'static str),
    #[error("the body did not arrive")]
    BodyBroken,
    #[error("the body took too long to arrive")]
    BodyLate,
    #[error("too many requests; slow down")]
    TooMany(Duration),
    #[error("too many requests are under way")]
    Overloaded,
    #[error("the form was sent from another site")]
    CrossSite,
    #[error("no such door")]
    DoorUnknown,
    #[error("pages of this origin may not post here")]
    OriginNotAllowed,
    #[error("the service cannot be reached; try again")]
    Upstream,
    #[error("something went wrong here")]
    Broken,
}

impl Failure for Refusal {
    fn code(&self) -> Code {
        match self {
            Self::Denied(denied) => denied.code(),
            Self::Invalid(invalid) => invalid.code(),
            Self::Credentials(error) => error.code(),
            Self::MethodUnknown | Self::MethodNotAllowed(_) => Code::Unimplemented,
            Self::RouteUnknown | Self::DoorUnknown => Code::NotFound,
            Self::TooLarge(_) | Self::MediaType(_) | Self::BodyBroken => Code::InvalidArgument,
            Self::BodyLate => Code::DeadlineExceeded,
            Self::TooMany(_) => Code::ResourceExhausted,
            Self::Overloaded | Self::Upstream => Code::Unavailable,
            Self::CrossSite | Self::OriginNotAllowed => Code::PermissionDenied,
            Self::Broken => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Denied(denied) => denied.reason(),
            Self::Invalid(invalid) => invalid.reason(),
            Self::Credentials(error) => error.reason(),
            Self::MethodUnknown => "METHOD_UNKNOWN",
            Self::RouteUnknown => "ROUTE_UNKNOWN",
            Self::MethodNotAllowed(_) => "METHOD_NOT_ALLOWED",
            Self::TooLarge(_) => "BODY_TOO_LARGE",
            Self::MediaType(_) => "MEDIA_TYPE_UNSUPPORTED",
            Self::BodyBroken => "BODY_BROKEN",
            Self::BodyLate => "BODY_TIMEOUT",
            Self::TooMany(_) => "RATE_LIMITED",
            Self::Overloaded => "OVERLOADED",
            Self::CrossSite => "CROSS_SITE",
            Self::DoorUnknown => "DOOR_NOT_FOUND",
            Self::OriginNotAllowed => "ORIGIN_NOT_ALLOWED",
            Self::Upstream => "UPSTREAM_UNAVAILABLE",
            Self::Broken => "INTERNAL",
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
            Self::TooMany(wait) => Some(*wait),
            Self::Credentials(error) => error.retry_after(),
            Self::Overloaded | Self::Upstream => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}

impl Refusal {
    /// The HTTP status, where it says more than that of the code.
    pub(super) fn http(&self) -> Option<StatusCode> {
        match self {
            Self::MethodNotAllowed(_) => Some(StatusCode::METHOD_NOT_ALLOWED),
            Self::TooLarge(_) => Some(StatusCode::PAYLOAD_TOO_LARGE),
            Self::MediaType(_) => Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::BodyLate => Some(StatusCode::REQUEST_TIMEOUT),
            _ => None,
        }
    }
}
