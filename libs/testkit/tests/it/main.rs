//! The servers and faults keep their word.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and what they spawn needs no supervisor"
)]

mod eventually;
mod nats;
mod postgres;
mod proxy;
mod smtp;
mod storage;
mod watchdog;

use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(20);
