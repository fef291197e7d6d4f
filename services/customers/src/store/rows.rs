//! Statements whose text does not depend on how many rows are wanted or saved.

use database::Error;
use database::rows::among;
pub(super) use database::rows::{Kind, Table, hex, time};
use messaging::Tx;
use sea_orm::{
    ConnectionTrait, DbBackend, Value,
    sea_query::{Expr, SimpleExpr},
};
use serde_json::Value as Json;
use uuid::Uuid;

/// Whether the key `column` is one of these ids.
pub(super) fn one_of(
    db: &impl ConnectionTrait,
    column: &str,
    ids: impl IntoIterator<Item = Uuid>,
) -> SimpleExpr {
    let backend = db.get_database_backend();
    let sql = database::rows::one_of(backend, column, mark(backend));
    Expr::cust_with_values(sql, [database::rows::ids(ids)])
}

/// Whether the key `column` is one of these texts.
pub(super) fn one_of_texts(
    db: &impl ConnectionTrait,
    column: &str,
    texts: impl IntoIterator<Item = String>,
) -> SimpleExpr {
    let backend = db.get_database_backend();
    let texts: Vec<String> = texts.into_iter().collect();
    let mark = mark(backend);
    let list = match backend {
        DbBackend::Sqlite => format!("select value from json_each({mark})"),
        _ => format!("select value from jsonb_array_elements_text({mark}) as value"),
    };
    let sql = among(backend, column, &list);
    Expr::cust_with_values(sql, [Value::from(Json::from(texts))])
}

/// How a condition of its own marks its value.
fn mark(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "?",
        _ => "$1",
    }
}

/// Saves rows over the revisions that were seen: `seen` and `id` lead the columns of `table`. One
/// that somebody else changed in the meantime is a conflict.
pub(super) async fn save_over_seen(tx: &Tx, table: &Table, rows: Vec<Json>) -> Result<(), Error> {
    let wanted = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let matching = format!("{0}.id = v.id and {0}.revision = v.seen", table.name);
    if table.update(&**tx, rows, 2, &matching).await? != wanted {
        return Err(Error::conflict(table.name));
    }
    Ok(())
}
