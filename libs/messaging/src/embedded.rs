//! A bus in a file of its own, for installations of one process.
//!
//! It keeps to what JetStream does as far as [`Transport`] goes. The file is written without
//! waiting for the disk: a power cut may take the last messages, and the relay then publishes
//! them again from the outbox, as it does for any stream that was rolled back.
//!
//! One process may open the file at a time: waiting fetches are woken within the process only.

mod consume;
mod publish;
mod schema;
mod settle;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use clock::Clock;
use futures::future::BoxFuture;
use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::{Mutex, Notify};

use crate::transport::{
    Ack, Backlog, ConsumerSpec, Delivery, Durable, Error, Message, SharedTransport, StreamSpec,
    StreamState, Transport,
};

/// How long to wait for a tool that looks into the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A longer wait is cut into pieces, so that a clock that was moved is noticed.
const LONGEST_NAP: Duration = Duration::from_secs(1);

/// Opens the bus in the file at `path`, which is created if need be.
pub fn open(path: &Path, clock: Clock) -> BoxFuture<'static, Result<SharedTransport, Error>> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        // What was deleted is zeros in the file.
        .pragma("secure_delete", "on")
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging();
    Box::pin(async move {
        let mut connection = options.connect().await?;
        schema::create(&mut connection).await?;
        let bus: SharedTransport = Arc::new(Bus {
            connection: Mutex::new(connection),
            clock,
            wakers: std::sync::Mutex::default(),
            cleaned: std::sync::Mutex::new(None),
            folded: std::sync::Mutex::new(None),
        });
        Ok(bus)
    })
}

struct Bus {
    connection: Mutex<SqliteConnection>,
    clock: Clock,
    /// One per stream: wakes the fetches that wait for its messages.
    wakers: std::sync::Mutex<HashMap<String, Arc<Notify>>>,
    cleaned: std::sync::Mutex<Option<Instant>>,
    folded: std::sync::Mutex<Option<Instant>>,
}

impl Bus {
    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }

    fn waker(&self, stream: &str) -> Arc<Notify> {
        // A holder can only have panicked before it wrote.
        let mut wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = wakers.get(stream) {
            return Arc::clone(waker);
        }
        Arc::clone(wakers.entry(stream.to_owned()).or_default())
    }

    /// Deletes old messages and empties the log of the file, if it is time to.
    async fn clean(&self, connection: &mut SqliteConnection, now: i64) {
        if is_due(&self.cleaned, publish::CLEAN_INTERVAL)
            && let Err(error) = publish::delete_old(connection, now).await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "old messages cannot be deleted"
            );
        }
        if is_due(&self.folded, publish::FOLD_INTERVAL)
            && let Err(error) = publish::fold_log(connection).await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the log of the bus cannot be emptied"
            );
        }
    }
}

/// Whether it is time for something; true once per interval.
fn is_due(last: &std::sync::Mutex<Option<Instant>>, interval: Duration) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let due = last.is_none_or(|last| last.elapsed() >= interval);
    if due {
        *last = Some(Instant::now());
    }
    due
}

async fn begin(connection: &mut SqliteConnection) -> Result<Transaction<'_, Sqlite>, sqlx::Error> {
    connection.begin_with("begin immediate").await
}

impl Transport for Bus {
    fn ensure_stream<'a>(
        &'a self,
        spec: &'a StreamSpec,
    ) -> BoxFuture<'a, Result<StreamState, Error>> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            publish::ensure_stream(&mut connection, spec, self.now()).await
        })
    }

    fn stream_state<'a>(
        &'a self,
        stream: &'a str,
    ) -> BoxFuture<'a, Result<Option<StreamState>, Error>> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            Ok(publish::stream_state(&mut connection, stream).await?)
        })
    }

    fn publish<'a>(
        &'a self,
        stream: &'a str,
        messages: Vec<Message>,
    ) -> BoxFuture<'a, Vec<Result<Ack, Error>>> {
        Box::pin(async move {
            let count = messages.len();
            let now = self.now();
            let mut connection = self.connection.lock().await;
            let acks = publish::publish(&mut connection, stream, messages, now).await;
            self.clean(&mut connection, now).await;
            drop(connection);
            self.waker(stream).notify_waiters();
            acks.unwrap_or_else(|error| {
                let text = error.to_string();
                let failed = || match &error {
                    Error::Missing(what) => Error::Missing(what.clone()),
                    _ => Error::Unavailable(text.clone()),
                };
                (0..count).map(|_| Err(failed())).collect()
            })
        })
    }

    fn ensure_consumer<'a>(&'a self, spec: &'a ConsumerSpec) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            consume::ensure_consumer(&mut connection, spec).await
        })
    }

    fn fetch<'a>(
        &'a self,
        durable: &'a Durable,
        max: usize,
        wait: Duration,
    ) -> BoxFuture<'a, Result<Vec<Delivery>, Error>> {
        Box::pin(async move {
            let waker = self.waker(&durable.stream);
            let end = Instant::now() + wait;
            loop {
                let woken = waker.notified();
                tokio::pin!(woken);
                // From here on no waking is missed.
                woken.as_mut().enable();
                let now = self.now();
                let mut connection = self.connection.lock().await;
                // Also where nothing is published any more.
                self.clean(&mut connection, now).await;
                let fetched = consume::fetch(&mut connection, durable, max, now).await?;
                drop(connection);
                let left = end.saturating_duration_since(Instant::now());
                if !fetched.deliveries.is_empty() || left.is_zero() {
                    return Ok(fetched.deliveries);
                }
                let nap = left.min(LONGEST_NAP);
                let nap = fetched.next_in.map_or(nap, |next| next.min(nap));
                // Either way the next turn looks again.
                let _ = tokio::time::timeout(nap, woken).await;
            }
        })
    }

    fn ack<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            Ok(settle::ack(&mut connection, deliveries).await?)
        })
    }

    fn nak<'a>(
        &'a self,
        deliveries: &'a [(&'a Delivery, Duration)],
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            let streams = settle::nak(&mut connection, deliveries, self.now()).await?;
            drop(connection);
            for stream in streams {
                self.waker(&stream).notify_waiters();
            }
            Ok(())
        })
    }

    fn progress<'a>(&'a self, deliveries: &'a [&'a Delivery]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            Ok(settle::progress(&mut connection, deliveries, self.now()).await?)
        })
    }

    fn backlog<'a>(&'a self, durable: &'a Durable) -> BoxFuture<'a, Result<Backlog, Error>> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            consume::backlog(&mut connection, durable).await
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move { Ok(self.connection.lock().await.ping().await?) })
    }

    fn connection(&self) -> u64 {
        // A file that lost messages can only be met by opening it.
        1
    }
}
