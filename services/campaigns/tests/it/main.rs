//! Campaigns on both databases: calls as staff makes them, events as they may come.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

mod activities;
mod announcements;
mod batches;
mod campaigns;
mod figures;
mod fixture;
mod interactions;
mod lists;
mod participants;
mod persons_merged;
mod races;
mod referrals;
mod responses;
mod surveys;
mod tasks;
