//! Events: to be sent, as stored and transported, and as received by a handler.

use std::collections::BTreeMap;

use bytes::Bytes;
use clock::Timestamp;
use ids::EventId;
use prost::{DecodeError, Message, Name};
use uuid::Uuid;

/// An event to be sent.
#[derive(Debug, Clone)]
pub struct Event(pub(crate) RawEvent);

impl Event {
    /// Wraps a message that says what happened to an aggregate, which now has this revision.
    ///
    /// The event continues the current trace.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids are small, and calls read better without borrows"
    )]
    pub fn new<M: Message + Name>(
        message: &M,
        aggregate_id: impl ToString,
        revision: i64,
        now: Timestamp,
    ) -> Self {
        let traceparent = telemetry::context::current()
            .map(|value| (telemetry::context::TRACEPARENT.to_owned(), value));
        Self(RawEvent {
            id: EventId::generate().uuid(),
            kind: M::full_name(),
            aggregate_id: aggregate_id.to_string(),
            revision,
            at: now,
            headers: traceparent.into_iter().collect(),
            payload: message.encode_to_vec().into(),
        })
    }

    /// Continues the trace of this context instead of the current one: for work that is done for
    /// several callers at once.
    #[must_use]
    pub fn continuing(mut self, traceparent: &str) -> Self {
        let name = telemetry::context::TRACEPARENT.to_owned();
        self.0.headers.insert(name, traceparent.to_owned());
        self
    }

    /// The event's id, unique for ever.
    pub fn id(&self) -> Uuid {
        self.0.id
    }

    /// Full name of the message: type and subject of the event.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }
}

/// An event as it lies in an outbox and travels: the message is still encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    /// Unique for ever, and in the order of making within a process.
    pub id: Uuid,
    /// Full name of the message.
    pub kind: String,
    /// What the event happened to, as printed.
    pub aggregate_id: String,
    /// Revision the aggregate got by it.
    pub revision: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Further headers, such as `traceparent`.
    pub headers: BTreeMap<String, String>,
    /// The encoded message.
    pub payload: Bytes,
}

impl RawEvent {
    /// Decodes the message, which must be of the event's type.
    pub fn decode<M: Message + Name + Default>(&self) -> Result<Received<M>, Undecodable> {
        if self.kind != M::full_name() {
            return Err(Undecodable::Type {
                wanted: M::full_name(),
                found: self.kind.clone(),
            });
        }
        Ok(Received {
            event_id: self.id,
            message: M::decode(self.payload.clone())?,
            aggregate_id: self.aggregate_id.clone(),
            revision: self.revision,
            at: self.at,
            trace: self.traceparent().map(str::to_owned),
        })
    }

    /// The trace this event belongs to.
    pub fn traceparent(&self) -> Option<&str> {
        self.headers
            .get(telemetry::context::TRACEPARENT)
            .map(String::as_str)
    }
}

impl From<Event> for RawEvent {
    fn from(event: Event) -> Self {
        event.0
    }
}

/// An event as its handler gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Received<M> {
    /// The same for every delivery of this event.
    pub event_id: Uuid,
    /// What happened.
    pub message: M,
    /// What it happened to, as printed.
    pub aggregate_id: String,
    /// Revision the aggregate got by it. A local copy ignores revisions not above its own.
    pub revision: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Trace context of its delivery, for work that is done for several events at once.
    pub trace: Option<String>,
}

/// A delivery is not an event, or not the one that was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Undecodable {
    /// A header is missing or has no meaning.
    #[error("header {0} is missing or malformed")]
    Header(&'static str),
    /// It is an event of another type.
    #[error("expected {wanted}, found {found}")]
    Type {
        /// Full name of the expected message.
        wanted: String,
        /// Full name found.
        found: String,
    },
    /// The payload is not such a message.
    #[error("payload is not the message its type names")]
    Payload(#[from] DecodeError),
}
