//! What leaves the process, and how long that may take.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use telemetry::{Settings, context};

use crate::{alone::alone, collector::Collector};

const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn settings(endpoint: String) -> Settings {
    Settings {
        service: "intake".to_owned(),
        endpoint: Some(endpoint),
        metrics_interval: Duration::from_hours(1),
        ..Settings::default()
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn spans_and_metrics_reach_the_collector_when_the_guard_is_dropped() {
    let name = "export::spans_and_metrics_reach_the_collector_when_the_guard_is_dropped";
    alone(name, || {
        let (collector, endpoint) = Collector::start();
        let guard = telemetry::init(&settings(endpoint)).unwrap();
        let span = tracing::info_span!("consume");
        context::set_parent(&span, Some(SENT));
        span.in_scope(|| tracing::info_span!("store").in_scope(|| ()));
        drop(span);
        telemetry::meter()
            .u64_counter("exports")
            .build()
            .add(1, &[]);
        drop(guard);

        let spans = collector.spans();
        let found = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
        assert_eq!(hex(&found("consume").trace_id), TRACE);
        assert_eq!(hex(&found("consume").parent_span_id), "00f067aa0ba902b7");
        assert_eq!(found("store").parent_span_id, found("consume").span_id);
        assert!(
            collector.services()[0].contains("intake"),
            "{:?}",
            collector.services()
        );
        assert_eq!(collector.metrics(), ["exports"]);
    });
}

#[test]
fn spans_that_the_log_filter_hides_are_exported_all_the_same() {
    let name = "export::spans_that_the_log_filter_hides_are_exported_all_the_same";
    alone(name, || {
        let (collector, endpoint) = Collector::start();
        let settings = Settings {
            filter: "error".to_owned(),
            ..settings(endpoint)
        };
        let guard = telemetry::init(&settings).unwrap();
        tracing::info_span!("hidden").in_scope(|| ());
        assert!(guard.flush(), "everything has left");
        assert_eq!(collector.spans().len(), 1);
    });
}

#[test]
fn a_collector_that_never_answers_does_not_hold_up_the_end() {
    let name = "export::a_collector_that_never_answers_does_not_hold_up_the_end";
    alone(name, || {
        // The kernel accepts the connection; nobody ever reads from it.
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", socket.local_addr().unwrap());
        let guard = telemetry::init(&settings(endpoint)).unwrap();
        tracing::info_span!("lost").in_scope(|| ());
        telemetry::meter().u64_counter("lost").build().add(1, &[]);
        let begun = Instant::now();
        drop(guard);
        let taken = begun.elapsed();
        assert!(taken < Duration::from_secs(5), "{taken:?}");
    });
}
