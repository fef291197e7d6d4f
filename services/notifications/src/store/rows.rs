//! Statements over many rows whose text does not depend on their number: the rows travel as one
//! JSON value. So a batch costs the same few round trips whatever its size, and the database keeps
//! the statements prepared.

use clock::Timestamp;
use database::Error;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::statement;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Text,
    Int,
    Time,
}

/// Names of the columns, to be inserted into.
pub(super) fn names(columns: &[(&str, Kind)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// The rows bound as `$1`, each a JSON array in the order of the columns, as a query.
pub(super) fn unpacked(backend: DbBackend, columns: &[(&str, Kind)]) -> String {
    let each = columns.iter().enumerate().map(|(index, (name, kind))| {
        let text = format!("r.value ->> {index}");
        let column = match (backend, kind) {
            (DbBackend::Sqlite, Kind::Id) => format!("unhex({text})"),
            (DbBackend::Sqlite, _) | (_, Kind::Text) => text,
            (_, Kind::Id) => format!("({text})::uuid"),
            (_, Kind::Int) => format!("({text})::bigint"),
            (_, Kind::Time) => format!("({text})::timestamptz"),
        };
        format!("{column} as {name}")
    });
    let columns: Vec<String> = each.collect();
    let source = match backend {
        DbBackend::Sqlite => "json_each($1) as r",
        _ => "jsonb_array_elements($1) as r(value)",
    };
    format!("select {} from {source}", columns.join(", "))
}

/// A set of ids as one bound value.
pub(super) fn ids(ids: impl IntoIterator<Item = Uuid>) -> Value {
    let texts: Vec<Json> = ids.into_iter().map(|id| hex(id).into()).collect();
    Json::Array(texts).into()
}

/// Whether `column` is among the ids bound as `$number` by [`ids`].
pub(super) fn bound(backend: DbBackend, column: &str, number: usize) -> String {
    let list = match backend {
        DbBackend::Sqlite => format!("select unhex(value) from json_each(${number})"),
        _ => format!("select value::uuid from jsonb_array_elements_text(${number}) as value"),
    };
    among(backend, column, &list)
}

/// Whether `column`, a key, is among what a query gives. PostgreSQL takes `in` for a join, which
/// it may begin with the whole table; of an array, it looks each one up.
pub(super) fn among(backend: DbBackend, column: &str, list: &str) -> String {
    match backend {
        DbBackend::Sqlite => format!("{column} in ({list})"),
        _ => format!("{column} = any (array ({list}))"),
    }
}

/// Texts by id as one bound value.
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = (Uuid, &'a str)>) -> Value {
    let texts = texts.into_iter().map(|(id, text)| (key(id), text.into()));
    Json::Object(texts.collect()).into()
}

/// The text of the row's `id` in what is bound as `$number` by [`texts`].
pub(super) fn text_of_id(backend: DbBackend, number: usize) -> String {
    match backend {
        // A label that begins with a digit could be taken for an index.
        DbBackend::Sqlite => format!("${number} ->> ('$.id' || lower(hex(id)))"),
        _ => format!("${number} ->> ('id' || replace(id::text, '-', ''))"),
    }
}

fn key(id: Uuid) -> String {
    format!("id{}", id.simple())
}

/// An id as the rows carry it.
pub(super) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// An instant as SQLite keeps it and PostgreSQL reads it.
pub(super) fn time(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

/// Runs a query.
pub(super) async fn query(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, Error> {
    Ok(db.query_all_raw(statement(db, sql, values)).await?)
}
