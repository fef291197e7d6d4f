//! What a service listens to: one durable per consuming and publishing service.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

use clock::{Clock, Timestamp};
use futures::{FutureExt, future::BoxFuture};
use prost::{Message, Name};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use crate::{
    consumer::Consumer,
    erased::{self, Personal},
    error::Error,
    event::{RawEvent, Received, Undecodable},
    handler::{BatchError, BatchHandler, Handler, HandlerError},
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
    /// In the order of their registration, by the full name of the event.
    routes: Vec<(String, Arc<dyn Route>)>,
    pub(crate) personal: &'static [Personal],
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
            routes: Vec::new(),
            personal: &[],
        }
    }

    /// Has the events that tell of what was [`erased`] handled without their words.
    #[must_use]
    pub fn screened(mut self, personal: &'static [Personal]) -> Self {
        self.personal = personal;
        self
    }

    /// Gives events of type `M` to `handler`. Of events that are delivered together, those of the
    /// types named first are handled first: what makes a thing known comes before what tells more of it.
    #[must_use]
    pub fn on<M>(mut self, handler: Arc<dyn Handler<M>>) -> Self
    where
        M: Message + Name + Default + 'static,
    {
        self.routes
            .push((M::full_name(), Arc::new(Reaction::Each(handler))));
        self
    }

    /// Gives events of type `M` to `handler`, several at once when several are there.
    #[must_use]
    pub fn on_batch<M>(mut self, handler: Arc<dyn BatchHandler<M>>) -> Self
    where
        M: Message + Name + Default + 'static,
    {
        self.routes
            .push((M::full_name(), Arc::new(Reaction::Together(handler))));
        self
    }

    /// Name of the durable, and of the consumer in the inbox.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The service whose events it handles.
    pub fn publisher(&self) -> &'static str {
        self.publisher
    }

    /// Full names of the events it listens to.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().map(|(kind, _)| kind.as_str())
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

    /// Runs the event's handler.
    pub(crate) async fn handle(&self, tx: &Tx, event: &RawEvent) -> Result<(), HandlerError> {
        let handled = self.handle_all(tx, &[event]).await;
        handled.map_err(|failed| failed.error)
    }

    /// Runs the handlers of events, those of a kind that is handled in batches together.
    pub(crate) async fn handle_all(&self, tx: &Tx, events: &[&RawEvent]) -> Result<(), BatchError> {
        let stripped = erased::screen(&**tx, self.personal, events).await?;
        let events: Vec<&RawEvent> = events
            .iter()
            .enumerate()
            .map(|(place, event)| stripped.get(&place).unwrap_or(*event))
            .collect();
        let events = events.as_slice();
        for Group { route, items } in self.grouped(events)? {
            let spanned: Vec<Spanned<'_>> = items
                .iter()
                .map(|(_, event)| (*event, self.span(event)))
                .collect();
            let handled = AssertUnwindSafe(route.handle(tx, &spanned)).catch_unwind();
            // A handler that panics at one event must not keep the others from being handled. What
            // it did is rolled back with the transaction.
            handled
                .await
                .unwrap_or_else(|_| Err(HandlerError::retry("PANICKED").into()))
                .map_err(|failed| {
                    let alone = (items.len() == 1).then_some(0);
                    let blamed = failed.at.or(alone).and_then(|at| items.get(at));
                    BatchError {
                        at: blamed.map(|(place, _)| *place),
                        ..failed
                    }
                })?;
        }
        Ok(())
    }

    /// The events with their handlers, in the order in which the types are registered; those of a
    /// type that is handled in batches together.
    fn grouped<'a>(&'a self, events: &[&'a RawEvent]) -> Result<Vec<Group<'a>>, BatchError> {
        let mut by_route: Vec<Items<'a>> = self.routes.iter().map(|_| Vec::new()).collect();
        for (place, event) in events.iter().enumerate() {
            let rank = self.routes.iter().position(|(kind, _)| *kind == event.kind);
            let items = rank.and_then(|rank| by_route.get_mut(rank));
            let items = items.ok_or_else(|| {
                let error = HandlerError::refuse("UNKNOWN_TYPE").because(event.kind.clone());
                BatchError::at(place, error)
            })?;
            items.push((place, event));
        }
        let groups = self
            .routes
            .iter()
            .zip(by_route)
            .flat_map(|((_, route), items)| {
                let together = if route.is_batch() { items.len() } else { 1 };
                let groups = items.chunks(together.max(1)).map(|items| Group {
                    route: &**route,
                    items: items.to_vec(),
                });
                groups.collect::<Vec<_>>()
            });
        Ok(groups.collect())
    }

    /// Continues the trace of the event's publisher.
    fn span(&self, event: &RawEvent) -> Span {
        let span = tracing::info_span!(
            "deliver",
            consumer = self.name,
            event.id = %event.id,
            event.type = event.kind,
            trace_id = tracing::field::Empty,
        );
        telemetry::context::set_parent(&span, event.traceparent());
        span
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
            .field("kinds", &self.kinds().collect::<Vec<_>>())
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

/// Events, each with its place among all.
type Items<'a> = Vec<(usize, &'a RawEvent)>;

/// Events for one call of a handler.
struct Group<'a> {
    route: &'a dyn Route,
    items: Items<'a>,
}

/// An event and the span of its delivery.
type Spanned<'a> = (&'a RawEvent, Span);

/// A handler whose message type is hidden.
trait Route: Send + Sync {
    /// Whether it takes more than one event at once.
    fn is_batch(&self) -> bool;

    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Spanned<'a>],
    ) -> BoxFuture<'a, Result<(), BatchError>>;
}

/// How events of a type are handled.
enum Reaction<M> {
    Each(Arc<dyn Handler<M>>),
    Together(Arc<dyn BatchHandler<M>>),
}

impl<M: Message + Name + Default + 'static> Route for Reaction<M> {
    fn is_batch(&self) -> bool {
        matches!(self, Self::Together(_))
    }

    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Spanned<'a>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let mut received = Vec::with_capacity(events.len());
            for (place, (event, span)) in events.iter().enumerate() {
                received.push(receive::<M>(event, span).map_err(|error| {
                    let error = HandlerError::refuse("UNDECODABLE").because(error);
                    BatchError::at(place, error)
                })?);
            }
            match self {
                Self::Together(handler) => handler.handle_all(tx, &received).await,
                Self::Each(handler) => {
                    for (place, (event, (_, span))) in received.iter().zip(events).enumerate() {
                        let reaction = handler.handle(tx, event).instrument(span.clone());
                        reaction
                            .await
                            .map_err(|error| BatchError::at(place, error))?;
                    }
                    Ok(())
                }
            }
        })
    }
}

fn receive<M: Message + Name + Default>(
    event: &RawEvent,
    span: &Span,
) -> Result<Received<M>, Undecodable> {
    let received = event.decode::<M>()?;
    Ok(Received {
        trace: telemetry::context::of(span).or(received.trace),
        ..received
    })
}
