//! Rows of the service's tables, and the values they stand for.
//!
//! Writes take the transaction of a command, an event or a batch of the projector; reads take any connection.

pub mod bulk;
pub mod clusters;
pub mod digest;
pub mod figures;
pub mod generations;
pub mod labels;
pub mod log;
pub mod rates;
pub mod replay;
pub mod reports;
pub mod stale;
pub mod statistics;
pub mod steps;
pub mod sweep;

use std::error::Error as StdError;

use database::Error;

/// A row holds what this program could not have written.
fn corrupt(what: &'static str, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    tracing::error!(row = what, "a row cannot be read");
    Error::Other(cause.into())
}
