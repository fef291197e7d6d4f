//! Statements over many rows whose text does not depend on their number: the rows travel as one
//! JSON value. So a batch costs the same few round trips whatever its size, and the database keeps
//! the statements prepared.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::error::Error;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `uuid`, as [`hex()`] writes it.
    Id,
    /// `text`.
    Text,
    /// `bigint` or `integer`.
    Int,
    /// `boolean`.
    Flag,
    /// `timestamptz`, as [`time`] writes it.
    Time,
    /// `bytea`, as [`bytes`] writes it.
    Bytes,
    /// `jsonb`.
    Json,
}

/// A table, or the part of it that a statement writes.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name in the schema.
    pub name: &'static str,
    /// The columns that are written, in the order of the rows' values.
    pub columns: &'static [(&'static str, Kind)],
}

impl Table {
    /// Names of the columns, to be selected.
    pub fn names(&self) -> String {
        names(self.columns)
    }

    /// Writes rows, each a JSON array in the order of the columns.
    pub async fn insert<C: ConnectionTrait>(&self, db: &C, rows: Vec<Json>) -> Result<u64, Error> {
        if rows.is_empty() {
            return Ok(0);
        }
        let from = self.unpacked(db.get_database_backend());
        let sql = format!("insert into {} ({}) {from}", self.name, self.names());
        execute(db, sql, [Json::Array(rows).into()]).await
    }

    /// Writes rows that are not there yet; answers how many.
    pub async fn insert_new<C: ConnectionTrait>(
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
    pub async fn update<C: ConnectionTrait>(
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
    pub fn unpacked(&self, backend: DbBackend) -> String {
        unpacked(backend, self.columns, 1)
    }
}

/// Names of columns, to be selected or inserted into.
pub fn names(columns: &[(&str, Kind)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// The rows bound as parameter `$number`, as a query with the given columns.
pub fn unpacked(backend: DbBackend, columns: &[(&str, Kind)], number: usize) -> String {
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
pub async fn execute<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// A set of ids as one bound value: a JSON array of texts.
pub fn ids(ids: impl IntoIterator<Item = Uuid>) -> Value {
    let texts: Vec<String> = ids.into_iter().map(hex).collect();
    Json::from(texts).into()
}

/// Whether the key `column` is among what a query gives. PostgreSQL takes `in` for a join, which it
/// may begin with the whole table; of an array, it looks each one up.
pub fn among(backend: DbBackend, column: &str, list: &str) -> String {
    match backend {
        DbBackend::Sqlite => format!("{column} in ({list})"),
        _ => format!("{column} = any (array ({list}))"),
    }
}

/// Whether the key `column` is one of the ids bound by [`ids`] at the place `mark`: `$1`.
pub fn one_of(backend: DbBackend, column: &str, mark: &str) -> String {
    let list = match backend {
        DbBackend::Sqlite => format!("select unhex(value) from json_each({mark})"),
        _ => format!("select value::uuid from jsonb_array_elements_text({mark}) as value"),
    };
    among(backend, column, &list)
}

/// An id as the rows carry it.
pub fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// Bytes as the rows carry them: hexadecimal digits.
pub fn bytes(bytes: &[u8]) -> String {
    let mut digits = vec![0; bytes.len() * 2];
    match hex::encode_to_slice(bytes, &mut digits) {
        Ok(()) => String::from_utf8(digits).unwrap_or_default(),
        // Only a buffer of another size is refused.
        Err(_) => hex::encode(bytes),
    }
}

/// An instant as SQLite keeps it and PostgreSQL reads it.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
