//! Events to be published: rows written in the transaction of the change they tell of.

pub(crate) mod rows;
pub(crate) mod stream;

use std::{
    fmt,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use database::Database;
use futures::future::BoxFuture;
use sea_orm::DatabaseTransaction;
use tokio::sync::Notify;

use crate::event::{Event, RawEvent};

/// A service's database together with the events that leave it.
#[derive(Clone)]
pub struct Outbox(Arc<Inner>);

struct Inner {
    database: Database,
    source: &'static str,
    committed: Notify,
}

impl Outbox {
    /// The outbox of the service `source`.
    pub fn new(database: Database, source: &'static str) -> Self {
        Self(Arc::new(Inner {
            database,
            source,
            committed: Notify::new(),
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
                published: AtomicBool::new(false),
            })
        })
    }

    /// Waits until this process has committed an event.
    pub(crate) async fn committed(&self) {
        self.0.committed.notified().await;
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
    published: AtomicBool,
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
        Box::pin(async move {
            if events.is_empty() {
                return Ok(());
            }
            rows::insert(&self.inner, events).await?;
            self.published.store(true, Ordering::Relaxed);
            Ok(())
        })
    }

    /// Commits; from here on the events will be published.
    pub fn commit(self) -> BoxFuture<'static, Result<(), database::Error>> {
        Box::pin(async move {
            self.inner.commit().await?;
            if self.published.into_inner() {
                self.outbox.0.committed.notify_one();
            }
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
