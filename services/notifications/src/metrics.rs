//! What becomes of messages, in numbers.

use std::time::Duration;

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram},
};

use crate::domain::message::{Purpose, State};

#[derive(Debug)]
pub(crate) struct Metrics {
    messages: Counter<u64>,
    unaddressed: Counter<u64>,
    hand_over: Histogram<f64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let meter = telemetry::meter();
        Self {
            messages: meter.u64_counter("notifications_messages").build(),
            unaddressed: meter.u64_counter("notifications_unaddressed").build(),
            hand_over: meter
                .f64_histogram("notifications_hand_over_latency_ms")
                .build(),
        }
    }

    /// A message came into a state.
    pub(crate) fn became(&self, purpose: Purpose, state: State) {
        let attributes = [
            KeyValue::new("purpose", purpose.as_str()),
            KeyValue::new("state", state.as_str()),
        ];
        self.messages.add(1, &attributes);
    }

    /// There was something to say and no address to say it to.
    pub(crate) fn unaddressed(&self, purpose: Purpose) {
        self.unaddressed
            .add(1, &[KeyValue::new("purpose", purpose.as_str())]);
    }

    /// Time from when a message was to go until it was handed over.
    pub(crate) fn handed_over(&self, purpose: Purpose, waited: Duration) {
        let attributes = [KeyValue::new("purpose", purpose.as_str())];
        self.hand_over
            .record(waited.as_secs_f64() * 1_000.0, &attributes);
    }
}
