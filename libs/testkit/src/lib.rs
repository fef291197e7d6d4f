#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what fails here fails a test, and shall do so where it happens"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "no service runs here: the servers of a test have no supervisor, and read where they are from the environment"
)]

mod eventually;
mod nats;
mod postgres;
mod process;
mod proxy;
mod smtp;
mod statements;
mod storage;
mod words;

pub use crate::eventually::{Outcome, eventually};
pub use crate::nats::{NatsServer, StoreImage, nats};
pub use crate::postgres::{PostgresCluster, PostgresDatabase, postgres};
pub use crate::proxy::{CutProxy, Plan};
pub use crate::smtp::{Answer, Mail, SmtpSink};
pub use crate::statements::statements;
pub use crate::storage::{Storage, databases, storages};
pub use crate::words::places_of;
