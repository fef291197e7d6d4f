//! What intake adds to statements over many rows: look-ups, and rows that are read.

use database::Error;
pub(super) use database::rows::{Kind, Table, bytes, execute, hex, time, unpacked};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TryGetable, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// Runs a query.
pub(super) async fn query<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Row>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db
        .query_all_raw(statement)
        .await?
        .into_iter()
        .map(Row)
        .collect())
}

/// A set of ids as one bound value.
pub(super) fn ids(ids: impl IntoIterator<Item = Uuid>) -> Value {
    let rows: Vec<Json> = ids
        .into_iter()
        .map(|id| serde_json::json!([hex(id)]))
        .collect();
    Json::Array(rows).into()
}

/// A query for the ids bound as `$number` by [`ids`].
pub(super) fn select_ids(backend: DbBackend, number: usize) -> String {
    unpacked(backend, &[("id", Kind::Id)], number)
}

/// A `from` clause: for each wanted row, the rows of `table` that match it, by their index.
///
/// `matching` is a condition over the table, called `t`, and what is wanted, called `w`. PostgreSQL would rather read a table of some
/// ten thousand rows than look sixty up, and SQLite might begin with the table: each is told not to.
pub(super) fn lookup(backend: DbBackend, wanted: &str, table: &str, matching: &str) -> String {
    match backend {
        DbBackend::Sqlite => {
            format!("from ({wanted}) as w cross join {table} as t where {matching}")
        }
        _ => format!(
            "from ({wanted}) as w cross join lateral \
             (select * from {table} as t where {matching} offset 0) as t where true"
        ),
    }
}

/// Locks what a [`lookup`] finds, where there are row locks. Only spares a conflict; nothing relies on it.
pub(super) fn locking(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " for update of t",
        _ => "",
    }
}

/// A row of a result.
pub(super) struct Row(QueryResult);

impl Row {
    pub(super) fn get<T: TryGetable>(&self, column: &str) -> Result<T, Error> {
        Ok(self.0.try_get("", column)?)
    }

    /// A text that stands for something else.
    pub(super) fn read<T>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let text: String = self.get(column)?;
        parse(&text).ok_or_else(|| unreadable(column))
    }

    /// As [`Row::read`], of a column that may be null.
    pub(super) fn read_optional<T>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| parse(&text).ok_or_else(|| unreadable(column)))
            .transpose()
    }

    /// A JSON column.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, Error> {
        let value: Json = self.get(column)?;
        serde_json::from_value(value).map_err(|error| Error::Other(error.into()))
    }
}

/// What is stored is none of what the program writes.
fn unreadable(column: &str) -> Error {
    Error::Other(format!("column {column} holds a value of another program").into())
}
