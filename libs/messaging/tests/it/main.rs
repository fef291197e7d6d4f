//! Both transports keep the same promises, and so do relay and consumers on top of them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and what they spawn needs no supervisor"
)]

mod conformance;
mod consumer;
mod erased;
mod faulty;
mod fixture;
mod loss;
mod outbox;
mod parked;
mod relay;
