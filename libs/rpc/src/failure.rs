//! What a caller learns of a failure: code, stable reason, and what to do about it.

use std::{collections::HashMap, error::Error, time::Duration};

pub use tonic::Code;
use tonic::Status;
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// How a caller sees a failure.
pub trait Failure: Error + 'static {
    /// The class of the failure.
    fn code(&self) -> Code;

    /// Stable `UPPER_SNAKE` name; clients may match on it, so renaming one is a breaking change.
    fn reason(&self) -> &'static str;

    /// The fields of the request that are wrong.
    fn violations(&self) -> Vec<Violation> {
        Vec::new()
    }

    /// When the same request may be tried again.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// Facts about the failure for a program to read. Never personal data.
    fn metadata(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field as it is named in the contract: `contact.phones[0].number`.
    pub field: String,
    /// Stable `UPPER_SNAKE` name of what is wrong.
    pub reason: String,
    /// The same for people.
    pub description: String,
}

/// The only place in the workspace that builds a `Status` from an error.
///
/// An internal failure is logged here with its causes, and the caller is told no more than that.
pub fn status(service: &'static str, failure: &impl Failure) -> Status {
    let code = failure.code();
    let mut details = ErrorDetails::new();
    if matches!(code, Code::Internal | Code::Unknown) {
        let error: &dyn Error = failure;
        tracing::error!(error, reason = failure.reason(), "request failed");
        details.set_error_info(failure.reason(), domain(service), HashMap::new());
        return Status::with_error_details(code, "internal error", details);
    }
    let metadata: HashMap<String, String> = failure
        .metadata()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    details.set_error_info(failure.reason(), domain(service), metadata);
    let violations = failure.violations();
    if !violations.is_empty() {
        let violations: Vec<_> = violations.into_iter().map(field_violation).collect();
        details.set_bad_request(violations);
    }
    if let Some(delay) = failure.retry_after() {
        details.set_retry_info(Some(delay));
    }
    Status::with_error_details(code, failure.to_string(), details)
}

/// What a status says beyond its code and message; everything empty if it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// Stable name of the failure.
    pub reason: String,
    /// Who names it so: `intake.tributary`.
    pub domain: String,
    /// Facts about the failure.
    pub metadata: HashMap<String, String>,
    /// The fields of the request that are wrong.
    pub violations: Vec<Violation>,
    /// When the same request may be tried again.
    pub retry_after: Option<Duration>,
}

/// Reads what [`status`] has written, for a program that passes the failure on.
pub fn explain(status: &Status) -> Explanation {
    let details = status.get_error_details();
    let mut explanation = Explanation {
        retry_after: details.retry_info().and_then(|info| info.retry_delay),
        ..Explanation::default()
    };
    if let Some(info) = details.error_info() {
        explanation.reason.clone_from(&info.reason);
        explanation.domain.clone_from(&info.domain);
        explanation.metadata.clone_from(&info.metadata);
    }
    if let Some(request) = details.bad_request() {
        explanation.violations = request
            .field_violations
            .iter()
            .map(|violation| Violation {
                field: violation.field.clone(),
                reason: violation.reason.clone(),
                description: violation.description.clone(),
            })
            .collect();
    }
    explanation
}

/// The name of a code as the gRPC specification writes it.
pub fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

fn domain(service: &str) -> String {
    format!("{service}.tributary")
}

fn field_violation(violation: Violation) -> FieldViolation {
    FieldViolation {
        field: violation.field,
        description: violation.description,
        reason: violation.reason,
        localized_message: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Sample {
        #[error("lead is unknown")]
        Unknown,
        #[error("password is hunter2")]
        Broken(#[source] std::io::Error),
        #[error("two fields are wrong")]
        Wrong,
        #[error("too many requests")]
        Busy,
    }

    impl Failure for Sample {
        fn code(&self) -> Code {
            match self {
                Self::Unknown => Code::NotFound,
                Self::Broken(_) => Code::Internal,
                Self::Wrong => Code::InvalidArgument,
                Self::Busy => Code::ResourceExhausted,
            }
        }

        fn reason(&self) -> &'static str {
            match self {
                Self::Unknown => "LEAD_UNKNOWN",
                Self::Broken(_) => "STORE_BROKEN",
                Self::Wrong => "FIELDS_WRONG",
                Self::Busy => "BUSY",
            }
        }

        fn violations(&self) -> Vec<Violation> {
            let violation = Violation {
                field: "name".to_owned(),
                reason: "REQUIRED".to_owned(),
                description: "is required".to_owned(),
            };
            matches!(self, Self::Wrong)
                .then_some(violation)
                .into_iter()
                .collect()
        }

        fn retry_after(&self) -> Option<Duration> {
            matches!(self, Self::Busy).then_some(Duration::from_millis(1_500))
        }

        fn metadata(&self) -> Vec<(&'static str, String)> {
            vec![("lead", "lead_1".to_owned())]
        }
    }

    #[test]
    fn a_refusal_keeps_its_text_reason_and_facts() {
        let status = status("intake", &Sample::Unknown);
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(status.message(), "lead is unknown");
        let explained = explain(&status);
        assert_eq!(explained.reason, "LEAD_UNKNOWN");
        assert_eq!(explained.domain, "intake.tributary");
        assert_eq!(
            explained.metadata.get("lead").map(String::as_str),
            Some("lead_1")
        );
        assert_eq!(explained.violations, []);
        assert_eq!(explained.retry_after, None);
    }

    #[test]
    fn an_internal_failure_tells_its_reason_and_nothing_else() {
        let cause = std::io::Error::other("disk /dev/sda1 is gone");
        let status = status("intake", &Sample::Broken(cause));
        assert_eq!(status.message(), "internal error");
        let explained = explain(&status);
        assert_eq!(explained.reason, "STORE_BROKEN");
        assert!(explained.metadata.is_empty(), "{explained:?}");
        let bytes = String::from_utf8_lossy(status.details()).into_owned();
        assert!(!bytes.contains("hunter2"), "{bytes}");
        assert!(!bytes.contains("sda1"), "{bytes}");
    }

    #[test]
    fn wrong_fields_and_the_time_to_retry_reach_the_caller() {
        let wrong = explain(&status("intake", &Sample::Wrong));
        assert_eq!(wrong.violations, Sample::Wrong.violations());
        let busy = explain(&status("intake", &Sample::Busy));
        assert_eq!(busy.retry_after, Some(Duration::from_millis(1_500)));
    }

    #[test]
    fn a_bare_status_explains_nothing() {
        let explained = explain(&Status::unavailable("gone"));
        assert_eq!(explained, Explanation::default());
    }
}
