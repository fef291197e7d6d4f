//! The client base on both databases: calls as staff makes them, events as they may come.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

mod as_one;
mod batches;
mod bulk;
mod cases;
mod consents;
mod contracts;
mod deals;
mod duplicates;
mod erasures;
mod fixture;
mod journeys;
mod leads;
mod links;
mod lists;
mod merges;
mod organisations;
mod persons;
mod races;
mod timeline;
mod timeline_links;
mod timeline_shuffled;
mod timeline_speed;
mod undo;
