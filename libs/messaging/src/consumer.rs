//! The consumer loop: fetch, handle, settle.
//!
//! What a delivery did and the note that it was handled commit together; the acknowledgement
//! follows. A crash in between brings the delivery again, and the note keeps it from acting twice.

mod batch;
mod retry;
mod settle;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use clock::Clock;
use tokio_util::sync::CancellationToken;

use crate::{
    error::Error,
    inbox,
    metrics::ConsumerMetrics,
    outbox::Outbox,
    parked,
    settings::Settings,
    subscription::{Subscription, stream_subject},
    transport::{self, ConsumerSpec, Delivery, Durable, SharedTransport, subject},
};

/// Wait after a failure of the broker, and for a stream that is not there yet.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// Gathers deliveries into batches: one that was not full is followed by the next so long after it.
const GATHER: Duration = Duration::from_millis(20);

/// Unfinished deliveries go to another worker after so long when this one ends.
const HANDED_BACK: Duration = Duration::from_millis(100);

/// How often the backlog is measured.
const MEASURE: Duration = Duration::from_secs(1);

/// How often old inbox rows are looked for, and how many go in one statement.
const PURGE: Duration = Duration::from_mins(1);
const PURGE_CHUNK: u64 = 1_000;

/// Works off one subscription.
pub(crate) struct Consumer {
    subscription: Subscription,
    outbox: Outbox,
    transport: SharedTransport,
    clock: Clock,
    settings: Settings,
    durable: Durable,
    metrics: ConsumerMetrics,
    /// Sequences of the present batch that need no more care.
    settled: Mutex<BTreeSet<u64>>,
}

/// When things were last done.
#[derive(Default)]
struct Times {
    retried: Option<Instant>,
    measured: Option<Instant>,
    purged: Option<Instant>,
}

impl Consumer {
    pub(crate) fn new(
        subscription: Subscription,
        outbox: Outbox,
        transport: SharedTransport,
        clock: Clock,
        settings: Settings,
    ) -> Self {
        Self {
            durable: subscription.durable(),
            metrics: ConsumerMetrics::new(subscription.name()),
            subscription,
            outbox,
            transport,
            clock,
            settings,
            settled: Mutex::default(),
        }
    }

    pub(crate) async fn run(self, shutdown: CancellationToken) -> Result<(), Error> {
        let spec = self.spec()?;
        let mut times = Times::default();
        let mut ready = false;
        let mut failing = false;
        while !shutdown.is_cancelled() {
            match self.turn(&spec, &mut ready, &mut times, &shutdown).await {
                Ok(()) => failing = false,
                Err(error) if !error.is_transient() => return Err(error),
                Err(error) => {
                    // A wiped broker has lost the durable too.
                    ready = ready && !matches!(error, Error::Transport(_));
                    if !failing {
                        self.warn(&error);
                    }
                    failing = true;
                    // At the end of the pause or of everything, whichever is first.
                    let _ = tokio::time::timeout(AFTER_FAILURE, shutdown.cancelled()).await;
                }
            }
        }
        Ok(())
    }

    async fn turn(
        &self,
        spec: &ConsumerSpec,
        ready: &mut bool,
        times: &mut Times,
        shutdown: &CancellationToken,
    ) -> Result<(), Error> {
        if !*ready {
            self.transport.ensure_consumer(spec).await?;
            *ready = true;
        }
        if due(times.retried, self.settings.parked_poll) {
            let more = self.retry_parked().await?;
            times.retried = (!more).then(Instant::now);
        }
        self.keep_house(times).await?;
        let max = self.settings.batch;
        let wait = self.settings.fetch_wait.min(self.settings.parked_poll);
        let deliveries = self.transport.fetch(&self.durable, max, wait).await?;
        let (begun, count) = (Instant::now(), deliveries.len());
        if count == 0 {
            return Ok(());
        }
        self.process(deliveries, shutdown).await;
        if count < max {
            let rest = GATHER.saturating_sub(begun.elapsed());
            // At the end of the pause or of everything, whichever is first.
            let _ = tokio::time::timeout(rest, shutdown.cancelled()).await;
        }
        Ok(())
    }

    /// Handles and settles deliveries; at `shutdown` those not finished in time are handed back.
    async fn process(&self, deliveries: Vec<Delivery>, shutdown: &CancellationToken) {
        self.settled().clear();
        // Side by side, and both gone before anything is handed back: one that is not polled any
        // more may hold what the other waits for.
        tokio::select! {
            () = self.handle(&deliveries) => return,
            () = self.renew(&deliveries) => {}
            () = stopped(shutdown, self.settings.stop_grace) => {}
        }
        let unsettled = self.unsettled(&deliveries);
        let back: Vec<_> = unsettled.iter().map(|it| (*it, HANDED_BACK)).collect();
        if let Err(error) = self.transport.nak(&back).await {
            self.warn_broker(&error);
        }
    }

    /// Keeps deliveries that are still in work from going to another worker.
    async fn renew(&self, deliveries: &[Delivery]) {
        let mut renewal = tokio::time::interval(self.settings.ack_wait / 2);
        renewal.tick().await;
        loop {
            renewal.tick().await;
            let unsettled = self.unsettled(deliveries);
            if let Err(error) = self.transport.progress(&unsettled).await {
                self.warn_broker(&error);
            }
        }
    }

    fn spec(&self) -> Result<ConsumerSpec, Error> {
        let published = stream_subject(self.subscription.publisher);
        let foreign = |kind: &&str| !subject::matches(&published, kind);
        if let Some(event) = self.subscription.kinds().find(foreign) {
            return Err(Error::ForeignEvent {
                event: event.to_owned(),
                publisher: self.subscription.publisher,
            });
        }
        Ok(ConsumerSpec {
            durable: self.durable.clone(),
            filters: self.subscription.kinds().map(str::to_owned).collect(),
            ack_wait: self.settings.ack_wait,
            max_in_flight: self.settings.max_in_flight,
        })
    }

    async fn keep_house(&self, times: &mut Times) -> Result<(), Error> {
        let name = self.subscription.name();
        let db = self.outbox.database();
        if due(times.measured, MEASURE) {
            let parked = parked::count_of(db.reader(), name).await?;
            let backlog = self.transport.backlog(&self.durable).await?;
            self.metrics.backlog(backlog, parked);
            times.measured = Some(Instant::now());
        }
        if due(times.purged, PURGE) {
            let horizon = self.clock.now() - self.settings.inbox_horizon;
            let tx = db.begin().await?;
            let gone = inbox::purge(&tx, name, horizon, PURGE_CHUNK).await?;
            tx.commit().await.map_err(database::Error::from)?;
            // While there is more, the next turn goes on.
            if gone < PURGE_CHUNK {
                times.purged = Some(Instant::now());
            }
        }
        Ok(())
    }

    fn settled(&self) -> std::sync::MutexGuard<'_, BTreeSet<u64>> {
        // A holder can only have panicked before it wrote.
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unsettled<'a>(&self, deliveries: &'a [Delivery]) -> Vec<&'a Delivery> {
        let settled = self.settled();
        deliveries
            .iter()
            .filter(|delivery| !settled.contains(&delivery.sequence))
            .collect()
    }

    fn warn(&self, error: &Error) {
        // On the first start of an installation publishers make their streams at the same time.
        if let Error::Transport(transport::Error::Missing(what)) = error {
            let consumer = self.subscription.name();
            tracing::info!(consumer, missing = what, "consumer waits for its stream");
            return;
        }
        tracing::warn!(
            consumer = self.subscription.name(),
            error = error as &dyn std::error::Error,
            "consumer is waiting"
        );
    }

    fn warn_broker(&self, error: &transport::Error) {
        tracing::warn!(
            consumer = self.subscription.name(),
            error = error as &dyn std::error::Error,
            "deliveries are not settled and will come again"
        );
    }
}

fn due(last: Option<Instant>, interval: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= interval)
}

async fn stopped(shutdown: &CancellationToken, grace: Duration) {
    shutdown.cancelled().await;
    tokio::time::sleep(grace).await;
}
