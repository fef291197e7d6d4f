//! Durables and the deliveries that are out.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use sqlx::{FromRow, Row, Sqlite, SqliteConnection, Transaction, sqlite::SqliteRow};

use crate::{
    embedded::{
        publish::{micros, missing_stream},
        settle,
    },
    transport::{
        Backlog, ConsumerSpec, Delivery, Durable, Error, Message,
        subject::{is_name, wanted},
    },
};

/// Messages looked at in one go for those a durable wants.
const SCAN: i64 = 1_024;

/// What a fetch found, and when to look again if that is nothing.
pub(super) struct Fetched {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) next_in: Option<Duration>,
}

struct Cursor {
    id: i64,
    stream: i64,
    filters: String,
    ack_wait: i64,
    max_in_flight: i64,
    max_age: i64,
    last_delivered: i64,
    last_sequence: i64,
    next_due: Option<i64>,
}

impl FromRow<'_, SqliteRow> for Cursor {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            stream: row.try_get("stream")?,
            filters: row.try_get("filters")?,
            ack_wait: row.try_get("ack_wait")?,
            max_in_flight: row.try_get("max_in_flight")?,
            max_age: row.try_get("max_age")?,
            last_delivered: row.try_get("last_delivered")?,
            last_sequence: row.try_get("last_sequence")?,
            next_due: row.try_get("next_due")?,
        })
    }
}

struct Stored {
    sequence: i64,
    subject: String,
    message_id: String,
    headers: String,
    payload: Vec<u8>,
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            sequence: row.try_get("sequence")?,
            subject: row.try_get("subject")?,
            message_id: row.try_get("message_id")?,
            headers: row.try_get("headers")?,
            payload: row.try_get("payload")?,
        })
    }
}

pub(super) async fn ensure_consumer(
    connection: &mut SqliteConnection,
    spec: &ConsumerSpec,
) -> Result<(), Error> {
    if !is_name(&spec.durable.name) {
        return Err(Error::Refused(format!(
            "durable name {}",
            spec.durable.name
        )));
    }
    let changed = sqlx::query(
        "insert into durable (stream, name, filters, ack_wait, max_in_flight, last_delivered) \
         select id, $2, $3, $4, $5, 0 from stream where name = $1 \
         on conflict (stream, name) do update set filters = excluded.filters, \
         ack_wait = excluded.ack_wait, max_in_flight = excluded.max_in_flight",
    )
    .bind(&spec.durable.stream)
    .bind(&spec.durable.name)
    .bind(serde_json::json!(spec.filters).to_string())
    .bind(micros(spec.ack_wait))
    .bind(spec.max_in_flight)
    .execute(connection)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(missing_stream(&spec.durable.stream));
    }
    Ok(())
}

pub(super) async fn fetch(
    connection: &mut SqliteConnection,
    durable: &Durable,
    max: usize,
    now: i64,
) -> Result<Fetched, Error> {
    let cursor = cursor(connection, durable).await?;
    let overdue = cursor.next_due.is_some_and(|due| due <= now);
    let mut deliveries = Vec::new();
    if overdue || cursor.last_delivered < cursor.last_sequence {
        let mut tx = super::begin(connection).await?;
        deliveries = take(&mut tx, &cursor, max, now).await?;
        tx.commit().await?;
    }
    let next_in = cursor.next_due.map(|due| {
        let micros = (due - now).max(1_000);
        Duration::from_micros(micros.unsigned_abs())
    });
    Ok(Fetched {
        deliveries,
        next_in,
    })
}

async fn cursor(connection: &mut SqliteConnection, durable: &Durable) -> Result<Cursor, Error> {
    let row: Option<Cursor> = sqlx::query_as(
        "select durable.id, stream.id as stream, filters, ack_wait, max_in_flight, max_age, \
           last_delivered, last_sequence, \
           (select min(due_at) from delivery where durable = durable.id) as next_due \
         from durable join stream on stream.id = durable.stream \
         where stream.name = $1 and durable.name = $2",
    )
    .bind(&durable.stream)
    .bind(&durable.name)
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| Error::Missing(format!("durable {}", durable.name)))
}

async fn take(
    tx: &mut Transaction<'_, Sqlite>,
    cursor: &Cursor,
    max: usize,
    now: i64,
) -> Result<Vec<Delivery>, Error> {
    let mut taken = take_due(tx, cursor, max, now).await?;
    let in_flight: i64 = sqlx::query_scalar("select count(*) from delivery where durable = $1")
        .bind(cursor.id)
        .fetch_one(&mut **tx)
        .await?;
    let room = usize::try_from(cursor.max_in_flight - in_flight).unwrap_or_default();
    let room = room.min(max - taken.len());
    if room > 0 && cursor.last_delivered < cursor.last_sequence {
        let new = take_new(tx, cursor, room, now).await?;
        taken.extend(new.into_iter().map(|sequence| (sequence, 1)));
    }
    let stored = read(tx, cursor, taken.keys(), now).await?;
    let gone: Vec<&i64> = taken.keys().filter(|it| !stored.contains_key(it)).collect();
    if !gone.is_empty() {
        // Too old.
        settle::delete(tx, cursor.id, serde_json::json!(gone).to_string()).await?;
    }
    let mut deliveries = Vec::with_capacity(stored.len());
    for (sequence, message) in stored {
        let attempt = taken.get(&sequence).copied().unwrap_or(1);
        deliveries.push(Delivery {
            message,
            sequence: sequence.unsigned_abs(),
            attempt: attempt.unsigned_abs(),
            token: cursor.id.to_string(),
        });
    }
    Ok(deliveries)
}

/// Takes deliveries whose wait or delay is over; answers their sequences and attempts.
async fn take_due(
    tx: &mut Transaction<'_, Sqlite>,
    cursor: &Cursor,
    max: usize,
    now: i64,
) -> Result<BTreeMap<i64, i64>, sqlx::Error> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "update delivery set attempts = attempts + 1, due_at = $2 + $3 \
         where durable = $1 and sequence in \
         (select sequence from delivery where durable = $1 and due_at <= $2 \
          order by due_at, sequence limit $4) \
         returning sequence, attempts",
    )
    .bind(cursor.id)
    .bind(now)
    .bind(cursor.ack_wait)
    .bind(i64::try_from(max).unwrap_or(i64::MAX))
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Takes messages never delivered before and moves the cursor over what the durable does not want.
async fn take_new(
    tx: &mut Transaction<'_, Sqlite>,
    cursor: &Cursor,
    room: usize,
    now: i64,
) -> Result<Vec<i64>, sqlx::Error> {
    let filters: Vec<String> = serde_json::from_str(&cursor.filters).unwrap_or_default();
    let mut taken = Vec::new();
    let mut last = cursor.last_delivered;
    'scan: while taken.len() < room {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "select sequence, subject from message where stream = $1 and sequence > $2 \
             order by sequence limit $3",
        )
        .bind(cursor.stream)
        .bind(last)
        .bind(SCAN)
        .fetch_all(&mut **tx)
        .await?;
        if rows.is_empty() {
            last = cursor.last_sequence;
            break;
        }
        for (sequence, subject) in rows {
            last = sequence;
            if wanted(&filters, &subject) {
                taken.push(sequence);
                if taken.len() == room {
                    break 'scan;
                }
            }
        }
    }
    sqlx::query(
        "insert into delivery (durable, sequence, attempts, due_at) \
         select $1, value, 1, $2 from json_each($3)",
    )
    .bind(cursor.id)
    .bind(now + cursor.ack_wait)
    .bind(serde_json::json!(taken).to_string())
    .execute(&mut **tx)
    .await?;
    sqlx::query("update durable set last_delivered = $2 where id = $1")
        .bind(cursor.id)
        .bind(last)
        .execute(&mut **tx)
        .await?;
    Ok(taken)
}

async fn read(
    tx: &mut Transaction<'_, Sqlite>,
    cursor: &Cursor,
    sequences: impl Iterator<Item = &i64>,
    now: i64,
) -> Result<BTreeMap<i64, Message>, sqlx::Error> {
    let sequences: Vec<&i64> = sequences.collect();
    let rows: Vec<Stored> = sqlx::query_as(
        "select sequence, subject, message_id, headers, payload from message \
         where stream = $1 and sequence in (select value from json_each($2)) \
         and stored_at > $3",
    )
    .bind(cursor.stream)
    .bind(serde_json::json!(sequences).to_string())
    .bind(now - cursor.max_age)
    .fetch_all(&mut **tx)
    .await?;
    let messages = rows.into_iter().map(|row| {
        let message = Message {
            id: row.message_id,
            subject: row.subject,
            headers: serde_json::from_str(&row.headers).unwrap_or_default(),
            payload: Bytes::from(row.payload),
        };
        (row.sequence, message)
    });
    Ok(messages.collect())
}

pub(super) async fn backlog(
    connection: &mut SqliteConnection,
    durable: &Durable,
) -> Result<Backlog, Error> {
    let cursor = cursor(connection, durable).await?;
    let filters: Vec<String> = serde_json::from_str(&cursor.filters).unwrap_or_default();
    let subjects: Vec<(String, i64)> = sqlx::query_as(
        "select subject, count(*) from message where stream = $1 and sequence > $2 \
         group by subject",
    )
    .bind(cursor.stream)
    .bind(cursor.last_delivered)
    .fetch_all(&mut *connection)
    .await?;
    let in_flight: i64 = sqlx::query_scalar("select count(*) from delivery where durable = $1")
        .bind(cursor.id)
        .fetch_one(connection)
        .await?;
    let pending = subjects.into_iter();
    let pending = pending.filter(|(subject, _)| wanted(&filters, subject));
    Ok(Backlog {
        pending: pending.map(|(_, count)| count.unsigned_abs()).sum(),
        in_flight: in_flight.unsigned_abs(),
    })
}
