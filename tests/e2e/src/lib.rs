//! Runs the built binary as a user would, in both modes, and speaks to it through its doors.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing JSON gives null for what is not there; nothing else is indexed"
)]

pub mod client;
pub mod doors;
pub mod leads;
pub mod platform;
pub mod process;

pub use client::Client;
pub use doors::Doors;
pub use platform::{Mode, Platform};
pub use process::Process;
