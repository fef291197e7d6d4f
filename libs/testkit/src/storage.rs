//! Fresh databases of both kinds.

use std::time::Duration;

use database::{Backend, Database, Migration, Settings};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tempfile::TempDir;

use crate::postgres::{PostgresDatabase, postgres};

/// Every unique index over plain columns, and the name the same constraint has in SQLite's errors.
const UNIQUE_INDEXES: &str = "
    select i.relname::text as name,
        t.relname || case when x.indisprimary then '_pkey' else '_' || (
            select string_agg(a.attname, '_' order by k.place)
            from unnest(x.indkey) with ordinality k (number, place)
            join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number
            where k.place <= x.indnkeyatts
        ) || '_key' end as expected
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    join pg_class t on t.oid = x.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    where x.indisunique and x.indexprs is null and n.nspname = $1 and t.relname <> '_migration'";

/// An empty place for databases. Dropped, it is removed.
pub struct Storage(Kind);

enum Kind {
    Sqlite(TempDir),
    Postgres(PostgresDatabase),
}

impl Storage {
    /// A folder for SQLite files.
    pub fn sqlite() -> Self {
        Self(Kind::Sqlite(tempfile::tempdir().expect("a folder")))
    }

    /// A PostgreSQL database.
    pub async fn postgres() -> Self {
        Self(Kind::Postgres(postgres().database().await))
    }

    /// What to call it when a test fails: `sqlite` or `postgres`.
    pub fn label(&self) -> &'static str {
        match self.0 {
            Kind::Sqlite(_) => "sqlite",
            Kind::Postgres(_) => "postgres",
        }
    }

    /// The URL for the settings of a service. Several services may share it.
    pub fn url(&self) -> String {
        match &self.0 {
            Kind::Sqlite(folder) => format!("sqlite:{}", folder.path().display()),
            Kind::Postgres(database) => database.url().to_owned(),
        }
    }

    /// Settings that fit a test.
    pub fn settings(&self) -> Settings {
        Settings {
            url: self.url(),
            max_connections: 8,
            acquire_timeout: Duration::from_secs(30),
        }
    }

    /// Opens one service's data and migrates it.
    ///
    /// # Panics
    ///
    /// If it cannot be migrated, or a unique index is not called as SQLite's errors will call it.
    pub async fn database(&self, schema: &'static str, migrations: &[Migration]) -> Database {
        let label = self.label();
        let database = Database::connect(&self.settings(), schema).await;
        let database = database.unwrap_or_else(|error| panic!("{label}: {error}: {error:?}"));
        let migrated = database.migrate(migrations).await;
        migrated.unwrap_or_else(|error| panic!("{label}: {error}: {error:?}"));
        if database.backend() == Backend::Postgres {
            check_names(&database, schema).await;
        }
        database
    }
}

/// A place of each kind, to run one test on both.
pub async fn storages() -> Vec<Storage> {
    vec![Storage::sqlite(), Storage::postgres().await]
}

/// A fresh, migrated database of each kind, with its label and what keeps it from being removed.
///
/// # Panics
///
/// As [`Storage::database`].
pub async fn databases(
    schema: &'static str,
    migrations: &[Migration],
) -> Vec<(&'static str, Database, Storage)> {
    let mut databases = Vec::new();
    for storage in storages().await {
        let database = storage.database(schema, migrations).await;
        databases.push((storage.label(), database, storage));
    }
    databases
}

async fn check_names(database: &Database, schema: &str) {
    let query =
        Statement::from_sql_and_values(DbBackend::Postgres, UNIQUE_INDEXES, [schema.into()]);
    for row in database
        .reader()
        .query_all_raw(query)
        .await
        .expect("indexes can be listed")
    {
        let name: String = row.try_get("", "name").expect("an index has a name");
        let expected: String = row.try_get("", "expected").expect("an index has columns");
        assert_eq!(
            name, expected,
            "unique index {name} must be called {expected}: SQLite names columns in its errors"
        );
    }
}
