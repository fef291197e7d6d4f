//! The program as a person runs it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails a test, and shall do so where it happens"
)]

mod asking;
mod cluster;
mod commands;
mod dev;
mod erasing;
mod figures;
mod program;
