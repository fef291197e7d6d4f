//! What can go wrong between a database and a broker.

use crate::transport;

/// A relay or a consumer cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database refused or is away.
    #[error("database failed")]
    Database(#[from] database::Error),
    /// The broker refused or is away.
    #[error("broker failed")]
    Transport(#[from] transport::Error),
    /// A subscription listens for an event that its publisher does not publish.
    #[error("{event} is not published by {publisher}")]
    ForeignEvent {
        /// Full name of the event.
        event: String,
        /// Name of the publishing service.
        publisher: &'static str,
    },
}

impl Error {
    /// Whether waiting can help; if not, somebody has to change a setting or a program.
    pub fn is_transient(&self) -> bool {
        match self {
            // Even an odd database error is worth another try: the loop is the process's last resort.
            Self::Database(_) => true,
            Self::Transport(error) => error.is_transient(),
            Self::ForeignEvent { .. } => false,
        }
    }
}
