//! The rows of the outbox, as a queue: a state per row, never "all above the last number".

use std::collections::BTreeMap;

use bytes::Bytes;
use clock::Timestamp;
use database::{
    Backend, Database, Error,
    rows::{Kind, Table, bytes, hex, time},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use uuid::Uuid;

use crate::{event::RawEvent, sql};

const COLUMNS: &str = "id, type, aggregate_id, revision, headers, payload, created_at";

const OUTBOX: Table = Table {
    name: "outbox",
    columns: &[
        ("id", Kind::Id),
        ("type", Kind::Text),
        ("aggregate_id", Kind::Text),
        ("revision", Kind::Int),
        ("headers", Kind::Json),
        ("payload", Kind::Bytes),
        ("created_at", Kind::Time),
        ("epoch", Kind::Int),
    ],
};

pub(crate) async fn insert<C: ConnectionTrait>(db: &C, events: &[RawEvent]) -> Result<(), Error> {
    let row = |event: &RawEvent| {
        serde_json::json!([
            hex(event.id),
            event.kind,
            event.aggregate_id,
            event.revision,
            event.headers,
            bytes(&event.payload),
            time(event.at),
            0,
        ])
    };
    OUTBOX.insert(db, events.iter().map(row).collect()).await?;
    Ok(())
}

fn event(row: &QueryResult) -> Result<RawEvent, DbErr> {
    let headers: serde_json::Value = row.try_get("", "headers")?;
    let headers: BTreeMap<String, String> =
        serde_json::from_value(headers).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(RawEvent {
        id: row.try_get("", "id")?,
        kind: row.try_get("", "type")?,
        aggregate_id: row.try_get("", "aggregate_id")?,
        revision: row.try_get("", "revision")?,
        at: row.try_get("", "created_at")?,
        headers,
        payload: Bytes::from(row.try_get::<Vec<u8>>("", "payload")?),
    })
}

fn events(rows: &[QueryResult]) -> Result<Vec<RawEvent>, Error> {
    let mut events = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
    events.sort_unstable_by_key(|event| event.id);
    Ok(events)
}

/// Takes up to `limit` rows that nobody publishes at the moment, the oldest first.
///
/// On PostgreSQL they are leased, so that relays of several processes share the work. An SQLite
/// file has one process, which needs no lease and saves a synchronised write.
pub(crate) async fn claim(
    db: &Database,
    now: Timestamp,
    until: Timestamp,
    limit: u64,
) -> Result<Vec<RawEvent>, Error> {
    let free = "published_at is null and (claimed_until is null or claimed_until <= $1) \
                order by id limit $2";
    let mut binds: Vec<Value> = vec![now.into(), limit.into()];
    if db.backend() == Backend::Sqlite {
        let statement = format!("select {COLUMNS} from outbox where {free}");
        return events(&sql::query(db.reader(), statement, binds).await?);
    }
    let statement = format!(
        "update outbox set claimed_until = $3 where id in \
         (select id from outbox where {free} for update skip locked) returning {COLUMNS}"
    );
    binds.push(until.into());
    let tx = db.begin().await?;
    let rows = sql::query(&tx, statement, binds).await?;
    tx.commit().await?;
    events(&rows)
}

/// Notes where in the stream each event is.
pub(crate) async fn mark<C: ConnectionTrait>(
    db: &C,
    published: impl IntoIterator<Item = (Uuid, i64)>,
    epoch: i64,
    now: Timestamp,
) -> Result<u64, Error> {
    let pairs = sql::select_numbered(db.get_database_backend(), 3);
    let statement = format!(
        "update outbox set published_at = $1, epoch = $2, stream_sequence = acked.number, \
         claimed_until = null from ({pairs}) as acked where outbox.id = acked.id"
    );
    let binds = [now.into(), epoch.into(), sql::numbered(published)];
    Ok(sql::execute(db, statement, binds).await?)
}

/// Gives rows back, to be taken again at once or not before a time.
pub(crate) async fn release<C: ConnectionTrait>(
    db: &C,
    ids: impl IntoIterator<Item = Uuid>,
    not_before: Option<Timestamp>,
) -> Result<u64, Error> {
    let list = sql::select_ids(db.get_database_backend(), 2);
    let statement = format!(
        "update outbox set claimed_until = $1 where published_at is null and id in ({list})"
    );
    Ok(sql::execute(db, statement, [not_before.into(), sql::ids(ids)]).await?)
}

/// Makes up to `limit` rows of earlier epochs unpublished again, whose sequence is above `above`.
/// Answers the last id, or none when all is done.
pub(crate) async fn reopen<C: ConnectionTrait>(
    db: &C,
    epoch: i64,
    above: i64,
    after: Uuid,
    limit: u64,
) -> Result<Option<Uuid>, Error> {
    let lost = "published_at is not null and epoch < $1 and stream_sequence > $2";
    let statement = format!(
        "update outbox set published_at = null, stream_sequence = null, claimed_until = null \
         where {lost} and id in \
         (select id from outbox where {lost} and id > $3 order by id limit $4) returning id"
    );
    let binds = [epoch.into(), above.into(), after.into(), limit.into()];
    let mut highest = None;
    for row in sql::query(db, statement, binds).await? {
        highest = highest.max(Some(row.try_get::<Uuid>("", "id")?));
    }
    Ok(highest)
}

/// Deletes up to `limit` of the oldest rows that were made before `horizon` and are published.
pub(crate) async fn purge<C: ConnectionTrait>(
    db: &C,
    horizon: Timestamp,
    limit: u64,
) -> Result<u64, Error> {
    // Ids are in the order of time, so the oldest rows are found without an index of their own.
    let statement = "delete from outbox where published_at is not null and created_at < $1 \
                     and id in (select id from outbox order by id limit $2)";
    Ok(sql::execute(db, statement, [horizon.into(), limit.into()]).await?)
}

/// How many events wait, and when the oldest was made.
pub(crate) async fn backlog<C: ConnectionTrait>(db: &C) -> Result<(i64, Option<Timestamp>), Error> {
    let statement = "select count(*) as waiting, min(created_at) as oldest \
                     from outbox where published_at is null";
    let rows = sql::query(db, statement, []).await?;
    let Some(row) = rows.first() else {
        return Ok((0, None));
    };
    Ok((row.try_get("", "waiting")?, row.try_get("", "oldest")?))
}

pub(crate) async fn unpublished<C: ConnectionTrait>(db: &C) -> Result<Vec<RawEvent>, Error> {
    let statement = format!("select {COLUMNS} from outbox where published_at is null");
    events(&sql::query(db, statement, []).await?)
}

pub(crate) async fn retained<C: ConnectionTrait>(db: &C) -> Result<Vec<RawEvent>, Error> {
    let statement = format!("select {COLUMNS} from outbox");
    events(&sql::query(db, statement, []).await?)
}
