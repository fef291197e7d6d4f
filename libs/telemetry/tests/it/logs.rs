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
        let span = tracing::info_span!("rpc", trace_id = tracing::field::Empty);
        context::set_parent(&span, None);
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
    assert_eq!(line["spans"][0]["trace_id"], line["expected"]);
}
