//! Statements that read alike on both databases.

pub(crate) use database::rows::ids;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

/// Runs a statement; answers how many rows it changed.
pub(crate) async fn execute<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// Runs a query.
pub(crate) async fn query<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await
}

/// A query for the ids bound as parameter `$number` by [`ids`]; its column is `id`.
pub(crate) fn select_ids(backend: DbBackend, number: usize) -> String {
    match backend {
        DbBackend::Sqlite => {
            format!("select unhex(value) as id from json_each(${number}) where true")
        }
        _ => format!(
            "select value::uuid as id from jsonb_array_elements_text(${number}) as value where true"
        ),
    }
}

/// Pairs of id and number as one bound value.
pub(crate) fn numbered(pairs: impl IntoIterator<Item = (Uuid, i64)>) -> Value {
    let pairs: Vec<(String, i64)> = pairs
        .into_iter()
        .map(|(id, number)| (id.simple().to_string(), number))
        .collect();
    serde_json::json!(pairs).into()
}

/// A query for the pairs bound as parameter `$number` by [`numbered`]; its columns are `id` and `number`.
pub(crate) fn select_numbered(backend: DbBackend, number: usize) -> String {
    match backend {
        DbBackend::Sqlite => format!(
            "select unhex(value ->> 0) as id, value ->> 1 as number from json_each(${number})"
        ),
        _ => format!(
            "select (value ->> 0)::uuid as id, (value ->> 1)::bigint as number \
             from jsonb_array_elements(${number}) as value"
        ),
    }
}

/// Splits a list into parts of a few fixed sizes, so that multi-row statements have few texts.
pub(crate) fn portions<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    const SIZES: [usize; 4] = [64, 16, 4, 1];
    let mut rest = items;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (portion, tail) = rest.split_at(size);
        rest = tail;
        Some(portion)
    })
}

/// `($1, $2), ($3, $4)` for two rows of two columns.
pub(crate) fn placeholders(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let numbers: Vec<String> = (1..=columns)
            .map(|column| format!("${}", row * columns + column))
            .collect();
        format!("({})", numbers.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_keep_all_items_in_order() {
        let items: Vec<usize> = (0..150).collect();
        let parts: Vec<&[usize]> = portions(&items).collect();
        let sizes: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        assert_eq!(sizes, [64, 64, 16, 4, 1, 1]);
        assert_eq!(parts.concat(), items);
        assert_eq!(portions::<u8>(&[]).count(), 0);
    }

    #[test]
    fn placeholders_are_numbered_through() {
        assert_eq!(placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
