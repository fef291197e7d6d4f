//! The copies on both databases: events twice and in any order.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod clients;
mod merges;
mod reach;
