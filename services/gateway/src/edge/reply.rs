//! Answers in JSON, failures above all.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rpc::{Code, Explanation, code_name};
use serde_json::{Value, json};
use tonic::Status;

use super::refusal::Refusal;

/// Whoever is turned away for load without a time comes back after this.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A failure as an HTTP answer is made of it.
pub(super) struct Problem {
    pub(super) http: StatusCode,
    pub(super) status: Status,
    allow: Option<HeaderValue>,
    /// The edge turned the request away, perhaps before its body was read.
    unread: bool,
}

/// Stands on an answer to a request whose body may not have been read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unread;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = rpc::status("gateway", &refusal);
        let http = refusal.http().unwrap_or_else(|| http_status(status.code()));
        let allow = match &refusal {
            Refusal::MethodNotAllowed(methods) => {
                let methods: Vec<&str> = methods.iter().map(axum::http::Method::as_str).collect();
                HeaderValue::try_from(methods.join(", ")).ok()
            }
            _ => None,
        };
        Self {
            http,
            status,
            allow,
            unread: !matches!(refusal, Refusal::Upstream | Refusal::Broken),
        }
    }
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        let status = named(status);
        Self {
            http: http_status(status.code()),
            status,
            allow: None,
            unread: false,
        }
    }
}

impl Problem {
    /// The stable name of what went wrong; that of its kind, where nobody gave it one.
    pub(super) fn reason(&self) -> String {
        let reason = rpc::explain(&self.status).reason;
        if reason.is_empty() {
            code_name(self.status.code()).to_owned()
        } else {
            reason
        }
    }

    /// Seconds until it is worth to try again, for those who were turned away for load.
    pub(super) fn retry_after(&self) -> Option<u64> {
        let busy = [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ];
        let asked = rpc::explain(&self.status).retry_after;
        let wait = asked.or_else(|| busy.contains(&self.http).then_some(RETRY_AFTER))?;
        Some(
            wait.as_secs_f64()
                .ceil()
                .max(1.0)
                .to_string()
                .parse()
                .unwrap_or(1),
        )
    }

    /// The headers that go with it, whatever the body.
    pub(super) fn decorate(&self, response: &mut Response) {
        if self.unread {
            response.extensions_mut().insert(Unread);
        }
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.http == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(allow) = self.allow.clone() {
            headers.insert(header::ALLOW, allow);
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let explanation = rpc::explain(&self.status);
        let body = json!({ "error": {
            "code": self.http.as_u16(),
            "status": code_name(self.status.code()),
            "reason": self.reason(),
            "message": self.status.message(),
            "details": details(&explanation),
            "traceId": telemetry::context::trace_id().unwrap_or_default(),
        }});
        let mut response = (self.http, Json(body)).into_response();
        self.decorate(&mut response);
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl Refusal {
    /// The refusal as a gRPC client sees it.
    pub(super) fn into_grpc(self) -> Response {
        rpc::status("gateway", &self).into_http::<Body>()
    }
}

/// A failure of the way to a service, which has no reason of its own, gets one.
pub(super) fn named(status: Status) -> Status {
    if !status.details().is_empty() {
        return status;
    }
    match status.code() {
        Code::Unavailable => rpc::status("gateway", &Refusal::Upstream),
        _ => status,
    }
}

fn details(explanation: &Explanation) -> Value {
    let mut details = Vec::new();
    if !explanation.reason.is_empty() {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": explanation.reason,
            "domain": explanation.domain,
            "metadata": explanation.metadata,
        }));
    }
    if !explanation.violations.is_empty() {
        let violations = explanation.violations.iter().map(
            |it| json!({ "field": it.field, "reason": it.reason, "description": it.description }),
        );
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": violations.collect::<Vec<_>>(),
        }));
    }
    if let Some(delay) = explanation.retry_after {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.RetryInfo",
            "retryDelay": format!("{}s", delay.as_secs_f64()),
        }));
    }
    Value::Array(details)
}

/// The HTTP status of a gRPC code, as `google.rpc.Code` maps it.
pub(super) fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::Cancelled => StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST),
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => {
            StatusCode::BAD_REQUEST
        }
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
