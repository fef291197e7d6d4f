//! The architecture, as tests.

mod contracts;
mod documents;
mod layers;
mod sources;
