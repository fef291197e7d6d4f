//! Percentiles and tables.

use std::time::Duration;

/// The value below which the given share (0–1) of the measured times lies.
pub fn percentile(times: &mut [Duration], share: f64) -> Duration {
    if times.is_empty() {
        return Duration::ZERO;
    }
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a position in a list of less than 2^52 entries"
    )]
    let position = ((times.len() - 1) as f64 * share).round() as usize;
    times.get(position).copied().unwrap_or_default()
}

/// Milliseconds with two digits.
pub fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}
