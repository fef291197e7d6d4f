//! What PostgreSQL knows about the tables of figures when it plans a report.

use database::{Backend, Database, Error};

use super::{bulk, sweep};

/// Counts the tables of figures anew. A server does so by itself when a table has grown, but a minute late: until then
/// it takes a generation that it has not seen for an empty one, and joins what it believes to be a row or two.
pub async fn renew(db: &Database) -> Result<(), Error> {
    if db.backend() != Backend::Postgres {
        return Ok(());
    }
    // Each by itself: none is held longer than it takes.
    for table in sweep::tables() {
        let tx = db.begin().await?;
        bulk::execute(&tx, format!("analyze {table}"), []).await?;
        tx.commit().await?;
    }
    Ok(())
}
