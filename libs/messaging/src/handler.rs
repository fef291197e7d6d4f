//! What a service does about an event.

use futures::future::BoxFuture;

use crate::{event::Received, outbox::Tx};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Reacts to one kind of event.
///
/// The effect belongs into `tx`, which commits together with the note that the event was handled:
/// an event has its effect once, however often it is delivered. Events may come late and out of
/// order. Nothing outside the database may be touched here: a mail, for instance, is a row. A
/// transaction of its own would wait for this one for ever on SQLite.
pub trait Handler<M>: Send + Sync + 'static {
    /// Applies the event.
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<M>,
    ) -> BoxFuture<'a, Result<(), HandlerError>>;
}

/// Reacts to several events of one kind at once, for effects that cost the same for many rows as
/// for one. What [`Handler`] says holds for it too.
pub trait BatchHandler<M>: Send + Sync + 'static {
    /// Applies the events, which have different ids. There is no current trace: what is done for an
    /// event continues [`Received::trace`].
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<M>],
    ) -> BoxFuture<'a, Result<(), BatchError>>;
}

/// Why a batch came to nothing. Its events are handled again, in smaller batches or one by one.
#[derive(Debug, thiserror::Error)]
#[error("batch cannot be handled")]
pub struct BatchError {
    /// Place of the event that is to blame, when it is known: the others go on without it.
    pub at: Option<usize>,
    /// What happened.
    #[source]
    pub error: HandlerError,
}

impl BatchError {
    /// The event at this place is to blame.
    pub fn at(place: usize, error: impl Into<HandlerError>) -> Self {
        Self {
            at: Some(place),
            error: error.into(),
        }
    }
}

impl<E: Into<HandlerError>> From<E> for BatchError {
    fn from(error: E) -> Self {
        Self {
            at: None,
            error: error.into(),
        }
    }
}

/// Why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// It may work later. The event is delivered again after a delay, and parked in the end.
    #[error("event cannot be handled yet: {reason}")]
    Retry {
        /// Stable `UPPER_SNAKE` name.
        reason: &'static str,
        /// What happened.
        #[source]
        source: Option<Source>,
    },
    /// It will never work. The event is parked at once.
    #[error("event was refused: {reason}")]
    Refuse {
        /// Stable `UPPER_SNAKE` name.
        reason: &'static str,
        /// What happened.
        #[source]
        source: Option<Source>,
    },
}

impl HandlerError {
    /// May work later, for instance when a fact that is not here yet has come.
    pub fn retry(reason: &'static str) -> Self {
        Self::Retry {
            reason,
            source: None,
        }
    }

    /// Will never work.
    pub fn refuse(reason: &'static str) -> Self {
        Self::Refuse {
            reason,
            source: None,
        }
    }

    /// Adds what happened.
    #[must_use]
    pub fn because(self, cause: impl Into<Source>) -> Self {
        let source = Some(cause.into());
        match self {
            Self::Retry { reason, .. } => Self::Retry { reason, source },
            Self::Refuse { reason, .. } => Self::Refuse { reason, source },
        }
    }

    /// Stable `UPPER_SNAKE` name of the failure.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Retry { reason, .. } | Self::Refuse { reason, .. } => reason,
        }
    }
}

impl From<database::Error> for HandlerError {
    fn from(error: database::Error) -> Self {
        Self::retry("DATABASE").because(error)
    }
}
