//! How long a caller still waits, passed on from call to call.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::time::Instant;

/// The header that carries a call's deadline.
pub(crate) const HEADER: &str = "grpc-timeout";
/// The protocol allows eight digits.
const LARGEST: u128 = 99_999_999;

tokio::task_local! {
    static DEADLINE: Instant;
}

/// Runs the work of a call whose caller waits until `deadline`.
pub(crate) async fn scope<F: Future>(deadline: Instant, work: F) -> F::Output {
    DEADLINE.scope(deadline, work).await
}

/// How long the caller of the current call still waits; `None` if it set no limit.
pub fn remaining() -> Option<Duration> {
    DEADLINE
        .try_with(|deadline| deadline.saturating_duration_since(Instant::now()))
        .ok()
}

pub(crate) fn read(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3_600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

pub(crate) fn write(headers: &mut HeaderMap, timeout: Duration) {
    let text = if timeout.as_millis() <= LARGEST {
        // A zero would be refused by some servers; a millisecond is over as soon.
        format!("{}m", timeout.as_millis().max(1))
    } else {
        format!("{}S", u128::from(timeout.as_secs()).min(LARGEST))
    };
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(HEADER, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &'static str, expected: Option<Duration>) {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static(text));
        assert_eq!(read(&headers), expected, "{text}");
    }

    #[test]
    fn every_unit_of_the_protocol_is_read() {
        check("2H", Some(Duration::from_hours(2)));
        check("3M", Some(Duration::from_mins(3)));
        check("99999999S", Some(Duration::from_secs(99_999_999)));
        check("5m", Some(Duration::from_millis(5)));
        check("6u", Some(Duration::from_micros(6)));
        check("7n", Some(Duration::from_nanos(7)));
    }

    #[test]
    fn a_malformed_deadline_is_no_deadline() {
        for text in ["", "S", "5", "5x", "-5S", "+5S", "123456789S", "1.5S"] {
            check(text, None);
        }
    }

    #[test]
    fn a_written_deadline_is_read_back() {
        for (timeout, expected) in [
            (Duration::from_millis(1_500), Duration::from_millis(1_500)),
            (Duration::ZERO, Duration::from_millis(1)),
            (Duration::from_secs(200_000), Duration::from_secs(200_000)),
            (Duration::MAX, Duration::from_secs(99_999_999)),
        ] {
            let mut headers = HeaderMap::new();
            write(&mut headers, timeout);
            assert_eq!(read(&headers), Some(expected));
        }
    }
}
