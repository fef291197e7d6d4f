//! Rows of the service's tables, and the values they stand for.
//!
//! Writes take the transaction of a command or of an event; reads take any connection.

pub mod contracts;
pub mod due;
pub mod end_reasons;
pub mod ended;
mod entity;
pub mod erasures;
pub mod growth;
pub mod history;
pub mod numbers;
pub mod payments;
pub mod receivables;
pub mod versions;

use std::error::Error as StdError;

use database::Error;

/// A row holds what no command could have written.
fn corrupt(what: &'static str, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    tracing::error!(row = what, "a row cannot be read");
    Error::Other(cause.into())
}
