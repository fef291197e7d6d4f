//! The service through its calls and events, on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod activities;
mod batches;
mod closing;
mod contract_renewal_due;
mod erased;
mod forecast;
mod forecast_deals;
mod lead_qualified;
mod lists;
mod moving;
mod next_contact;
mod offer_documents;
mod offer_lines;
mod offer_sums;
mod offers;
mod opening;
mod person_recorded;
mod persons_merged;
mod recording;
mod sale_objects;
mod topics;
mod updating;
mod world;
