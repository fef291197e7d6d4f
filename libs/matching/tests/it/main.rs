//! Tests through the public API.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at what it did not expect"
)]

mod cases;
mod decisions;
mod explanations;
mod population;
mod quality;
mod stability;
mod submission;
