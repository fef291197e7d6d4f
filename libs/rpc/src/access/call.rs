//! One call's span and duration, from its first header to its last trailer.

use std::sync::LazyLock;

use axum::{body::Body, response::Response};
use http::HeaderMap;
use opentelemetry::{KeyValue, metrics::Histogram};
use tokio::time::Instant;
use tonic::Status;
use tracing::{Span, field::Empty, info_span};

use super::body::Followed;
use crate::failure::{Code, code_name};

static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    telemetry::meter()
        .f64_histogram("rpc_server_duration_ms")
        .with_description("How long calls took, to the end of their answer, by method and code.")
        .build()
});

/// A call that has begun. It ends with [`Call::end`], or as cancelled when dropped before.
pub(super) struct Call {
    pub(super) span: Span,
    method: &'static str,
    begun: Instant,
    ended: bool,
}

impl Call {
    pub(super) fn begin(method: &'static str, caller: &'static str, headers: &HeaderMap) -> Self {
        // The caller's span is found in the headers, whether it is in this process or another.
        let span = info_span!(
            parent: None,
            "rpc",
            otel.name = method,
            otel.kind = "server",
            rpc.method = method,
            rpc.code = Empty,
            caller,
            trace_id = Empty,
        );
        let parent = telemetry::context::extract(headers);
        telemetry::context::set_parent(&span, parent.as_deref());
        Self {
            span,
            method,
            begun: Instant::now(),
            ended: false,
        }
    }

    /// Follows the answer to its end: a call's code comes after its messages.
    pub(super) fn follow(mut self, response: Response) -> Response {
        if let Some(code) = code_in(response.headers()) {
            self.end(code);
            return response;
        }
        response.map(|body| Body::new(Followed::new(body, self)))
    }

    pub(super) fn end(&mut self, code: Code) {
        if self.ended {
            return;
        }
        self.ended = true;
        let code = code_name(code);
        self.span.record("rpc.code", code);
        let labels = [
            KeyValue::new("method", self.method),
            KeyValue::new("code", code),
        ];
        let taken = self.begun.elapsed().as_secs_f64() * 1_000.0;
        DURATION.record(taken, &labels);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(Code::Cancelled);
    }
}

/// The code in an answer's trailers, or in its headers if it has nothing else.
pub(super) fn code_in(headers: &HeaderMap) -> Option<Code> {
    Status::from_header_map(headers).map(|status| status.code())
}
