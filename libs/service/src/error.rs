//! Why a process does not start.

use std::io;

use crate::settings;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a process, or a service in it, does not start. The text says what to do where it can.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Wrong settings.
    #[error(transparent)]
    Settings(#[from] settings::Error),
    /// A port is taken or may not be used.
    #[error("cannot listen on {address} ({setting})")]
    Listen {
        /// The setting that names the address.
        setting: &'static str,
        /// The address.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// A database cannot be used.
    #[error("database of {service} cannot be used")]
    Database {
        /// Whose database.
        service: &'static str,
        /// What it said.
        source: database::Error,
    },
    /// The program is newer than the tables.
    #[error("database of {service} lacks {pending} migrations: run `tributary migrate {service}`")]
    Pending {
        /// Whose database.
        service: &'static str,
        /// How many.
        pending: usize,
    },
    /// The broker cannot be used.
    #[error("message broker cannot be used")]
    Broker(#[source] Source),
    /// A service did not start.
    #[error("service {service} did not start")]
    Service {
        /// Which one.
        service: &'static str,
        /// Why.
        source: Box<StartError>,
    },
    /// Something else.
    #[error("{what}")]
    Other {
        /// What was being done.
        what: String,
        /// Why it failed.
        source: Source,
    },
}

impl StartError {
    /// A failure of a service's own: `StartError::other("mailbox cannot be opened", error)`.
    pub fn other(what: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::Other {
            what: what.into(),
            source: source.into(),
        }
    }
}

impl From<database::Error> for StartError {
    fn from(error: database::Error) -> Self {
        Self::other("database failed", error)
    }
}
