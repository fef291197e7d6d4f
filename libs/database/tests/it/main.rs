//! Both databases behave as one.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod connect;
mod errors;
mod migrations;
mod transactions;
mod values;

use database::{Backend, Database};
use sea_orm::{ConnectionTrait, Statement, TryGetable, Value};

/// The one value that the query gives.
async fn value<T: TryGetable>(on: &impl ConnectionTrait, sql: &str) -> T {
    let statement = Statement::from_string(on.get_database_backend(), sql);
    let row = on.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Runs one statement in a transaction of its own.
async fn write(
    db: &Database,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, database::Error> {
    let tx = db.begin().await?;
    let statement = Statement::from_sql_and_values(db.backend().into(), sql, values);
    let result = tx.execute_raw(statement).await?;
    tx.commit().await?;
    Ok(result.rows_affected())
}

fn is_postgres(db: &Database) -> bool {
    db.backend() == Backend::Postgres
}
