//! The service through its events, its projector and its calls, on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod keeping;
mod log;
mod migrating;
mod operations;
mod projecting;
mod reports;
mod story;
mod world;
