#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod consumer;
pub mod embedded;
pub mod erased;
mod error;
mod event;
mod handler;
mod headers;
mod inbox;
pub mod jetstream;
mod metrics;
mod migrations;
pub mod outbox;
pub mod parked;
mod relay;
mod settings;
mod sql;
mod subscription;
pub mod transport;

pub use error::Error;
pub use event::{Event, RawEvent, Received, Undecodable};
pub use handler::{BatchError, BatchHandler, Handler, HandlerError};
pub use migrations::MIGRATIONS;
pub use outbox::{Outbox, Tx};
pub use relay::Relay;
pub use settings::Settings;
pub use subscription::{Delivered, Subscription};
pub use transport::{SharedTransport, Transport};
