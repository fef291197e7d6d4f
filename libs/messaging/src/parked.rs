//! Deliveries that were given up: to be looked at, and delivered again once the cause is gone.

use std::collections::BTreeMap;

use bytes::Bytes;
use clock::Timestamp;
use database::{Database, Error};
use futures::future::BoxFuture;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use uuid::Uuid;

use crate::{sql, transport::Message};

const COLUMNS: &str =
    "consumer, event_id, subject, headers, payload, reason, error, attempts, state, parked_at";

/// Most rows [`list`] answers at once.
const MAX_PAGE: u64 = 500;

/// A delivery that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Name of the subscription.
    pub consumer: String,
    /// Id of the event, or of the message when it carries no readable event.
    pub event_id: Uuid,
    /// Full name of the event.
    pub kind: String,
    /// The headers it came with.
    pub headers: BTreeMap<String, String>,
    /// The encoded message.
    pub payload: Bytes,
    /// Stable `UPPER_SNAKE` name of the failure.
    pub reason: String,
    /// What happened, with its causes.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// It will be delivered again shortly.
    pub retrying: bool,
    /// When it was given up.
    pub parked_at: Timestamp,
}

/// Which parked deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those of one event.
    Event(Uuid),
    /// All of them.
    All,
}

/// The parked deliveries in the order of their events, those above `after` only.
pub fn list(
    database: &Database,
    after: Option<Uuid>,
    limit: u64,
) -> BoxFuture<'_, Result<Vec<Parked>, Error>> {
    Box::pin(async move {
        let statement = format!(
            "select {COLUMNS} from parked where event_id > $1 order by event_id, consumer limit $2"
        );
        let binds = [after.unwrap_or_default().into(), limit.min(MAX_PAGE).into()];
        read(database.reader(), statement, binds).await
    })
}

/// The parked deliveries of one event: one per consumer that gave it up.
pub fn show(database: &Database, event_id: Uuid) -> BoxFuture<'_, Result<Vec<Parked>, Error>> {
    Box::pin(async move {
        let statement = format!("select {COLUMNS} from parked where event_id = $1");
        read(database.reader(), statement, [event_id.into()]).await
    })
}

/// How many deliveries are parked.
pub fn count(database: &Database) -> BoxFuture<'_, Result<u64, Error>> {
    Box::pin(number(
        database.reader(),
        "select count(*) as number from parked",
        [],
    ))
}

/// Has the deliveries made again; answers how many. The consumers notice within a moment,
/// whichever process they run in. What fails again stays parked.
pub fn retry(database: &Database, which: Which) -> BoxFuture<'_, Result<u64, Error>> {
    Box::pin(async move {
        let tx = database.begin().await?;
        let all = "update parked set state = 'retry' where state = 'parked'";
        let changed = match which {
            Which::All => sql::execute(&tx, all, []).await?,
            Which::Event(id) => {
                sql::execute(&tx, format!("{all} and event_id = $1"), [id.into()]).await?
            }
        };
        tx.commit().await?;
        Ok(changed)
    })
}

impl Parked {
    pub(crate) fn message(&self) -> Message {
        Message {
            id: self.event_id.to_string(),
            subject: self.kind.clone(),
            headers: self.headers.clone(),
            payload: self.payload.clone(),
        }
    }
}

/// How many deliveries of one consumer are parked.
pub(crate) async fn count_of<C: ConnectionTrait>(db: &C, consumer: &str) -> Result<u64, Error> {
    let statement = "select count(*) as number from parked where consumer = $1";
    number(db, statement, [consumer.into()]).await
}

/// Up to `limit` deliveries of one consumer that shall be made again.
pub(crate) async fn retries<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    limit: u64,
) -> Result<Vec<Parked>, Error> {
    let statement = format!(
        "select {COLUMNS} from parked where consumer = $1 and state = 'retry' \
         order by event_id limit $2"
    );
    read(db, statement, [consumer.into(), limit.into()]).await
}

/// Why a delivery is parked.
pub(crate) struct Cause<'a> {
    pub(crate) reason: &'a str,
    pub(crate) error: String,
    pub(crate) attempts: u32,
}

pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    event: Uuid,
    message: &Message,
    cause: Cause<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let statement = format!(
        "insert into parked ({COLUMNS}) values {} on conflict (consumer, event_id) do nothing",
        sql::placeholders(1, 10)
    );
    let binds: [Value; 10] = [
        consumer.into(),
        event.into(),
        message.subject.as_str().into(),
        serde_json::json!(message.headers).into(),
        message.payload.to_vec().into(),
        cause.reason.into(),
        cause.error.into(),
        i32::try_from(cause.attempts).unwrap_or(i32::MAX).into(),
        "parked".into(),
        now.into(),
    ];
    sql::execute(db, statement, binds).await?;
    Ok(())
}

/// Parks a delivery again that failed when it was retried.
pub(crate) async fn again<C: ConnectionTrait>(
    db: &C,
    parked: &Parked,
    cause: Cause<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let statement = "update parked set state = 'parked', attempts = attempts + 1, reason = $3, \
                     error = $4, parked_at = $5 where consumer = $1 and event_id = $2";
    let binds: [Value; 5] = [
        parked.consumer.as_str().into(),
        parked.event_id.into(),
        cause.reason.into(),
        cause.error.into(),
        now.into(),
    ];
    sql::execute(db, statement, binds).await?;
    Ok(())
}

pub(crate) async fn delete<C: ConnectionTrait>(
    db: &C,
    consumer: &str,
    event: Uuid,
) -> Result<(), Error> {
    let statement = "delete from parked where consumer = $1 and event_id = $2";
    sql::execute(db, statement, [consumer.into(), event.into()]).await?;
    Ok(())
}

async fn number<C: ConnectionTrait>(
    db: &C,
    statement: &'static str,
    binds: impl IntoIterator<Item = Value>,
) -> Result<u64, Error> {
    let rows = sql::query(db, statement, binds).await?;
    let number = rows.first().map(|row| row.try_get::<i64>("", "number"));
    Ok(number.transpose()?.unwrap_or_default().unsigned_abs())
}

async fn read<C: ConnectionTrait>(
    db: &C,
    statement: String,
    binds: impl IntoIterator<Item = Value>,
) -> Result<Vec<Parked>, Error> {
    let rows = sql::query(db, statement, binds).await?;
    Ok(rows.iter().map(parked).collect::<Result<_, _>>()?)
}

fn parked(row: &QueryResult) -> Result<Parked, DbErr> {
    let headers: serde_json::Value = row.try_get("", "headers")?;
    Ok(Parked {
        consumer: row.try_get("", "consumer")?,
        event_id: row.try_get("", "event_id")?,
        kind: row.try_get("", "subject")?,
        headers: serde_json::from_value(headers).map_err(|error| DbErr::Json(error.to_string()))?,
        payload: Bytes::from(row.try_get::<Vec<u8>>("", "payload")?),
        reason: row.try_get("", "reason")?,
        error: row.try_get("", "error")?,
        attempts: row.try_get::<i32>("", "attempts")?.unsigned_abs(),
        retrying: row.try_get::<String>("", "state")? == "retry",
        parked_at: row.try_get("", "parked_at")?,
    })
}
