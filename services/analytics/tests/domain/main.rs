//! The figures of whole journeys: a small company worked by hand, and what holds for any.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod edges;
mod generator;
mod golden;
mod journeys;
mod properties;
#[path = "../golden/read.rs"]
mod read;
