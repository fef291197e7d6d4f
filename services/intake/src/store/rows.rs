//! Statements over many rows whose text does not depend on their number: the rows travel as one
//! JSON value. So a batch costs the same few round trips whatever its size, and the database keeps
//! the statements prepared.

use database::Error;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TryGetable, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Text,
    Int,
    Flag,
    Time,
    Bytes,
    Json,
}

/// A table, or the part of it that a statement writes.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
}

impl Table {
    /// Names of the columns, to be selected.
    pub(super) fn names(&self) -> String {
        self.columns
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Writes rows, each a JSON array in the order of the columns.
    pub(super) async fn insert<C: ConnectionTrait>(
        &self,
        db: &C,
        rows: Vec<Json>,
    ) -> Result<u64, Error> {
        if rows.is_empty() {
            return Ok(0);
        }
        let from = self.unpacked(db.get_database_backend());
        let sql = format!("insert into {} ({}) {from}", self.name, self.names());
        execute(db, sql, [Json::Array(rows).into()]).await
    }

    /// Writes rows that are not there yet; answers how many.
    pub(super) async fn insert_new<C: ConnectionTrait>(
        &self,
        db: &C,
        rows: Vec<Json>,
    ) -> Result<u64, Error> {
        if rows.is_empty() {
            return Ok(0);
        }
        let from = self.unpacked(db.get_database_backend());
        let sql = format!(
            "insert into {} ({}) {from} where true on conflict do nothing",
            self.name,
            self.names()
        );
        execute(db, sql, [Json::Array(rows).into()]).await
    }

    /// Changes rows found by `matching` (a condition over the table and `v`). All columns but the
    /// first `keys` are set.
    pub(super) async fn update<C: ConnectionTrait>(
        &self,
        db: &C,
        rows: Vec<Json>,
        keys: usize,
        matching: &str,
    ) -> Result<u64, Error> {
        if rows.is_empty() {
            return Ok(0);
        }
        let set: Vec<String> = self
            .columns
            .iter()
            .skip(keys)
            .map(|(name, _)| format!("{name} = v.{name}"))
            .collect();
        let sql = format!(
            "update {} set {} from ({}) as v where {matching}",
            self.name,
            set.join(", "),
            self.unpacked(db.get_database_backend())
        );
        execute(db, sql, [Json::Array(rows).into()]).await
    }

    /// The rows bound as `$1`, as a query.
    pub(super) fn unpacked(&self, backend: DbBackend) -> String {
        unpacked(backend, self.columns, 1)
    }
}

/// The rows bound as parameter `$number`, as a query with the given columns.
pub(super) fn unpacked(backend: DbBackend, columns: &[(&str, Kind)], number: usize) -> String {
    let each = columns.iter().enumerate().map(|(index, (name, kind))| {
        let column = match backend {
            DbBackend::Sqlite => match kind {
                Kind::Id | Kind::Bytes => format!("unhex(r.value ->> {index})"),
                Kind::Json => format!("r.value -> {index}"),
                _ => format!("r.value ->> {index}"),
            },
            _ => match kind {
                Kind::Id => format!("(r.value ->> {index})::uuid"),
                Kind::Text => format!("r.value ->> {index}"),
                Kind::Int => format!("(r.value ->> {index})::bigint"),
                Kind::Flag => format!("(r.value ->> {index})::boolean"),
                Kind::Time => format!("(r.value ->> {index})::timestamptz"),
                Kind::Bytes => format!("decode(r.value ->> {index}, 'hex')"),
                Kind::Json => format!("r.value -> {index}"),
            },
        };
        format!("{column} as {name}")
    });
    let columns: Vec<String> = each.collect();
    let source = match backend {
        DbBackend::Sqlite => format!("jsonb_each(${number}) as r"),
        _ => format!("jsonb_array_elements(${number}) as r(value)"),
    };
    format!("select {} from {source}", columns.join(", "))
}

/// Runs a statement; answers how many rows it changed.
pub(super) async fn execute<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

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

/// An id as the rows carry it.
pub(super) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// An instant as SQLite keeps it and PostgreSQL reads it.
pub(super) fn time(at: clock::Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
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
