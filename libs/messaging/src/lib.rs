#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod event;
mod handler;
mod headers;
mod inbox;
mod migrations;
pub mod outbox;
mod sql;
mod subscription;
pub mod transport;

pub use error::Error;
pub use event::{Event, RawEvent, Received, Undecodable};
pub use handler::{Handler, HandlerError};
pub use migrations::MIGRATIONS;
pub use outbox::{Outbox, Tx};
pub use subscription::{Delivered, Subscription};
pub use transport::Transport;
