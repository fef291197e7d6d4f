//! Publishes what the outbox holds, and publishes it again when the broker lost it.
//!
//! Several relays may work on one outbox: a message published twice has the same id, which the
//! broker drops, and beyond its window the inbox of each consumer does.

mod refill;
mod round;

use std::time::{Duration, Instant};

use clock::Clock;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::{
    error::Error,
    metrics::RelayMetrics,
    outbox::{Outbox, rows},
    relay::{refill::Refill, round::Turn},
    settings::Settings,
    subscription::{stream_name, stream_subject},
    transport::{SharedTransport, StreamSpec},
};

/// How often the outbox itself is looked into: for what other processes committed and left behind,
/// and for what was not to be published at once. What this process commits needs no look.
const LOOK: Duration = Duration::from_millis(250);

/// Wait after a failure; the next one may have begun meanwhile.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// Gathers commits into rounds, so that marking does not cost more than the work that is marked.
const GATHER: Duration = Duration::from_millis(20);

/// How often a relay that stands back looks whether the rush is over.
const STANDING_BACK: Duration = Duration::from_millis(20);

/// How often the backlog is measured.
const MEASURE: Duration = Duration::from_secs(1);

/// How often old rows are looked for, and how many go in one statement.
const PURGE: Duration = Duration::from_mins(1);
const PURGE_CHUNK: u64 = 1_000;

/// Publishes the events of one service.
pub struct Relay {
    outbox: Outbox,
    transport: SharedTransport,
    clock: Clock,
    settings: Settings,
    stream: StreamSpec,
    metrics: RelayMetrics,
    /// The connection the stream was ensured on.
    ensured_on: Option<u64>,
    checked: Option<Instant>,
    measured: Option<Instant>,
    purged: Option<Instant>,
    /// When a look into the outbox found nothing more. None: there may be something.
    looked: Option<Instant>,
    refill: Option<Refill>,
    /// Since when it stands back in a rush. Once that was long enough, it does not until it has
    /// caught up.
    standing_back: Option<Instant>,
}

impl Relay {
    /// Runs until `shutdown`, or until somebody has to change a setting.
    pub fn run(
        outbox: Outbox,
        transport: SharedTransport,
        clock: Clock,
        settings: Settings,
        shutdown: CancellationToken,
    ) -> BoxFuture<'static, Result<(), Error>> {
        let stream = StreamSpec {
            name: stream_name(outbox.source()),
            subjects: vec![stream_subject(outbox.source())],
            max_age: settings.stream_max_age,
            duplicate_window: settings.duplicate_window,
            replicas: settings.replicas,
        };
        let relay = Self {
            metrics: RelayMetrics::new(outbox.source()),
            outbox,
            transport,
            clock,
            settings,
            stream,
            ensured_on: None,
            checked: None,
            measured: None,
            purged: None,
            looked: None,
            refill: None,
            standing_back: None,
        };
        Box::pin(relay.publish_until(shutdown))
    }

    async fn publish_until(mut self, shutdown: CancellationToken) -> Result<(), Error> {
        let outbox = self.outbox.clone();
        let _attending = outbox.fresh().attend();
        let mut failing = false;
        loop {
            self.stand_back(&shutdown).await;
            let turn = tokio::select! {
                // An abandoned round leaves its leases, which run out.
                () = stopped(&shutdown, self.settings.stop_grace) => return Ok(()),
                turn = self.turn() => turn,
            };
            let pause = match turn {
                Ok(Turn::Full) => Duration::ZERO,
                Ok(Turn::Some) => GATHER,
                Ok(Turn::None) => {
                    self.standing_back = None;
                    let next = self.looked.map_or(Duration::ZERO, |looked| {
                        LOOK.saturating_sub(looked.elapsed())
                    });
                    tokio::select! {
                        () = shutdown.cancelled() => return Ok(()),
                        () = outbox.fresh().committed() => {}
                        () = tokio::time::sleep(next) => {}
                    }
                    Duration::ZERO
                }
                Err(error) if !error.is_transient() => return Err(error),
                Err(error) => {
                    self.leave_to_outbox();
                    if !failing {
                        warn(&error, self.outbox.source());
                    }
                    failing = true;
                    self.pause(AFTER_FAILURE, &shutdown).await;
                    // A failing round at the end would be repeated without a pause.
                    if shutdown.is_cancelled() {
                        return Ok(());
                    }
                    continue;
                }
            };
            failing = false;
            self.pause(pause, &shutdown).await;
            if shutdown.is_cancelled() {
                return Ok(());
            }
        }
    }

    /// In a rush, leaves processor, database and broker to those who wait for an answer.
    async fn stand_back(&mut self, shutdown: &CancellationToken) {
        while self.outbox.in_rush() && !shutdown.is_cancelled() {
            let since = *self.standing_back.get_or_insert_with(Instant::now);
            if since.elapsed() >= self.settings.rush_delay {
                return;
            }
            self.pause(STANDING_BACK, shutdown).await;
        }
    }

    async fn pause(&self, pause: Duration, shutdown: &CancellationToken) {
        if !pause.is_zero() {
            // At the end of the pause or of everything, whichever is first.
            let _ = tokio::time::timeout(pause, shutdown.cancelled()).await;
        }
    }

    async fn turn(&mut self) -> Result<Turn, Error> {
        if self.must_check() {
            self.check(None).await?;
        }
        if self.refill_step().await? {
            self.looked = None;
        }
        self.keep_house().await?;
        let turn = self.round().await?;
        let more = self.looked.is_none() || self.refill.is_some();
        Ok(if more { Turn::Full } else { turn })
    }

    /// What was taken and not published is found by the next look, the oldest first.
    fn leave_to_outbox(&mut self) {
        self.outbox.fresh().forget();
        self.looked = None;
    }

    fn must_check(&self) -> bool {
        self.ensured_on != Some(self.transport.connection())
            || due(self.checked, self.settings.check_interval)
    }

    async fn keep_house(&mut self) -> Result<(), Error> {
        let db = self.outbox.database();
        let now = self.clock.now();
        if due(self.measured, MEASURE) {
            let (events, oldest) = rows::backlog(db.reader()).await?;
            let age = oldest.map(|oldest| (now - oldest).to_std().unwrap_or_default());
            self.metrics
                .waiting(events.unsigned_abs(), age.unwrap_or_default());
            self.measured = Some(Instant::now());
        }
        if due(self.purged, PURGE) {
            let tx = db.begin().await?;
            let gone = rows::purge(&tx, now - self.settings.horizon, PURGE_CHUNK).await?;
            tx.commit().await.map_err(database::Error::from)?;
            // While there is more, the next turn goes on.
            if gone < PURGE_CHUNK {
                db.fold_log().await?;
                self.purged = Some(Instant::now());
            }
        }
        Ok(())
    }
}

fn due(last: Option<Instant>, interval: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= interval)
}

async fn stopped(shutdown: &CancellationToken, grace: Duration) {
    shutdown.cancelled().await;
    tokio::time::sleep(grace).await;
}

fn warn(error: &Error, service: &str) {
    tracing::warn!(
        service,
        error = error as &dyn std::error::Error,
        "relay is waiting"
    );
}
