//! Clusters to be derived anew, because a rate or the weights changed.

use database::Error;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::bulk::{self, Batch, Type};
use super::clusters::WEIGHTS;
use crate::domain::figures::Day;

/// Puts those into the queue that looked up a rate of the currency on the day or later.
pub async fn by_rate<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    currency: &str,
    day: Day,
) -> Result<(), Error> {
    let sql = "insert into stale (generation, cluster_id) \
               select generation, cluster_id from reliance \
               where generation = $1 and parameter = $2 and last_day >= $3 \
               on conflict do nothing";
    let values = [generation.into(), currency.into(), day.into()];
    bulk::execute(db, sql, values).await?;
    Ok(())
}

/// Puts those into the queue that used the weights.
pub async fn by_weights<C: ConnectionTrait>(db: &C, generation: i16) -> Result<(), Error> {
    by_rate(db, generation, WEIGHTS, Day::MIN).await
}

/// Some of the queue.
pub async fn some<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    limit: u64,
) -> Result<Vec<Uuid>, Error> {
    let sql = "select cluster_id from stale where generation = $1 order by cluster_id limit $2";
    let rows = bulk::query(db, sql, [generation.into(), limit.into()]).await?;
    rows.iter()
        .map(|row| Ok(row.try_get_by_index(0)?))
        .collect()
}

/// How many are in the queue.
pub async fn count<C: ConnectionTrait>(db: &C, generation: i16) -> Result<i64, Error> {
    let sql = "select count(*) from stale where generation = $1";
    let rows = bulk::query(db, sql, [generation.into()]).await?;
    let count = rows.first().map(|row| row.try_get_by_index(0));
    Ok(count.transpose()?.unwrap_or_default())
}

/// Takes out what was derived.
pub async fn done<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    clusters: &[Uuid],
) -> Result<(), Error> {
    let rows = clusters
        .iter()
        .map(|id| vec![generation.into(), (*id).into()])
        .collect();
    let columns = [("generation", Type::Small), ("cluster_id", Type::Id)];
    Batch::new(&columns, rows).delete(db, "stale", "").await?;
    Ok(())
}
