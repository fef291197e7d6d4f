//! Rows of the service's tables, and the values they stand for.
//!
//! Writes take the transaction of a command or of an event; reads take any connection.

pub mod activities;
pub mod board;
pub mod deals;
mod entity;
pub mod erasures;
pub mod forecast;
pub mod loss_reasons;
pub mod losses;
pub mod offers;
pub mod renewals;
pub mod sale_objects;
mod source;
pub mod topics;
pub mod visits;

use std::error::Error as StdError;

use database::Error;

/// A row holds what no command could have written.
fn corrupt(what: &'static str, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    tracing::error!(row = what, "a row cannot be read");
    Error::Other(cause.into())
}
