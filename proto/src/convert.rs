//! Conversions between proto values and the types that the services use.

use chrono::{DateTime, Utc};
use prost_types::Timestamp;

/// An instant as a proto timestamp.
pub fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: at.timestamp(),
        nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or(0),
    }
}

/// A proto timestamp as an instant cut to microseconds; `None` outside what a calendar holds.
pub fn to_timestamp(at: &Timestamp) -> Option<DateTime<Utc>> {
    let nanos = u32::try_from(at.nanos)
        .ok()
        .filter(|nanos| *nanos < 1_000_000_000)?;
    DateTime::from_timestamp(at.seconds, nanos / 1_000 * 1_000)
}
