#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod dialect;
mod error;
mod metrics;
mod migration;
mod pool;
mod postgres;
pub mod rows;
mod sqlite;

pub use crate::error::{Error, Source};
pub use crate::migration::Migration;
pub use crate::pool::{Backend, Database, Settings};
