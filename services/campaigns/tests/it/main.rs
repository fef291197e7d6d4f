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
mod channels;
mod costs;
mod erased;
mod figures;
mod files;
mod fixture;
mod imports;
mod interactions;
mod lists;
mod participants;
mod persons_merged;
mod plans;
mod races;
mod referrals;
mod responses;
mod s3;
mod suppliers;
mod surveys;
mod tasks;
mod uploads;
