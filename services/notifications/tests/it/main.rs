//! The service through its events, its calls and a mail server, on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and starts work as the shell would"
)]

mod batches;
mod caught;
mod consents;
mod consumers;
mod crash;
mod delivery;
mod erased;
mod messages;
mod questionnaire;
mod reminders;
mod speed;
mod tasks;
mod widened;
mod world;
