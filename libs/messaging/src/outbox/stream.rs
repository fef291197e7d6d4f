//! What the relay recorded of its stream: the measure by which a loss is noticed.
//!
//! A noticed loss begins a new epoch. Whoever published in the old epoch can no longer mark rows
//! as published: their messages may be among the lost ones.

use chrono::{DurationRound, TimeDelta};
use clock::Timestamp;
use database::Error;
use sea_orm::ConnectionTrait;

use crate::{sql, transport::StreamState};

/// What is known of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) created_at: Timestamp,
    /// No lower than any sequence a row was marked with in this epoch.
    pub(crate) last_sequence: i64,
    pub(crate) epoch: i64,
    /// Rows of earlier epochs above this sequence have still to be published again.
    pub(crate) refill_above: Option<i64>,
}

pub(crate) async fn read<C: ConnectionTrait>(
    db: &C,
    stream: &str,
) -> Result<Option<Record>, Error> {
    let statement = "select created_at, last_sequence, epoch, refill_above \
                     from outbox_stream where stream = $1";
    let rows = sql::query(db, statement, [stream.into()]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Record {
        created_at: row.try_get("", "created_at")?,
        last_sequence: row.try_get("", "last_sequence")?,
        epoch: row.try_get("", "epoch")?,
        refill_above: row.try_get("", "refill_above")?,
    }))
}

/// Records a stream seen for the first time.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    stream: &str,
    state: StreamState,
) -> Result<(), Error> {
    let statement = "insert into outbox_stream (stream, created_at, last_sequence, epoch) \
                     values ($1, $2, 0, 1) on conflict (stream) do nothing";
    sql::execute(db, statement, [stream.into(), moment(state).into()]).await?;
    Ok(())
}

/// Raises the recorded sequence; false when the epoch is over.
pub(crate) async fn advance<C: ConnectionTrait>(
    db: &C,
    stream: &str,
    epoch: i64,
    sequence: i64,
) -> Result<bool, Error> {
    let statement = "update outbox_stream set last_sequence = \
                     case when last_sequence < $3 then $3 else last_sequence end \
                     where stream = $1 and epoch = $2";
    let binds = [stream.into(), epoch.into(), sequence.into()];
    Ok(sql::execute(db, statement, binds).await? == 1)
}

/// Begins a new epoch in which all above `above` is published again; false when somebody else did.
pub(crate) async fn begin_epoch<C: ConnectionTrait>(
    db: &C,
    stream: &str,
    record: Record,
    state: StreamState,
    above: i64,
) -> Result<bool, Error> {
    let statement = "update outbox_stream set created_at = $3, last_sequence = $4, \
                     refill_above = $5, epoch = epoch + 1 where stream = $1 and epoch = $2";
    let above = record.refill_above.map_or(above, |open| open.min(above));
    let binds = [
        stream.into(),
        record.epoch.into(),
        moment(state).into(),
        signed(state.last_sequence).into(),
        above.into(),
    ];
    Ok(sql::execute(db, statement, binds).await? == 1)
}

/// Notes that all rows of earlier epochs have been given back to the queue.
pub(crate) async fn end_refill<C: ConnectionTrait>(
    db: &C,
    stream: &str,
    epoch: i64,
) -> Result<(), Error> {
    let statement = "update outbox_stream set refill_above = null where stream = $1 and epoch = $2";
    sql::execute(db, statement, [stream.into(), epoch.into()]).await?;
    Ok(())
}

/// When the stream was created, as precisely as both databases can keep it.
pub(crate) fn moment(state: StreamState) -> Timestamp {
    let at = state.created_at;
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

/// Databases count in signed numbers.
pub(crate) fn signed(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
