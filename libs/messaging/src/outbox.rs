//! Events to be published: rows written in the transaction of the change they tell of.

mod fresh;
pub(crate) mod rows;
mod rush;
pub(crate) mod stream;

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

use database::Database;
use futures::future::BoxFuture;
use sea_orm::DatabaseTransaction;

use self::{fresh::Fresh, rush::Rush};
use crate::event::{Event, RawEvent};

/// A service's database together with the events that leave it.
#[derive(Clone)]
pub struct Outbox(Arc<Inner>);

struct Inner {
    database: Database,
    source: &'static str,
    fresh: Fresh,
    rush: Rush,
}

impl Outbox {
    /// The outbox of the service `source`.
    pub fn new(database: Database, source: &'static str) -> Self {
        Self(Arc::new(Inner {
            database,
            source,
            fresh: Fresh::default(),
            rush: Rush::default(),
        }))
    }

    /// The database the outbox lies in.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Name of the publishing service.
    pub fn source(&self) -> &'static str {
        self.0.source
    }

    /// Begins a transaction that can publish.
    pub fn begin(&self) -> BoxFuture<'_, Result<Tx, database::Error>> {
        Box::pin(async move {
            Ok(Tx {
                inner: self.0.database.begin().await?,
                outbox: self.clone(),
                events: Mutex::default(),
            })
        })
    }

    /// Tells that callers queue for commits. For a moment after it, and for
    /// [`Settings::rush_delay`](crate::Settings::rush_delay) at most, events wait in the outbox.
    pub fn rush(&self) {
        self.0.rush.tell();
    }

    pub(crate) fn in_rush(&self) -> bool {
        self.0.rush.is_on()
    }

    /// What this process has committed and no relay has taken yet.
    pub(crate) fn fresh(&self) -> &Fresh {
        &self.0.fresh
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

/// A database transaction that can publish. Dropped without a commit, it is rolled back.
pub struct Tx {
    inner: DatabaseTransaction,
    outbox: Outbox,
    /// Written by the commit, all in one statement.
    events: Mutex<Vec<Event>>,
}

impl Tx {
    /// The transaction, to run statements in.
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// Publishes an event when this transaction commits, and only then.
    pub fn publish(&self, event: Event) -> BoxFuture<'_, Result<(), database::Error>> {
        self.publish_all(vec![event])
    }

    /// Publishes events when this transaction commits, and only then.
    pub fn publish_all(&self, events: Vec<Event>) -> BoxFuture<'_, Result<(), database::Error>> {
        // A holder cannot panic between its changes.
        let mut waiting = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(events);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Commits; from here on the events will be published.
    pub fn commit(self) -> BoxFuture<'static, Result<(), database::Error>> {
        Box::pin(async move {
            let events = self.events.into_inner();
            let events: Vec<RawEvent> = events
                .unwrap_or_else(PoisonError::into_inner)
                .into_iter()
                .map(RawEvent::from)
                .collect();
            rows::insert(&self.inner, &events).await?;
            self.inner.commit().await?;
            self.outbox.fresh().give(events);
            Ok(())
        })
    }

    /// Undoes everything.
    pub fn rollback(self) -> BoxFuture<'static, Result<(), database::Error>> {
        Box::pin(async move { Ok(self.inner.rollback().await?) })
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("outbox", &self.outbox)
            .finish_non_exhaustive()
    }
}

/// The events that wait to be published, in the order of their making. For tests and inspection.
pub fn pending(database: &Database) -> BoxFuture<'_, Result<Vec<RawEvent>, database::Error>> {
    Box::pin(rows::unpublished(database.reader()))
}

/// All events the outbox still holds, published or not, in the order of their making.
pub fn retained(database: &Database) -> BoxFuture<'_, Result<Vec<RawEvent>, database::Error>> {
    Box::pin(rows::retained(database.reader()))
}
