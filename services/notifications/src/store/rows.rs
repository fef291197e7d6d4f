//! What notifications add to statements over many rows: conditions on keys, and texts by key.

use database::Error;
pub(super) use database::rows::{Kind, among, execute, hex, ids, names, one_of, time, unpacked};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::statement;

/// Texts by id as one bound value.
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = (Uuid, &'a str)>) -> Value {
    let texts = texts.into_iter().map(|(id, text)| (key(id), text.into()));
    Json::Object(texts.collect()).into()
}

/// The text of the row's `column`, an id, in what is bound as `$number` by [`texts`].
pub(super) fn text_of(backend: DbBackend, column: &str, number: usize) -> String {
    match backend {
        // A label that begins with a digit could be taken for an index.
        DbBackend::Sqlite => format!("${number} ->> ('$.id' || lower(hex({column})))"),
        _ => format!("${number} ->> ('id' || replace({column}::text, '-', ''))"),
    }
}

fn key(id: Uuid) -> String {
    format!("id{}", hex(id))
}

/// The rows of `table` whose `column`, a key, is among the ids.
pub(super) async fn by_ids(
    db: &impl ConnectionTrait,
    columns: &str,
    table: &str,
    column: &str,
    wanted: impl ExactSizeIterator<Item = Uuid>,
) -> Result<Vec<QueryResult>, Error> {
    if wanted.len() == 0 {
        return Ok(Vec::new());
    }
    let listed = one_of(db.get_database_backend(), column, "$1");
    let sql = format!("select {columns} from {table} where {listed}");
    query(db, &sql, [ids(wanted)]).await
}

/// Runs a query.
pub(super) async fn query(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, Error> {
    Ok(db.query_all_raw(statement(db, sql, values)).await?)
}
