//! The numbers by which an operator sees whether messages flow.

use std::time::Duration;

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram},
};

use crate::transport::Backlog;

/// Instruments of a relay.
pub(crate) struct RelayMetrics {
    backlog: Gauge<u64>,
    oldest: Gauge<f64>,
    published: Counter<u64>,
    refused: Counter<u64>,
    refills: Counter<u64>,
    service: [KeyValue; 1],
}

impl RelayMetrics {
    pub(crate) fn new(service: &'static str) -> Self {
        let meter = telemetry::meter();
        Self {
            backlog: meter.u64_gauge("messaging_outbox_backlog").build(),
            oldest: meter
                .f64_gauge("messaging_outbox_oldest_age_seconds")
                .build(),
            published: meter.u64_counter("messaging_published").build(),
            refused: meter.u64_counter("messaging_refused_by_broker").build(),
            refills: meter.u64_counter("messaging_stream_losses").build(),
            service: [KeyValue::new("service", service)],
        }
    }

    pub(crate) fn waiting(&self, events: u64, oldest: Duration) {
        self.backlog.record(events, &self.service);
        self.oldest.record(oldest.as_secs_f64(), &self.service);
    }

    pub(crate) fn published(&self, events: usize) {
        self.published.add(events as u64, &self.service);
    }

    pub(crate) fn refused(&self, events: usize) {
        self.refused.add(events as u64, &self.service);
    }

    pub(crate) fn stream_lost_messages(&self) {
        self.refills.add(1, &self.service);
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome {
    Handled,
    Repeated,
    Failed,
    Parked,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Repeated => "repeated",
            Self::Failed => "failed",
            Self::Parked => "parked",
        }
    }
}

/// Instruments of a consumer.
pub(crate) struct ConsumerMetrics {
    pending: Gauge<u64>,
    in_flight: Gauge<u64>,
    parked: Gauge<u64>,
    deliveries: Counter<u64>,
    duration: Histogram<f64>,
    consumer: String,
}

impl ConsumerMetrics {
    pub(crate) fn new(consumer: &str) -> Self {
        let meter = telemetry::meter();
        Self {
            pending: meter.u64_gauge("messaging_consumer_pending").build(),
            in_flight: meter.u64_gauge("messaging_consumer_in_flight").build(),
            parked: meter.u64_gauge("messaging_parked").build(),
            deliveries: meter.u64_counter("messaging_deliveries").build(),
            duration: meter.f64_histogram("messaging_batch_duration_ms").build(),
            consumer: consumer.to_owned(),
        }
    }

    pub(crate) fn backlog(&self, backlog: Backlog, parked: u64) {
        let consumer = [self.consumer()];
        self.pending.record(backlog.pending, &consumer);
        self.in_flight.record(backlog.in_flight, &consumer);
        self.parked.record(parked, &consumer);
    }

    pub(crate) fn delivered(&self, kind: &str, outcome: Outcome) {
        let attributes = [
            self.consumer(),
            KeyValue::new("type", kind.to_owned()),
            KeyValue::new("outcome", outcome.name()),
        ];
        self.deliveries.add(1, &attributes);
    }

    /// How long a transaction took from its beginning to its commit.
    pub(crate) fn batch_took(&self, duration: Duration) {
        self.duration
            .record(duration.as_secs_f64() * 1_000.0, &[self.consumer()]);
    }

    fn consumer(&self) -> KeyValue {
        KeyValue::new("consumer", self.consumer.clone())
    }
}
