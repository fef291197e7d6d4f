//! Telemetry as a process starts it. Each test has a process of its own, since it starts once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod alone;
mod collector;
mod export;
mod logs;
mod settings;
mod trace;
