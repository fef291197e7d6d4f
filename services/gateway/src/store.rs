//! Rows of accounts, partners and keys.

pub(crate) mod api_keys;
pub(crate) mod partners;
pub(crate) mod staff;

use sea_orm::{ConnectionTrait, Statement, Value};

use database::Error;

fn statement(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Runs a statement and says how many rows it touched.
async fn execute(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<u64, Error> {
    Ok(db
        .execute_raw(statement(db, sql, values))
        .await?
        .rows_affected())
}

/// A row holds what this program never writes.
fn broken(what: &str) -> Error {
    Error::Other(format!("{what} of a row cannot be read").into())
}
