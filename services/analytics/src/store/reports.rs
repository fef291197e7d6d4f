//! What reports read: sums of cells, records, and what their labels and ids are called.

pub mod clients;
pub mod journeys;
pub mod names;
pub mod records;
pub mod snapshot;
mod sql;
pub mod sums;
pub mod texts;
