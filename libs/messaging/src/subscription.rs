//! What a service listens to: one durable per consuming and publishing service.

use std::{collections::BTreeMap, fmt, panic::AssertUnwindSafe, sync::Arc};

use clock::{Clock, Timestamp};
use futures::{FutureExt, future::BoxFuture};
use prost::{Message, Name};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    consumer::Consumer,
    error::Error,
    event::RawEvent,
    handler::{Handler, HandlerError},
    inbox,
    outbox::{Outbox, Tx},
    settings::Settings,
    transport::{Durable, SharedTransport},
};

/// Events of one service that another service handles.
#[derive(Clone)]
pub struct Subscription {
    pub(crate) name: String,
    pub(crate) publisher: &'static str,
    routes: BTreeMap<String, Arc<dyn Route>>,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// The event had its effect.
    Handled,
    /// It had it before, or is parked; nothing was done.
    Repeated,
}

impl Subscription {
    /// `consumer` listens to `publisher`.
    pub fn new(consumer: &'static str, publisher: &'static str) -> Self {
        Self {
            name: format!("{consumer}-{publisher}"),
            publisher,
            routes: BTreeMap::new(),
        }
    }

    /// Gives events of type `M` to `handler`.
    #[must_use]
    pub fn on<M>(mut self, handler: Arc<dyn Handler<M>>) -> Self
    where
        M: Message + Name + Default + 'static,
    {
        self.routes.insert(M::full_name(), Arc::new(Typed(handler)));
        self
    }

    /// Name of the durable, and of the consumer in the inbox.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Full names of the events it listens to.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.routes.keys().map(String::as_str)
    }

    /// Listens until `shutdown`, or until somebody has to change a setting or a program.
    pub fn run(
        self,
        outbox: Outbox,
        transport: SharedTransport,
        clock: Clock,
        settings: Settings,
        shutdown: CancellationToken,
    ) -> BoxFuture<'static, Result<(), Error>> {
        let consumer = Consumer::new(self, outbox, transport, clock, settings);
        Box::pin(consumer.run(shutdown))
    }

    /// Delivers one event by hand, as the consumer loop would. For tests.
    ///
    /// A second delivery of the same event answers [`Delivered::Repeated`].
    pub fn deliver<'a>(
        &'a self,
        outbox: &'a Outbox,
        event: &'a RawEvent,
    ) -> BoxFuture<'a, Result<Delivered, HandlerError>> {
        Box::pin(self.attempt(outbox, event, Clock::system().now()))
    }

    /// Handles one event in a transaction of its own.
    pub(crate) async fn attempt(
        &self,
        outbox: &Outbox,
        event: &RawEvent,
        now: Timestamp,
    ) -> Result<Delivered, HandlerError> {
        let tx = outbox.begin().await?;
        if inbox::claim(&*tx, &self.name, [event.id], now)
            .await?
            .is_empty()
        {
            tx.rollback().await?;
            return Ok(Delivered::Repeated);
        }
        self.handle(&tx, event).await?;
        tx.commit().await?;
        Ok(Delivered::Handled)
    }

    /// Runs the event's handler, in a span that continues the trace of its publisher.
    pub(crate) async fn handle(&self, tx: &Tx, event: &RawEvent) -> Result<(), HandlerError> {
        let Some(route) = self.routes.get(&event.kind) else {
            return Err(HandlerError::refuse("UNKNOWN_TYPE").because(event.kind.clone()));
        };
        let span = tracing::info_span!(
            "deliver",
            consumer = self.name,
            event.id = %event.id,
            event.type = event.kind,
            trace_id = tracing::field::Empty,
        );
        telemetry::context::set_parent(&span, event.traceparent());
        let handled = AssertUnwindSafe(route.handle(tx, event)).catch_unwind();
        // A handler that panics at one event must not keep the others from being handled. What it
        // did is rolled back with the transaction.
        handled
            .instrument(span)
            .await
            .unwrap_or_else(|_| Err(HandlerError::retry("PANICKED")))
    }

    pub(crate) fn stream(&self) -> String {
        stream_name(self.publisher)
    }

    pub(crate) fn durable(&self) -> Durable {
        Durable {
            stream: self.stream(),
            name: self.name.clone(),
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("name", &self.name)
            .field("kinds", &self.routes.keys())
            .finish_non_exhaustive()
    }
}

/// The stream of a service's events.
pub(crate) fn stream_name(publisher: &str) -> String {
    format!("tributary-{publisher}")
}

/// The subjects of a service's events.
pub(crate) fn stream_subject(publisher: &str) -> String {
    format!("tributary.{publisher}.v1.>")
}

/// A handler whose message type is hidden.
trait Route: Send + Sync {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a RawEvent,
    ) -> BoxFuture<'a, Result<(), HandlerError>>;
}

struct Typed<M>(Arc<dyn Handler<M>>);

impl<M: Message + Name + Default + 'static> Route for Typed<M> {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a RawEvent,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let event = event
                .decode::<M>()
                .map_err(|error| HandlerError::refuse("UNDECODABLE").because(error))?;
            self.0.handle(tx, &event).await
        })
    }
}
