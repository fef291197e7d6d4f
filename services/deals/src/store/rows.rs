//! Statements whose text does not depend on how many rows are wanted.

use database::Error;
pub(super) use database::rows::{among, one_of};
use messaging::Tx;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

/// Runs a query with one bound value.
pub(super) async fn query(tx: &Tx, sql: String, value: Value) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [value]);
    Ok(tx.query_all_raw(statement).await?)
}
