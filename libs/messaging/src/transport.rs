//! What the platform asks of a broker. JetStream is the specification; the embedded bus follows it.

pub(crate) mod subject;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use clock::Timestamp;
use futures::future::BoxFuture;

/// A durable stream broker.
///
/// Streams keep every message until it is too old. A durable consumer remembers what was
/// acknowledged; what was not is delivered again. Several workers may fetch from one durable:
/// each message goes to one of them at a time.
pub trait Transport: Send + Sync + 'static {
    /// Creates the stream or brings its settings up to date, and compares what the broker made of them.
    fn ensure_stream<'a>(
        &'a self,
        spec: &'a StreamSpec,
    ) -> BoxFuture<'a, Result<StreamState, Error>>;

    /// The stream's extent, or `None` when there is no such stream.
    fn stream_state<'a>(
        &'a self,
        stream: &'a str,
    ) -> BoxFuture<'a, Result<Option<StreamState>, Error>>;

    /// Publishes to one stream, in order; answers in the order of the messages.
    fn publish<'a>(
        &'a self,
        stream: &'a str,
        messages: Vec<Message>,
    ) -> BoxFuture<'a, Vec<Result<Ack, Error>>>;

    /// Creates the durable or brings its settings up to date, and compares what the broker made of them.
    fn ensure_consumer<'a>(&'a self, spec: &'a ConsumerSpec) -> BoxFuture<'a, Result<(), Error>>;

    /// Up to `max` messages, or none when none came within `wait`.
    ///
    /// Let it finish: messages of an abandoned call come again only after the acknowledgement wait.
    fn fetch<'a>(
        &'a self,
        durable: &'a Durable,
        max: usize,
        wait: Duration,
    ) -> BoxFuture<'a, Result<Vec<Delivery>, Error>>;

    /// Marks deliveries as done. A lost acknowledgement only means that the message comes again.
    fn ack<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>>;

    /// Asks for the deliveries again, each after its delay.
    fn nak<'a>(
        &'a self,
        deliveries: &'a [(&'a Delivery, Duration)],
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Starts the acknowledgement wait of deliveries anew.
    fn progress<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>>;

    /// What a durable has still to do.
    fn backlog<'a>(&'a self, durable: &'a Durable) -> BoxFuture<'a, Result<Backlog, Error>>;

    /// Whether the broker answers.
    fn ping(&self) -> BoxFuture<'_, Result<(), Error>>;

    /// Changes whenever the connection was made anew: the broker may have lost messages meanwhile.
    fn connection(&self) -> u64;
}

/// A transport, shared by relay and consumers.
pub type SharedTransport = Arc<dyn Transport>;

/// A message on its way into or out of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A second message with this id is dropped within the stream's duplicate window.
    pub id: String,
    /// Tokens separated by dots.
    pub subject: String,
    /// Names are lower case.
    pub headers: BTreeMap<String, String>,
    /// The content.
    pub payload: Bytes,
}

/// The broker keeps the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ack {
    /// Its place in the stream.
    pub sequence: u64,
    /// It was there before.
    pub duplicate: bool,
}

/// A message handed to a worker.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// Its place in the stream.
    pub sequence: u64,
    /// How often it was delivered to this durable, this time included.
    pub attempt: u64,
    /// How the transport knows this delivery.
    pub(crate) token: String,
}

/// A stream as wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSpec {
    /// Name, without dots.
    pub name: String,
    /// Subjects it takes; `*` stands for one token, a last `>` for one or more.
    pub subjects: Vec<String>,
    /// Older messages are deleted.
    pub max_age: Duration,
    /// How long message ids are remembered.
    pub duplicate_window: Duration,
    /// Copies in a cluster.
    pub replicas: usize,
}

/// A durable consumer as wanted: explicit acknowledgement, from the first message, without end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSpec {
    /// Where it is.
    pub durable: Durable,
    /// Subjects it wants; none means all.
    pub filters: Vec<String>,
    /// A delivery not acknowledged for so long is delivered again.
    pub ack_wait: Duration,
    /// Deliveries out at one time, those waiting for their delay included.
    pub max_in_flight: u32,
}

/// Name of a durable consumer and of its stream.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Durable {
    /// Name of the stream.
    pub stream: String,
    /// Name of the durable, without dots.
    pub name: String,
}

/// Extent of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamState {
    /// When it was created, in whole microseconds: another time means another stream of that name.
    pub created_at: Timestamp,
    /// The oldest message.
    pub first_sequence: u64,
    /// The newest message that ever was.
    pub last_sequence: u64,
}

/// What a durable has still to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Messages never delivered.
    pub pending: u64,
    /// Messages delivered and not acknowledged.
    pub in_flight: u64,
}

/// The broker did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It does not answer, or not in time.
    #[error("broker is not available: {0}")]
    Unavailable(String),
    /// The stream or the durable is not there.
    #[error("broker has no {0}")]
    Missing(String),
    /// It will not take this message, now or later.
    #[error("broker refused: {0}")]
    Refused(String),
    /// It kept another setting than the one it was given.
    #[error("{subject}: {field} is {found}, wanted {wanted}")]
    Setting {
        /// Name of the stream or durable.
        subject: String,
        /// Which setting.
        field: &'static str,
        /// What was asked for.
        wanted: String,
        /// What the broker says.
        found: String,
    },
    /// It is too old to do what is asked of it.
    #[error("nats-server {found} is too old, {wanted} or later is needed")]
    TooOld {
        /// Version of the server.
        found: String,
        /// Oldest version that does.
        wanted: &'static str,
    },
    /// Its file cannot be read or written.
    #[error("bus file failed")]
    File(#[from] sqlx::Error),
}

impl Error {
    /// Whether waiting can help; if not, somebody has to change a setting or a program.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Missing(_) | Self::File(_) => true,
            Self::Refused(_) | Self::Setting { .. } | Self::TooOld { .. } => false,
        }
    }
}
