//! Applies migrations: each once, in order, recorded beside what they made.

use std::collections::{HashMap, HashSet};

use sqlx::migrate::{Migrate, MigrationType, Migrator};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool, SqlSafeStr, SqliteConnection, SqlitePool,
};

use crate::dialect;
use crate::error::Error;
use crate::pool::Backend;
use crate::sqlite;

const TABLE: &str = "_migration";

/// One step in the life of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// When it was written, as `20261122100000`: steps are applied in this order.
    pub version: i64,
    /// What it does, as `create_lead`.
    pub name: &'static str,
    /// The statements, in PostgreSQL's words.
    pub sql: &'static str,
}

pub(crate) async fn migrate_postgres(
    pool: &PgPool,
    schema: &str,
    migrations: &[Migration],
) -> Result<usize, Error> {
    let steps = steps(migrations, Backend::Postgres)?;
    // A connection of its own: the lock belongs to the session and must end with it, whatever happens.
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
    connection.lock().await?;
    create_schema(&mut connection, schema).await?;
    let applied = apply(&mut connection, format!("{schema}.{TABLE}"), steps).await?;
    connection.close().await?;
    Ok(applied)
}

pub(crate) async fn migrate_sqlite(
    pool: &SqlitePool,
    migrations: &[Migration],
) -> Result<usize, Error> {
    let steps = steps(migrations, Backend::Sqlite)?;
    let options = sqlite::patient(&pool.connect_options());
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut tx = connection.begin_with("begin immediate").await?;
    let applied = apply(&mut *tx, TABLE.to_owned(), steps).await?;
    tx.commit().await?;
    connection.close().await?;
    Ok(applied)
}

pub(crate) async fn pending_postgres(
    pool: &PgPool,
    schema: &str,
    migrations: &[Migration],
) -> Result<usize, Error> {
    let steps = steps(migrations, Backend::Postgres)?;
    let mut connection = pool.acquire().await?;
    let table = format!("{schema}.{TABLE}");
    let exists = sqlx::query_scalar("select to_regclass($1) is not null")
        .bind(&table)
        .fetch_one(&mut *connection)
        .await?;
    pending(&mut *connection, exists, &table, &steps).await
}

pub(crate) async fn pending_sqlite(
    pool: &SqlitePool,
    migrations: &[Migration],
) -> Result<usize, Error> {
    let steps = steps(migrations, Backend::Sqlite)?;
    let mut connection = pool.acquire().await?;
    let exists = sqlx::query_scalar("select exists (select 1 from sqlite_master where name = $1)")
        .bind(TABLE)
        .fetch_one(&mut *connection)
        .await?;
    pending(&mut *connection, exists, TABLE, &steps).await
}

type Step = sqlx::migrate::Migration;

fn steps(migrations: &[Migration], backend: Backend) -> Result<Vec<Step>, Error> {
    let mut versions = HashSet::new();
    migrations
        .iter()
        .map(|migration| {
            if !versions.insert(migration.version) {
                return Err(Error::Migration(
                    format!("two migrations have the version {}", migration.version).into(),
                ));
            }
            step(migration, backend)
        })
        .collect()
}

fn step(migration: &Migration, backend: Backend) -> Result<Step, Error> {
    if let Some(word) = dialect::outsider(migration.sql) {
        let Migration { version, name, .. } = migration;
        return Err(Error::Migration(
            format!(
                "migration {version}_{name}: `{word}` does not mean the same on both databases"
            )
            .into(),
        ));
    }
    let mut step = Step::new(
        migration.version,
        migration.name.into(),
        MigrationType::Simple,
        migration.sql.into_sql_str(),
        false,
    );
    // The checksum stays that of the original text, so that a better translation is not a changed migration.
    if backend == Backend::Sqlite {
        step.sql = AssertSqlSafe(dialect::to_sqlite(migration.sql)).into_sql_str();
    }
    Ok(step)
}

/// Needs the caller to hold the lock.
async fn apply<C: Migrate>(
    connection: &mut C,
    table: String,
    steps: Vec<Step>,
) -> Result<usize, Error> {
    connection.ensure_migrations_table(&table).await?;
    let before = connection.list_applied_migrations(&table).await?.len();
    let mut migrator = Migrator::with_migrations(steps);
    migrator.dangerous_set_table_name(table.clone());
    migrator.set_ignore_missing(true).set_locking(false);
    migrator.run_direct(None, connection, false).await?;
    let after = connection.list_applied_migrations(&table).await?.len();
    Ok(after.saturating_sub(before))
}

async fn pending<C: Migrate>(
    connection: &mut C,
    exists: bool,
    table: &str,
    steps: &[Step],
) -> Result<usize, Error> {
    if !exists {
        return Ok(steps.len());
    }
    let applied = connection.list_applied_migrations(table).await?;
    let applied: HashMap<_, _> = applied
        .into_iter()
        .map(|one| (one.version, one.checksum))
        .collect();
    let changed = steps.iter().find(|step| {
        applied
            .get(&step.version)
            .is_some_and(|checksum| *checksum != step.checksum)
    });
    if let Some(step) = changed {
        return Err(sqlx::migrate::MigrateError::VersionMismatch(step.version).into());
    }
    Ok(steps
        .iter()
        .filter(|step| !applied.contains_key(&step.version))
        .count())
}

/// Asks before it creates: a role that may use its schema need not be allowed to create one.
async fn create_schema(connection: &mut PgConnection, schema: &str) -> Result<(), Error> {
    let exists: bool =
        sqlx::query_scalar("select exists (select 1 from pg_namespace where nspname = $1)")
            .bind(schema)
            .fetch_one(&mut *connection)
            .await?;
    if !exists {
        connection.create_schema_if_not_exists(schema).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Migration = Migration {
        version: 1,
        name: "create_thing",
        sql: "create table thing (id uuid primary key)",
    };

    #[test]
    fn the_checksum_does_not_depend_on_the_database() {
        let on_postgres = step(&STEP, Backend::Postgres).unwrap();
        let on_sqlite = step(&STEP, Backend::Sqlite).unwrap();
        assert_ne!(on_postgres.sql.as_str(), on_sqlite.sql.as_str());
        assert_eq!(on_postgres.checksum, on_sqlite.checksum);
    }

    #[test]
    fn two_steps_of_one_version_are_refused() {
        let error = steps(&[STEP, STEP], Backend::Postgres).unwrap_err();
        let Error::Migration(source) = error else {
            panic!("{error}")
        };
        assert_eq!(source.to_string(), "two migrations have the version 1");
    }

    #[test]
    fn words_that_differ_are_refused_on_both() {
        let migration = Migration {
            sql: "create table thing (price numeric)",
            ..STEP
        };
        for backend in [Backend::Postgres, Backend::Sqlite] {
            let Err(Error::Migration(source)) = steps(&[migration], backend) else {
                panic!("accepted")
            };
            assert_eq!(
                source.to_string(),
                "migration 1_create_thing: `numeric` does not mean the same on both databases"
            );
        }
    }
}
