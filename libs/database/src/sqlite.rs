//! One file: a connection that writes, and a pool that reads.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use tokio::time::{Instant, sleep};

use crate::error::Error;
use crate::pool::Settings;

/// The first release without the WAL-reset fault, by which two connections could corrupt a file.
const OLDEST: (u32, u32, u32) = (3, 51, 3);

/// How long a write waits for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// How long a migrator waits for another one.
const MIGRATION_TIMEOUT: Duration = Duration::from_mins(1);

pub(crate) struct Pools {
    pub(crate) writer: SqlitePool,
    pub(crate) reader: SqlitePool,
}

pub(crate) async fn connect(
    settings: &Settings,
    directory: &str,
    schema: &str,
) -> Result<Pools, Error> {
    let directory = Path::new(directory);
    // Customers' data: for the owner's eyes only.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| {
            Error::Settings(format!("cannot create {}: {error}", directory.display()).into())
        })?;
    let options = SqliteConnectOptions::new()
        .filename(directory.join(format!("{schema}.db")))
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What was deleted, or written over by something shorter, is zeros in the file.
        .pragma("secure_delete", "on")
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging();
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(settings.acquire_timeout)
            .idle_timeout(None)
            .max_lifetime(None)
    };
    let writer = open_writer(
        pool().max_connections(1),
        options.clone().journal_mode(SqliteJournalMode::Wal),
    )
    .await?;
    check_version(&writer).await?;
    let reader = pool()
        .max_connections(settings.max_connections)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok(Pools { writer, reader })
}

/// The first to open a fresh file turns it to WAL. SQLite lets nobody wait for that: who comes at the same time is told
/// at once that the file is busy.
async fn open_writer(
    pool: SqlitePoolOptions,
    options: SqliteConnectOptions,
) -> Result<SqlitePool, Error> {
    let end = Instant::now() + BUSY_TIMEOUT;
    loop {
        match pool
            .clone()
            .connect_with(options.clone())
            .await
            .map_err(Error::from)
        {
            Err(Error::Conflict(_)) if Instant::now() < end => sleep(BUSY_PAUSE).await,
            opened => return opened,
        }
    }
}

/// Folds the log back into the file and empties it, without waiting for those who read: writers would wait too.
pub(crate) fn fold_log() -> String {
    let wait = BUSY_TIMEOUT.as_millis();
    format!(
        "pragma busy_timeout = 0; pragma wal_checkpoint(truncate); pragma busy_timeout = {wait}"
    )
}

/// The options of a connection that waits its turn to migrate.
pub(crate) fn patient(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    options.clone().busy_timeout(MIGRATION_TIMEOUT)
}

async fn check_version(pool: &SqlitePool) -> Result<(), Error> {
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(pool)
        .await?;
    if parse_version(&version).is_some_and(|version| version >= OLDEST) {
        return Ok(());
    }
    let (major, minor, patch) = OLDEST;
    Err(Error::Settings(
        format!("SQLite {version} is linked, {major}.{minor}.{patch} or later is needed").into(),
    ))
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(str::parse);
    Some((
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(parse_version("3.51.3").unwrap() >= OLDEST);
        assert!(parse_version("3.100.0").unwrap() > OLDEST);
        assert!(parse_version("3.9.10").unwrap() < OLDEST);
        assert_eq!(parse_version("3.51"), None);
    }
}
