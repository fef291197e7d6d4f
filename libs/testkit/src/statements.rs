//! How much a piece of code asks of a database.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// How many prepared statements the session has run, this question not included: the difference of two
/// is what was asked in between and one more. SQLite does not count; there it is always 0.
pub async fn statements<C: ConnectionTrait>(session: &C) -> i64 {
    if session.get_database_backend() == DbBackend::Sqlite {
        return 0;
    }
    let sql =
        "select sum(generic_plans + custom_plans)::bigint as runs from pg_prepared_statements";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = session.query_one_raw(statement).await.unwrap().unwrap();
    let runs: Option<i64> = row.try_get("", "runs").unwrap();
    runs.unwrap_or_default()
}
