//! The architecture, as tests.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod contracts;
mod documents;
mod layers;
mod sources;
