//! Streams and the messages that go into them.

use std::{collections::HashMap, time::Duration};

use chrono::DateTime;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite, SqliteConnection, Transaction, sqlite::SqliteRow};

use crate::{
    sql::portions,
    transport::{
        Ack, Error, Message, StreamSpec, StreamState,
        subject::{is_name, wanted},
    },
};

/// How often old messages are deleted, and how many at a time.
pub(super) const CLEAN_INTERVAL: Duration = Duration::from_secs(2);
const CLEAN_CHUNK: i64 = 5_000;

/// How often the log of the file is emptied, which still has what was deleted.
pub(super) const FOLD_INTERVAL: Duration = Duration::from_mins(1);

/// Payload and headers together; what nats-server takes by default.
const MAX_PAYLOAD: usize = 1_024 * 1_024;

struct Stream {
    id: i64,
    subjects: String,
    last_sequence: i64,
    duplicate_window: i64,
}

impl FromRow<'_, SqliteRow> for Stream {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            subjects: row.try_get("subjects")?,
            last_sequence: row.try_get("last_sequence")?,
            duplicate_window: row.try_get("duplicate_window")?,
        })
    }
}

pub(super) async fn ensure_stream(
    connection: &mut SqliteConnection,
    spec: &StreamSpec,
    now: i64,
) -> Result<StreamState, Error> {
    if !is_name(&spec.name) {
        return Err(Error::Refused(format!("stream name {}", spec.name)));
    }
    sqlx::query(
        "insert into stream \
         (name, subjects, created_at, last_sequence, max_age, duplicate_window) \
         values ($1, $2, $3, 0, $4, $5) on conflict (name) do update set \
         subjects = excluded.subjects, max_age = excluded.max_age, \
         duplicate_window = excluded.duplicate_window",
    )
    .bind(&spec.name)
    .bind(serde_json::json!(spec.subjects).to_string())
    .bind(now)
    .bind(micros(spec.max_age))
    .bind(micros(spec.duplicate_window))
    .execute(&mut *connection)
    .await?;
    let state = stream_state(connection, &spec.name).await?;
    state.ok_or_else(|| missing_stream(&spec.name))
}

pub(super) async fn stream_state(
    connection: &mut SqliteConnection,
    stream: &str,
) -> Result<Option<StreamState>, sqlx::Error> {
    let row: Option<(i64, i64, i64)> = sqlx::query_as(
        "select created_at, last_sequence, coalesce(\
           (select min(sequence) from message where stream = stream.id), last_sequence + 1) \
         from stream where name = $1",
    )
    .bind(stream)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(created_at, last, first)| StreamState {
        created_at: DateTime::from_timestamp_micros(created_at).unwrap_or_default(),
        first_sequence: first.unsigned_abs(),
        last_sequence: last.unsigned_abs(),
    }))
}

/// Stores the messages in one transaction; a message that cannot be taken does not stop the others.
pub(super) async fn publish(
    connection: &mut SqliteConnection,
    stream: &str,
    messages: Vec<Message>,
    now: i64,
) -> Result<Vec<Result<Ack, Error>>, Error> {
    let mut tx = super::begin(connection).await?;
    let row: Option<Stream> = sqlx::query_as(
        "select id, subjects, last_sequence, duplicate_window from stream where name = $1",
    )
    .bind(stream)
    .fetch_optional(&mut *tx)
    .await?;
    let row = row.ok_or_else(|| missing_stream(stream))?;
    let mut known = known_ids(&mut tx, &row, &messages, now).await?;
    let subjects: Vec<String> = serde_json::from_str(&row.subjects).unwrap_or_default();
    let mut last = row.last_sequence;
    let mut acks = Vec::with_capacity(messages.len());
    let mut new = Vec::with_capacity(messages.len());
    for message in messages {
        if let Err(error) = check(&message, &subjects, stream) {
            acks.push(Err(error));
            continue;
        }
        let before = known.get(&message.id).copied();
        let sequence = before.unwrap_or(last + 1);
        acks.push(Ok(Ack {
            sequence: sequence.unsigned_abs(),
            duplicate: before.is_some(),
        }));
        if before.is_none() {
            last = sequence;
            known.insert(message.id.clone(), sequence);
            new.push((sequence, message));
        }
    }
    insert(&mut tx, row.id, new, now).await?;
    sqlx::query("update stream set last_sequence = $2 where id = $1")
        .bind(row.id)
        .bind(last)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(acks)
}

/// Sequences of those messages that were stored before, within the duplicate window.
async fn known_ids(
    tx: &mut Transaction<'_, Sqlite>,
    stream: &Stream,
    messages: &[Message],
    now: i64,
) -> Result<HashMap<String, i64>, sqlx::Error> {
    let ids: Vec<&str> = messages.iter().map(|message| message.id.as_str()).collect();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select message_id, max(sequence) from message \
         where stream = $1 and message_id in (select value from json_each($2)) \
         and stored_at > $3 group by message_id",
    )
    .bind(stream.id)
    .bind(serde_json::json!(ids).to_string())
    .bind(now - stream.duplicate_window)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().collect())
}

fn check(message: &Message, subjects: &[String], stream: &str) -> Result<(), Error> {
    if !wanted(subjects, &message.subject) {
        return Err(Error::Missing(format!(
            "stream {stream} for {}",
            message.subject
        )));
    }
    let headers: usize = message
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if headers + message.payload.len() > MAX_PAYLOAD {
        return Err(Error::Refused(format!(
            "message of {} bytes",
            headers + message.payload.len()
        )));
    }
    Ok(())
}

async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    stream: i64,
    messages: Vec<(i64, Message)>,
    now: i64,
) -> Result<(), sqlx::Error> {
    for portion in portions(&messages) {
        let mut query = QueryBuilder::new(
            "insert into message \
             (stream, sequence, subject, message_id, headers, payload, stored_at) ",
        );
        query.push_values(portion, |mut row, (sequence, message)| {
            row.push_bind(stream)
                .push_bind(*sequence)
                .push_bind(&message.subject)
                .push_bind(&message.id)
                .push_bind(serde_json::json!(message.headers).to_string())
                .push_bind(message.payload.to_vec())
                .push_bind(now);
        });
        query.build().execute(&mut **tx).await?;
    }
    Ok(())
}

/// Deletes some of the messages that are too old.
pub(super) async fn delete_old(
    connection: &mut SqliteConnection,
    now: i64,
) -> Result<(), sqlx::Error> {
    let streams: Vec<(i64, i64)> = sqlx::query_as("select id, max_age from stream")
        .fetch_all(&mut *connection)
        .await?;
    for (stream, max_age) in streams {
        sqlx::query(
            "delete from message where stored_at <= $2 and rowid in \
             (select rowid from message where stream = $1 order by sequence limit $3)",
        )
        .bind(stream)
        .bind(now - max_age)
        .bind(CLEAN_CHUNK)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Folds the log back into the file and empties it.
pub(super) async fn fold_log(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let fold = sqlx::raw_sql("pragma wal_checkpoint(truncate)");
    fold.execute(connection).await?;
    Ok(())
}

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

pub(super) fn missing_stream(name: &str) -> Error {
    Error::Missing(format!("stream {name}"))
}
