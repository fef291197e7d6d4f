//! Calls as they are made: through the access layer, in one process and over sockets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

mod access;
mod body;
mod channel;
mod descriptors;
mod listener;
mod sample;
