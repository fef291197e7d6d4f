//! Figures of the intake: how much of what came, and how fast it was stored.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram},
};

use crate::domain::{source::Channel, verdict::Receipt};

static SUBMISSIONS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    telemetry::meter()
        .u64_counter("intake_submissions")
        .with_description("Submissions stored, by channel and verdict")
        .build()
});
static REPLAYS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    telemetry::meter()
        .u64_counter("intake_replays")
        .with_description("Submissions that came before under the same key")
        .build()
});
static RETRIES: LazyLock<Counter<u64>> = LazyLock::new(|| {
    telemetry::meter()
        .u64_counter("intake_batch_retries")
        .with_description("Batches begun anew because another came first")
        .build()
});
static BATCH: LazyLock<Histogram<u64>> = LazyLock::new(|| {
    telemetry::meter()
        .u64_histogram("intake_batch_size")
        .with_description("Submissions that shared a commit")
        .with_boundaries(vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0])
        .build()
});
static WAIT: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    telemetry::meter()
        .f64_histogram("intake_capture_ms")
        .with_description("From the queue to the commit")
        .build()
});

/// Counts a stored submission, or a repeat of one.
pub fn captured(channel: Channel, receipt: &Receipt) {
    let channel = KeyValue::new("channel", channel.as_str());
    if receipt.replayed {
        REPLAYS.add(1, &[channel]);
    } else {
        SUBMISSIONS.add(
            1,
            &[channel, KeyValue::new("verdict", receipt.verdict.as_str())],
        );
    }
}

/// Counts a batch.
pub fn batch(size: usize) {
    BATCH.record(u64::try_from(size).unwrap_or(u64::MAX), &[]);
}

/// Counts a batch that is begun anew.
pub fn retried() {
    RETRIES.add(1, &[]);
}

/// Notes how long a submission took.
pub fn waited(time: Duration) {
    WAIT.record(time.as_secs_f64() * 1_000.0, &[]);
}
