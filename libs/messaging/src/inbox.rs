//! Which events a consumer has handled: the note and the effect commit together.

use std::collections::HashSet;

use clock::Timestamp;
use database::Error;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::sql;

/// Notes the events as done; answers those that were not done before.
///
/// Of two transactions that claim the same event, the second waits for the first.
pub(crate) async fn claim<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    events: impl IntoIterator<Item = Uuid>,
    now: Timestamp,
) -> Result<HashSet<Uuid>, Error> {
    // Everybody takes them in the order of their ids, so no two can wait for each other.
    let statement = format!(
        "insert into inbox (consumer, event_id, state, attempts, changed_at) \
         select $1, wanted.id, 'done', 0, $2 from ({list}) as wanted where true order by wanted.id \
         on conflict (consumer, event_id) \
         do update set state = 'done', changed_at = excluded.changed_at \
         where inbox.state = 'failed' returning event_id",
        list = sql::select_ids(db.get_database_backend(), 3),
    );
    let binds = [consumer.into(), now.into(), sql::ids(events)];
    let rows = sql::query(db, statement, binds).await?;
    let ids = rows.iter().map(|row| row.try_get::<Uuid>("", "event_id"));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Notes a parked event as done; false when it is not parked, or somebody else just did.
pub(crate) async fn claim_parked<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    event: Uuid,
    now: Timestamp,
) -> Result<bool, Error> {
    let statement = "update inbox set state = 'done', changed_at = $3 \
                     where consumer = $1 and event_id = $2 and state = 'parked'";
    let binds = [consumer.into(), event.into(), now.into()];
    Ok(sql::execute(db, statement, binds).await? == 1)
}

/// Counts a failed attempt; answers how many there were, or none when the event is settled.
pub(crate) async fn fail<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    event: Uuid,
    now: Timestamp,
) -> Result<Option<u32>, Error> {
    let statement = "insert into inbox (consumer, event_id, state, attempts, changed_at) \
                     values ($1, $2, 'failed', 1, $3) on conflict (consumer, event_id) \
                     do update set attempts = inbox.attempts + 1, changed_at = excluded.changed_at \
                     where inbox.state = 'failed' returning attempts";
    let binds = [consumer.into(), event.into(), now.into()];
    let rows = sql::query(db, statement, binds).await?;
    let attempts = rows.first().map(|row| row.try_get::<i32>("", "attempts"));
    Ok(attempts
        .transpose()?
        .map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
}

/// Notes that a failed event is parked.
pub(crate) async fn park<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    event: Uuid,
    now: Timestamp,
) -> Result<(), Error> {
    let statement = "update inbox set state = 'parked', changed_at = $3 \
                     where consumer = $1 and event_id = $2 and state = 'failed'";
    let binds = [consumer.into(), event.into(), now.into()];
    sql::execute(db, statement, binds).await?;
    Ok(())
}

/// Forgets up to `limit` events last touched before `horizon`, but not what is parked.
pub(crate) async fn purge<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    horizon: Timestamp,
    limit: u64,
) -> Result<u64, Error> {
    let statement = "delete from inbox where consumer = $1 and event_id in \
                     (select event_id from inbox where consumer = $1 and state <> 'parked' \
                     and changed_at < $2 order by changed_at limit $3)";
    let binds = [consumer.into(), horizon.into(), limit.into()];
    Ok(sql::execute(db, statement, binds).await?)
}
