//! The service through its calls, events and timers, on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod churn;
mod deal_won;
mod ending;
mod erased;
mod growing;
mod lists;
mod payments;
mod person_recorded;
mod persons_merged;
mod planning;
mod receivables;
mod recorded;
mod signing;
mod timers;
mod updating;
mod upgrading;
mod world;
