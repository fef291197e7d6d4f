//! Log lines as a machine reads them.

use serde_json::Value;
use telemetry::{Format, Settings, context};

use crate::alone::alone;

#[test]
fn a_log_line_names_its_trace() {
    let printed = alone("logs::a_log_line_names_its_trace", || {
        let settings = Settings {
            format: Format::Json,
            ..Settings::default()
        };
        let _guard = telemetry::init(&settings).unwrap();
        let span = tracing::info_span!(
            "rpc",
            route = "/leads/\"{id}\"",
            late = tracing::field::Empty,
            status = tracing::field::Empty,
            trace_id = tracing::field::Empty,
        );
        context::set_parent(&span, None);
        span.record("status", 200);
        span.record("late", true);
        span.record("status", 404);
        span.in_scope(|| {
            let trace = context::trace_id().unwrap();
            tracing::info!(expected = trace, "lead stored");
            tracing::debug!("a line below the filter");
        });
    });
    let Some(printed) = printed else { return };
    let lines: Vec<Value> = printed
        .lines()
        .filter_map(|line| serde_json::from_str(line.get(line.find('{')?..)?).ok())
        .collect();
    let [line] = &lines[..] else {
        panic!("one line is logged: {printed}");
    };
    assert_eq!(line["message"], "lead stored");
    assert_eq!(line["level"], "INFO");
    assert!(line["expected"].is_string());
    let span = &line["spans"][0];
    assert_eq!(span["trace_id"], line["expected"]);
    assert_eq!(span["route"], "/leads/\"{id}\"");
    assert_eq!(
        (&span["late"], &span["status"]),
        (&true.into(), &404.into())
    );
}
