//! The pool of one service.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend,
    IsolationLevel, SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector,
    TransactionOptions, TransactionTrait,
};
use sqlx::PgPool;

use crate::error::Error;
use crate::metrics::{self, Reading};
use crate::migration::{self, Migration};
use crate::{postgres, sqlite};

/// Where the data is and how many connections may be open to it.
#[derive(Clone)]
pub struct Settings {
    /// `postgres://…`, or `sqlite:<directory>`.
    pub url: String,
    /// How many connections a pool may hold.
    pub max_connections: u32,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the URL: it may hold a password.
        f.debug_struct("Settings")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .finish_non_exhaustive()
    }
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A PostgreSQL schema.
    Postgres,
    /// A SQLite file.
    Sqlite,
}

impl From<Backend> for DbBackend {
    fn from(backend: Backend) -> Self {
        match backend {
            Backend::Postgres => Self::Postgres,
            Backend::Sqlite => Self::Sqlite,
        }
    }
}

/// One service's data. Clones share the pool.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    schema: &'static str,
    pools: Pools,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    acquire_timeout: Duration,
}

enum Pools {
    Postgres(PgPool),
    Sqlite(sqlite::Pools),
}

impl Database {
    /// Opens the data of the service called `schema`, and makes sure it can be reached.
    ///
    /// A SQLite file is created if need be; a PostgreSQL schema by [`Database::migrate`].
    pub fn connect(
        settings: &Settings,
        schema: &'static str,
    ) -> BoxFuture<'static, Result<Self, Error>> {
        let settings = settings.clone();
        async move {
            let pools = open(&settings, schema).await?;
            let (writer, reader) = pools.connections();
            let inner = Arc::new(Inner {
                schema,
                pools,
                writer,
                reader,
                acquire_timeout: settings.acquire_timeout,
            });
            // Weak, so that watching does not hold the pools open.
            let watched = Arc::downgrade(&inner);
            metrics::watch(move || {
                watched
                    .upgrade()
                    .map_or_else(Vec::new, |inner| inner.readings())
            });
            Ok(Self(inner))
        }
        .boxed()
    }

    /// Begins a transaction that may write. Dropped without a commit, it is rolled back.
    pub fn begin(&self) -> BoxFuture<'_, Result<DatabaseTransaction, Error>> {
        async {
            // Ordinary transactions of SQLite start as readers and fail, without waiting, when they want to write
            // after somebody else did.
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            Ok(self.0.writer.begin_with_options(options).await?)
        }
        .boxed()
    }

    /// Begins a transaction that only reads, and sees one state of the data, whatever is written meanwhile. On
    /// PostgreSQL its queries may be planned in every way, and are planned for their values: it is for reports
    /// over much of the data. Dropped, it ends.
    pub fn snapshot(&self) -> BoxFuture<'_, Result<DatabaseTransaction, Error>> {
        async {
            // Both are snapshots by themselves on SQLite.
            let Backend::Postgres = self.backend() else {
                return Ok(self.0.reader.begin().await?);
            };
            let options = TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            };
            let snapshot = self.0.reader.begin_with_options(options).await?;
            snapshot.execute_unprepared(postgres::ALL_PLANS).await?;
            Ok(snapshot)
        }
        .boxed()
    }

    /// For queries outside a transaction. On SQLite it refuses to write.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.0.reader
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self.0.pools {
            Pools::Postgres(_) => Backend::Postgres,
            Pools::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// Asks for a sign of life.
    pub fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        async {
            // The pool's deadline ends once a connection is found; one that went dead then would hang for minutes.
            let ping = self.0.reader.execute_unprepared("select 1");
            match tokio::time::timeout(self.0.acquire_timeout * 2, ping).await {
                Ok(answer) => Ok(answer.map(drop)?),
                Err(late) => Err(Error::Unavailable(late.into())),
            }
        }
        .boxed()
    }

    /// Applies the steps not yet applied, and returns how many there were.
    ///
    /// Each step is applied once, also when several programs migrate at once. On SQLite they are applied all or none.
    pub fn migrate<'a>(
        &'a self,
        migrations: &'a [Migration],
    ) -> BoxFuture<'a, Result<usize, Error>> {
        let Inner { schema, pools, .. } = &*self.0;
        match pools {
            Pools::Postgres(pool) => migration::migrate_postgres(pool, schema, migrations).boxed(),
            Pools::Sqlite(pools) => migration::migrate_sqlite(&pools.writer, migrations).boxed(),
        }
    }

    /// How many steps are not yet applied.
    pub fn pending<'a>(
        &'a self,
        migrations: &'a [Migration],
    ) -> BoxFuture<'a, Result<usize, Error>> {
        let Inner { schema, pools, .. } = &*self.0;
        match pools {
            Pools::Postgres(pool) => migration::pending_postgres(pool, schema, migrations).boxed(),
            Pools::Sqlite(pools) => migration::pending_sqlite(&pools.reader, migrations).boxed(),
        }
    }

    /// Folds the log of a SQLite file back into the file and empties it: what was overwritten or deleted is in neither
    /// then. While somebody reads, the rest is left to the next time. On PostgreSQL that is up to vacuum.
    pub fn fold_log(&self) -> BoxFuture<'_, Result<(), Error>> {
        async {
            if let Pools::Sqlite(_) = self.0.pools {
                self.0
                    .writer
                    .execute_unprepared(&sqlite::fold_log())
                    .await?;
            }
            Ok(())
        }
        .boxed()
    }

    /// Closes all connections, for all clones, once what they are doing is done.
    pub fn close(&self) -> BoxFuture<'_, ()> {
        async {
            match &self.0.pools {
                Pools::Postgres(pool) => pool.close().await,
                Pools::Sqlite(pools) => {
                    pools.reader.close().await;
                    // Last, so that it is the writer that folds the log back into the file.
                    pools.writer.close().await;
                }
            }
        }
        .boxed()
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("schema", &self.0.schema)
            .field("backend", &self.backend())
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn readings(&self) -> Vec<Reading> {
        let reading = |role, open, idle| Reading {
            schema: self.schema,
            role,
            open,
            idle,
        };
        match &self.pools {
            Pools::Postgres(pool) => vec![reading("both", pool.size(), pool.num_idle())],
            Pools::Sqlite(sqlite::Pools { writer, reader }) => vec![
                reading("writer", writer.size(), writer.num_idle()),
                reading("reader", reader.size(), reader.num_idle()),
            ],
        }
    }
}

impl Pools {
    /// The connections to write and to read with.
    fn connections(&self) -> (DatabaseConnection, DatabaseConnection) {
        match self {
            Self::Postgres(pool) => {
                let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
                (connection.clone(), connection)
            }
            Self::Sqlite(sqlite::Pools { writer, reader }) => (
                SqlxSqliteConnector::from_sqlx_sqlite_pool(writer.clone()),
                SqlxSqliteConnector::from_sqlx_sqlite_pool(reader.clone()),
            ),
        }
    }
}

async fn open(settings: &Settings, schema: &str) -> Result<Pools, Error> {
    // The name becomes part of SQL texts and of a path.
    if !schema.starts_with(|c: char| c.is_ascii_lowercase())
        || !schema.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    {
        return Err(Error::Settings(
            format!("{schema:?} cannot be a schema's name").into(),
        ));
    }
    let url = settings.url.as_str();
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(Pools::Postgres(postgres::connect(settings, schema).await?))
    } else if let Some(directory) = url.strip_prefix("sqlite:").filter(|rest| !rest.is_empty()) {
        Ok(Pools::Sqlite(
            sqlite::connect(settings, directory, schema).await?,
        ))
    } else {
        Err(Error::Settings(
            "the database URL is neither postgres://… nor sqlite:<directory>".into(),
        ))
    }
}
