//! The W3C trace context: taken from a request or a message, given to the next.

use std::collections::HashMap;

use http::{HeaderMap, HeaderValue};
use opentelemetry::{
    Context,
    propagation::TextMapPropagator,
    trace::{SpanContext, TraceContextExt},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Name of the header that carries the trace context, in HTTP, gRPC and messages alike.
pub const TRACEPARENT: &str = "traceparent";

/// A version 0 traceparent has 55 characters; later versions may add to it.
const LONGEST_TRACEPARENT: usize = 128;

/// The traceparent of the current span, to be sent along with what it causes.
///
/// `None` outside any span, or when telemetry was never started.
pub fn current() -> Option<String> {
    current_context().map(|context| traceparent(&context))
}

/// The traceparent of this span, as [`current`] would give it inside.
pub fn of(span: &Span) -> Option<String> {
    context_of(span).map(|context| traceparent(&context))
}

/// The trace id of the current span, as 32 hexadecimal digits.
pub fn trace_id() -> Option<String> {
    current_context().map(|context| context.trace_id().to_string())
}

/// Makes `span` a child of the span that sent `traceparent`, and records its `trace_id` field.
///
/// Call it before the span is entered. Without a traceparent, or with a malformed one, the span
/// keeps its local parent or starts a trace of its own.
pub fn set_parent(span: &Span, traceparent: Option<&str>) {
    if let Some(parent) = traceparent.and_then(parse) {
        // Fails only where no trace is kept at all: the span is filtered out or has begun.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
    if span.has_field("trace_id") {
        let context = span.context();
        let context = context.span().span_context().clone();
        if context.is_valid() {
            span.record("trace_id", context.trace_id().to_string());
        }
    }
}

/// Writes the current trace context into the headers of an outgoing request.
pub fn inject(headers: &mut HeaderMap) {
    if let Some(value) = current().and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(TRACEPARENT, value);
    }
}

/// The trace context of an incoming request, if it carries a well-formed one.
pub fn extract(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(TRACEPARENT)?.to_str().ok()?;
    parse(text).map(|context| self::traceparent(&context))
}

fn current_context() -> Option<SpanContext> {
    context_of(&Span::current())
}

fn context_of(span: &Span) -> Option<SpanContext> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then_some(context)
}

fn traceparent(context: &SpanContext) -> String {
    format!(
        "00-{}-{}-{:02x}",
        context.trace_id(),
        context.span_id(),
        context.trace_flags().to_u8()
    )
}

fn parse(text: &str) -> Option<SpanContext> {
    if text.len() > LONGEST_TRACEPARENT {
        return None;
    }
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), text.to_owned())]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    let context = context.span().span_context().clone();
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn extracted(value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, HeaderValue::from_static(value));
        extract(&headers)
    }

    #[test]
    fn a_well_formed_traceparent_is_read_as_it_was_sent() {
        assert_eq!(extracted(SENT).as_deref(), Some(SENT));
    }

    #[test]
    fn a_malformed_traceparent_is_ignored() {
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "not a traceparent at all",
        ] {
            assert_eq!(extracted(text), None, "{text}");
        }
        let long = format!("{SENT}-{}", "x".repeat(LONGEST_TRACEPARENT));
        assert!(parse(&long).is_none(), "an endless traceparent");
    }

    #[test]
    fn outside_any_span_there_is_no_context() {
        assert_eq!(current(), None);
        assert_eq!(trace_id(), None);
    }
}
