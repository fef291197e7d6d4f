//! The gateway as its callers see it: over sockets, with services behind it that say what they
//! were asked.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what fails here fails a test, and shall do so where it happens"
)]

mod console;
mod credentials;
mod doors;
mod echo;
mod grpc;
mod harness;
mod matrix;
mod pages;
mod rest;
mod surveys;
