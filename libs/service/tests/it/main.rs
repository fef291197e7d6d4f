//! The shell around a small service of its own, on SQLite and the embedded bus.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails a test, and shall do so where it happens"
)]

mod flow;
mod health;
mod probe;
mod settings;
mod start;
mod stop;
