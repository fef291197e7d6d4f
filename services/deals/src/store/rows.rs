//! Statements whose text does not depend on how many rows are wanted.

use database::Error;
use messaging::Tx;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};

/// Runs a query with one bound value.
pub(super) async fn query(tx: &Tx, sql: String, value: Value) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [value]);
    Ok(tx.query_all_raw(statement).await?)
}

/// Whether the key `column` is one of the ids bound at the place `mark`.
pub(super) fn one_of(backend: DbBackend, column: &str, mark: &str) -> String {
    let list = match backend {
        DbBackend::Sqlite => format!("select unhex(value) from json_each({mark})"),
        _ => format!("select value::uuid from jsonb_array_elements_text({mark}) as value"),
    };
    among(backend, column, &list)
}

/// Whether the key `column` is among what a query gives. PostgreSQL takes `in` for a join, which it
/// may begin with the whole table; of an array, it looks each one up.
pub(super) fn among(backend: DbBackend, column: &str, list: &str) -> String {
    match backend {
        DbBackend::Sqlite => format!("{column} in ({list})"),
        _ => format!("{column} = any (array ({list}))"),
    }
}
