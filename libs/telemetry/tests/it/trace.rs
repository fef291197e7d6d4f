//! One trace through a process that exports nothing, and the metrics it shows.

use http::HeaderMap;
use opentelemetry::KeyValue;
use telemetry::{Settings, context};

use crate::alone::alone;

const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[test]
fn one_trace_runs_from_request_to_message_without_an_exporter() {
    let name = "trace::one_trace_runs_from_request_to_message_without_an_exporter";
    alone(name, || {
        let _first = telemetry::init(&Settings::default()).unwrap();
        let _second = telemetry::init(&Settings::default()).unwrap();
        let request = tracing::info_span!("request");
        context::set_parent(&request, Some(SENT));
        let mut headers = HeaderMap::new();
        request.in_scope(|| {
            assert_eq!(context::trace_id().as_deref(), Some(TRACE));
            context::inject(&mut headers);
        });
        let stored = context::extract(&headers).expect("a traceparent is sent");
        assert_ne!(stored, SENT, "the message's parent is the request's span");

        let message = tracing::info_span!("message");
        context::set_parent(&message, Some(&stored));
        message.in_scope(|| assert_eq!(context::trace_id().as_deref(), Some(TRACE)));
    });
}

#[test]
fn a_span_without_a_caller_begins_a_trace_of_its_own() {
    let name = "trace::a_span_without_a_caller_begins_a_trace_of_its_own";
    alone(name, || {
        let _guard = telemetry::init(&Settings {
            sample: 0.0,
            ..Settings::default()
        });
        let one = tracing::info_span!("one").in_scope(context::trace_id);
        let other = tracing::info_span!("other").in_scope(context::trace_id);
        assert!(
            one.is_some(),
            "an id exists whether the trace is sampled or not"
        );
        assert_ne!(one, other);
        let malformed = tracing::info_span!("malformed");
        context::set_parent(&malformed, Some("00-zz"));
        assert!(malformed.in_scope(context::trace_id).is_some());
    });
}

#[test]
fn metrics_are_shown_as_text_under_their_own_names() {
    let name = "trace::metrics_are_shown_as_text_under_their_own_names";
    alone(name, || {
        let _guard = telemetry::init(&Settings::default()).unwrap();
        let meter = telemetry::meter();
        let taken = meter
            .f64_histogram("relay_delay_ms")
            .with_unit("ms")
            .build();
        taken.record(0.7, &[KeyValue::new("stream", "intake")]);
        let global = opentelemetry::global::meter("tributary");
        global.u64_counter("events_parked").build().add(3, &[]);
        let text = telemetry::metrics_text();
        for line in [
            r#"relay_delay_ms_bucket{stream="intake",le="0.5"} 0"#,
            r#"relay_delay_ms_bucket{stream="intake",le="1"} 1"#,
            r#"relay_delay_ms_bucket{stream="intake",le="30000"} 1"#,
            r#"relay_delay_ms_count{stream="intake"} 1"#,
            "events_parked_total 3",
            "# TYPE events_parked_total counter",
        ] {
            assert!(text.contains(line), "{line} is missing in {text}");
        }
        assert!(text.contains(r#"service_name="tributary""#), "{text}");
    });
}

#[test]
fn an_instrument_made_before_the_start_is_shown_all_the_same() {
    let name = "trace::an_instrument_made_before_the_start_is_shown_all_the_same";
    alone(name, || {
        let early = telemetry::meter().u64_counter("early").build();
        let _guard = telemetry::init(&Settings::default()).unwrap();
        early.add(1, &[]);
        let text = telemetry::metrics_text();
        assert!(text.contains("early_total 1"), "{text}");
    });
}
