//! The log of facts.

use std::collections::HashSet;

use clock::Timestamp;
use database::Error;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::bulk::{self, Batch, Column, Field, Type};
use super::corrupt;
use crate::domain::fact::Fact;
use crate::reading;

/// A fact to be appended.
#[derive(Debug, Clone)]
pub struct Entry {
    pub event: Uuid,
    pub kind: i16,
    pub subject: Uuid,
    pub revision: i64,
    pub at: Timestamp,
    pub payload: Vec<u8>,
}

/// A fact with its place in the log.
#[derive(Debug, Clone)]
pub struct Logged {
    pub position: i64,
    pub fact: Fact,
}

const COLUMNS: &[Column<'static>] = &[
    ("position", Type::Big),
    ("event_id", Type::Id),
    ("kind", Type::Small),
    ("subject", Type::Id),
    ("revision", Type::Big),
    ("at", Type::Time),
    ("kept_at", Type::Time),
    ("payload", Type::Bytes),
];

/// Appends the facts that are not there yet; answers how many.
///
/// From here to the end of the transaction nobody else appends.
pub async fn append<C: ConnectionTrait>(
    db: &C,
    entries: Vec<Entry>,
    now: Timestamp,
) -> Result<usize, Error> {
    let events = entries.iter().map(|it| vec![it.event.into()]).collect();
    let known = Batch::new(&[("event_id", Type::Id)], events)
        .look_up(db, "fact", "t.event_id", "", [])
        .await?;
    let known: HashSet<Uuid> = known
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect::<Result<_, _>>()?;
    let mut entries = entries;
    entries.retain(|entry| !known.contains(&entry.event));
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(0);
    }
    let taken = "update log_head set position = position + $1 returning position";
    let taken = bulk::query(db, taken, [count.into()]).await?;
    let last: i64 = one(&taken)?.try_get_by_index(0)?;
    let rows = (last - count + 1..).zip(entries).map(|(position, entry)| {
        vec![
            position.into(),
            entry.event.into(),
            entry.kind.into(),
            entry.subject.into(),
            entry.revision.into(),
            entry.at.into(),
            now.into(),
            entry.payload.into(),
        ]
    });
    let rows: Vec<Vec<Field>> = rows.collect();
    let added = rows.len();
    Batch::new(COLUMNS, rows).insert(db, "fact").await?;
    Ok(added)
}

/// Facts in the log.
pub async fn head<C: ConnectionTrait>(db: &C) -> Result<i64, Error> {
    let rows = bulk::query(db, "select position from log_head", []).await?;
    Ok(one(&rows)?.try_get_by_index(0)?)
}

/// Up to `limit` facts after a position, in their order.
pub async fn after<C: ConnectionTrait>(
    db: &C,
    position: i64,
    upto: i64,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    let sql = format!(
        "select {SELECTED} from fact where position > $1 and position <= $2 \
         order by position limit $3"
    );
    read(&bulk::query(db, sql, [position.into(), upto.into(), limit.into()]).await?)
}

/// The facts of these subjects up to a position, in any order.
pub async fn of_subjects<C: ConnectionTrait>(
    db: &C,
    subjects: impl IntoIterator<Item = Uuid>,
    upto: i64,
) -> Result<Vec<Logged>, Error> {
    let rows = subjects.into_iter().map(|id| vec![id.into()]).collect();
    let batch = Batch::new(&[("subject", Type::Id)], rows);
    let mark = batch.next_mark(db.get_database_backend());
    let also = format!(" and t.position <= ${mark}");
    read(
        &batch
            .look_up(db, "fact", SELECTED, &also, [upto.into()])
            .await?,
    )
}

/// Rates to the base currency, and fitted weights, after a position.
pub async fn parameters<C: ConnectionTrait>(
    db: &C,
    base: &str,
    after: i64,
    upto: i64,
) -> Result<Vec<Logged>, Error> {
    let sql = format!(
        "select {SELECTED} from fact where subject = $1 and position > $2 and position <= $3 \
         order by position"
    );
    let rows = bulk::query(db, sql, [Uuid::nil().into(), after.into(), upto.into()]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let kind: i16 = row.try_get_by_index(2)?;
        let payload: Vec<u8> = row.try_get_by_index(5)?;
        if reading::counts_for(kind, &payload, base).map_err(|error| corrupt("fact", error))? {
            found.push(fact(row)?);
        }
    }
    Ok(found)
}

/// When the first fact after a position was appended.
pub async fn waiting_since<C: ConnectionTrait>(
    db: &C,
    position: i64,
) -> Result<Option<Timestamp>, Error> {
    let sql = "select kept_at from fact where position = $1";
    let rows = bulk::query(db, sql, [(position + 1).into()]).await?;
    let at = rows.first().map(|row| row.try_get_by_index(0));
    Ok(at.transpose()?)
}

const SELECTED: &str = "position, event_id, kind, revision, at, payload";

fn read(rows: &[QueryResult]) -> Result<Vec<Logged>, Error> {
    rows.iter().map(fact).collect()
}

fn fact(row: &QueryResult) -> Result<Logged, Error> {
    let at: Timestamp = row.try_get_by_index(4)?;
    let payload: Vec<u8> = row.try_get_by_index(5)?;
    let kind: i16 = row.try_get_by_index(2)?;
    let what = reading::stored(kind, &payload, at).map_err(|error| corrupt("fact", error))?;
    Ok(Logged {
        position: row.try_get_by_index(0)?,
        fact: Fact {
            id: row.try_get_by_index(1)?,
            at,
            revision: row.try_get_by_index(3)?,
            what,
        },
    })
}

fn one(rows: &[QueryResult]) -> Result<&QueryResult, Error> {
    rows.first()
        .ok_or_else(|| corrupt("log_head", "the row is missing"))
}
