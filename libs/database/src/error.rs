//! Errors sorted by what a caller can do about them.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

/// What the driver said, for the log.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why the database did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server is away, starting, full or cut off. The same call may succeed later; if it was a commit, it may have.
    #[error("the database is unavailable")]
    Unavailable(#[source] Source),
    /// All connections stayed in use, or none could be opened, until the deadline.
    #[error("no database connection came free in time")]
    PoolTimeout(#[source] Source),
    /// A row with these values is already there.
    #[error("unique constraint {constraint} is violated")]
    UniqueViolation {
        /// `<table>_<columns>_key`, `<table>_pkey`, or the name of an index over an expression; the same on both databases.
        constraint: String,
        /// What the driver said.
        #[source]
        source: Source,
    },
    /// A row refers to one that is not there, or one that is referred to was to go.
    #[error("a foreign key is violated")]
    ForeignKey(#[source] Source),
    /// Somebody else changed the same rows first. Repeating the whole transaction may succeed.
    #[error("another transaction came first")]
    Conflict(#[source] Source),
    /// The settings cannot work.
    #[error("wrong database setting")]
    Settings(#[source] Source),
    /// A migration is wrong, or was changed after it had been applied.
    #[error("the database could not be migrated")]
    Migration(#[source] Source),
    /// A fault of the program: wrong SQL, a broken check, a value of another type.
    #[error("the database refused the statement")]
    Other(#[source] Source),
}

impl Error {
    /// A conditional update found its row changed: `what` names the thing that was to be saved.
    pub fn conflict(what: &str) -> Self {
        Self::Conflict(format!("{what} was changed in the meantime").into())
    }

    /// Whether the same work, begun anew, may succeed without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_) | Self::PoolTimeout(_) | Self::Conflict(_)
        )
    }

    /// Whether the constraint of this name was violated.
    pub fn violates(&self, name: &str) -> bool {
        matches!(self, Self::UniqueViolation { constraint, .. } if constraint == name)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let class = match &error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Class::PoolTimeout,
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Class::Unavailable,
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => classify(cause),
            // What sea-orm makes of a conditional update that matched no row.
            DbErr::RecordNotUpdated => Class::Conflict,
            _ => Class::Other,
        };
        class.error(error.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        classify(&error).error(error.into())
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match &error {
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
                match classify(cause) {
                    class @ (Class::Unavailable | Class::PoolTimeout | Class::Conflict) => {
                        class.error(error.into())
                    }
                    _ => Self::Migration(error.into()),
                }
            }
            _ => Self::Migration(error.into()),
        }
    }
}

enum Class {
    Unavailable,
    PoolTimeout,
    Unique(String),
    ForeignKey,
    Conflict,
    Settings,
    Other,
}

impl Class {
    fn error(self, source: Source) -> Error {
        match self {
            Self::Unavailable => Error::Unavailable(source),
            Self::PoolTimeout => Error::PoolTimeout(source),
            Self::Unique(constraint) => Error::UniqueViolation { constraint, source },
            Self::ForeignKey => Error::ForeignKey(source),
            Self::Conflict => Error::Conflict(source),
            Self::Settings => Error::Settings(source),
            Self::Other => Error::Other(source),
        }
    }
}

fn classify(error: &sqlx::Error) -> Class {
    match error {
        sqlx::Error::Database(cause) => {
            let code = cause.code().unwrap_or_default();
            if cause.try_downcast_ref::<PgDatabaseError>().is_some() {
                classify_postgres(&code, cause.constraint())
            } else {
                classify_sqlite(&code, cause.as_ref())
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Class::Unavailable,
        sqlx::Error::PoolTimedOut => Class::PoolTimeout,
        sqlx::Error::Configuration(_) => Class::Settings,
        _ => Class::Other,
    }
}

/// By SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn classify_postgres(code: &str, constraint: Option<&str>) -> Class {
    match code {
        "23505" => Class::Unique(constraint.unwrap_or_default().to_owned()),
        "23503" | "23001" => Class::ForeignKey,
        // Lock not available. Class 40 is rolled back: deadlock, serialization failure.
        "55P03" => Class::Conflict,
        _ if code.starts_with("40") => Class::Conflict,
        // Read-only: a standby that still has the primary's address after a fail-over.
        "25006" => Class::Unavailable,
        // Connection lost, out of resources, cancelled or shutting down, trouble with files.
        _ if ["08", "53", "57", "58"]
            .iter()
            .any(|class| code.starts_with(class)) =>
        {
            Class::Unavailable
        }
        _ => Class::Other,
    }
}

/// By extended result code: <https://www.sqlite.org/rescode.html>. The low byte is the kind.
fn classify_sqlite(code: &str, error: &dyn DatabaseError) -> Class {
    let code: i32 = code.parse().unwrap_or_default();
    match (code, code & 0xff) {
        (1555 | 2067 | 2579, _) => Class::Unique(sqlite_constraint(code, error.message())),
        (787, _) => Class::ForeignKey,
        // Busy, locked.
        (_, 5 | 6) => Class::Conflict,
        // Input/output, disk full, cannot open.
        (_, 10 | 13 | 14) => Class::Unavailable,
        _ => Class::Other,
    }
}

/// The name PostgreSQL would give, from `UNIQUE constraint failed: lead.door, lead.key` or `… failed: index 'name'`.
fn sqlite_constraint(code: i32, message: &str) -> String {
    let failed = message
        .rsplit_once(": ")
        .map_or(message, |(_, failed)| failed);
    if let Some(index) = failed.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let columns: Vec<&str> = failed
        .split(", ")
        .filter_map(|one| one.split_once('.'))
        .map(|(_, column)| column)
        .collect();
    let table = failed.split_once('.').map_or(failed, |(table, _)| table);
    if code == 2067 {
        format!("{table}_{}_key", columns.join("_"))
    } else {
        format!("{table}_pkey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_constraints_get_the_names_postgres_gives() {
        for (code, message, name) in [
            (
                2067,
                "UNIQUE constraint failed: lead.email",
                "lead_email_key",
            ),
            (
                2067,
                "UNIQUE constraint failed: lead.door, lead.key",
                "lead_door_key_key",
            ),
            (
                2067,
                "UNIQUE constraint failed: index 'lead_folded'",
                "lead_folded",
            ),
            (1555, "UNIQUE constraint failed: lead.id", "lead_pkey"),
            (
                1555,
                "UNIQUE constraint failed: inbox.consumer, inbox.event_id",
                "inbox_pkey",
            ),
        ] {
            assert_eq!(sqlite_constraint(code, message), name);
        }
    }

    #[test]
    fn postgres_codes_are_sorted() {
        for (code, transient) in [
            ("40001", true),
            ("40P01", true),
            ("55P03", true),
            ("57P01", true),
            ("57P03", true),
            ("53300", true),
            ("08006", true),
            ("25006", true),
            ("23505", false),
            ("23503", false),
            ("23514", false),
            ("42P01", false),
            ("28P01", false),
        ] {
            let error = classify_postgres(code, Some("a_key")).error("x".into());
            assert_eq!(error.is_transient(), transient, "{code}: {error}");
        }
        assert!(
            classify_postgres("23505", Some("a_key"))
                .error("x".into())
                .violates("a_key")
        );
    }

    #[test]
    fn conditional_updates_without_a_row_are_conflicts() {
        assert!(matches!(
            Error::from(DbErr::RecordNotUpdated),
            Error::Conflict(_)
        ));
        let error = Error::conflict("lead");
        assert!(error.is_transient());
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            "lead was changed in the meantime"
        );
    }
}
