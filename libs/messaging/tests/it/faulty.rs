//! A transport that fails where it is told to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use messaging::{
    SharedTransport, Transport,
    transport::{
        Ack, Backlog, ConsumerSpec, Delivery, Durable, Error, Message, StreamSpec, StreamState,
    },
};
use tokio::sync::Semaphore;

/// Passes all on to `inner`, with these exceptions.
pub(crate) struct Faulty {
    inner: SharedTransport,
    /// No message gets through.
    pub(crate) refuse_messages: AtomicBool,
    /// Messages arrive; each answer to their publisher takes a permit.
    pub(crate) gate: Semaphore,
    /// Acknowledgements get lost on their way.
    pub(crate) lose_acks: AtomicBool,
    pub(crate) acks_lost: AtomicUsize,
    pub(crate) published: AtomicUsize,
}

impl Faulty {
    pub(crate) fn new(inner: SharedTransport) -> Arc<Self> {
        Arc::new(Self {
            inner,
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            refuse_messages: AtomicBool::new(false),
            lose_acks: AtomicBool::new(false),
            acks_lost: AtomicUsize::new(0),
            published: AtomicUsize::new(0),
        })
    }
}

impl Transport for Faulty {
    fn ensure_stream<'a>(
        &'a self,
        spec: &'a StreamSpec,
    ) -> BoxFuture<'a, Result<StreamState, Error>> {
        self.inner.ensure_stream(spec)
    }

    fn stream_state<'a>(
        &'a self,
        stream: &'a str,
    ) -> BoxFuture<'a, Result<Option<StreamState>, Error>> {
        self.inner.stream_state(stream)
    }

    fn publish<'a>(
        &'a self,
        stream: &'a str,
        messages: Vec<Message>,
    ) -> BoxFuture<'a, Vec<Result<Ack, Error>>> {
        Box::pin(async move {
            let count = messages.len();
            if self.refuse_messages.load(Ordering::SeqCst) {
                let away = || Err(Error::Unavailable("cut off".to_owned()));
                return (0..count).map(|_| away()).collect();
            }
            let acks = self.inner.publish(stream, messages).await;
            self.published.fetch_add(count, Ordering::SeqCst);
            self.gate.acquire().await.unwrap().forget();
            acks
        })
    }

    fn ensure_consumer<'a>(&'a self, spec: &'a ConsumerSpec) -> BoxFuture<'a, Result<(), Error>> {
        self.inner.ensure_consumer(spec)
    }

    fn fetch<'a>(
        &'a self,
        durable: &'a Durable,
        max: usize,
        wait: Duration,
    ) -> BoxFuture<'a, Result<Vec<Delivery>, Error>> {
        self.inner.fetch(durable, max, wait)
    }

    fn ack<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>> {
        if self.lose_acks.load(Ordering::SeqCst) {
            self.acks_lost.fetch_add(deliveries.len(), Ordering::SeqCst);
            return Box::pin(async { Ok(()) });
        }
        self.inner.ack(deliveries)
    }

    fn nak<'a>(
        &'a self,
        deliveries: &'a [(&'a Delivery, Duration)],
    ) -> BoxFuture<'a, Result<(), Error>> {
        self.inner.nak(deliveries)
    }

    fn progress<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>> {
        self.inner.progress(deliveries)
    }

    fn backlog<'a>(&'a self, durable: &'a Durable) -> BoxFuture<'a, Result<Backlog, Error>> {
        self.inner.backlog(durable)
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.inner.ping()
    }

    fn connection(&self) -> u64 {
        self.inner.connection()
    }
}
