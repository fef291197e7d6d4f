//! Deleting a generation, in portions.

use database::Error;
use sea_orm::{ConnectionTrait, DbBackend};

use super::{bulk, digest};

/// All tables with rows of generations.
pub fn tables() -> impl Iterator<Item = String> {
    let figures = digest::tables().map(digest::Table::name);
    figures.chain(["cluster", "member", "reliance", "stale"].map(str::to_owned))
}

/// Deletes up to `limit` rows of a table; answers how many there were.
pub async fn some<C: ConnectionTrait>(
    db: &C,
    table: &str,
    generation: i16,
    limit: u64,
) -> Result<u64, Error> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!(
            "delete from {table} where rowid in \
             (select rowid from {table} where generation = $1 limit $2)"
        ),
        _ => format!(
            "delete from {table} where ctid = any \
             (array (select ctid from {table} where generation = $1 limit $2))"
        ),
    };
    bulk::execute(db, sql, [generation.into(), limit.into()]).await
}
