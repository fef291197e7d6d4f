//! Statements whose text does not depend on how many rows are wanted or saved.

use database::Error;
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
    let ids = database::rows::ids(ids);
    among(db, column, "unhex(value)", "value::uuid", ids)
}

/// Whether the key `column` is one of these texts.
pub(super) fn one_of_texts(
    db: &impl ConnectionTrait,
    column: &str,
    texts: impl IntoIterator<Item = String>,
) -> SimpleExpr {
    let texts: Vec<String> = texts.into_iter().collect();
    among(db, column, "value", "value", Json::from(texts).into())
}

/// PostgreSQL takes `in` for a join, which it may begin with the whole table; of an array, it looks
/// each one up.
fn among(
    db: &impl ConnectionTrait,
    column: &str,
    sqlite: &str,
    postgres: &str,
    list: Value,
) -> SimpleExpr {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("{column} in (select {sqlite} from json_each(?))"),
        _ => format!(
            "{column} = any (array (select {postgres} from jsonb_array_elements_text($1) as value))"
        ),
    };
    Expr::cust_with_values(sql, [list])
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
