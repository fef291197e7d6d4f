//! The log as it is read by people and programs outside.

use clock::Timestamp;
use database::Error;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::bulk;

/// An event of the log, its message still encoded.
#[derive(Debug, Clone)]
pub struct Raw {
    pub position: i64,
    pub event: Uuid,
    pub kind: i16,
    pub revision: i64,
    pub at: Timestamp,
    pub kept_at: Timestamp,
    pub payload: Vec<u8>,
}

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Numbers of kinds; empty for all.
    pub kinds: Vec<i16>,
    pub subject: Option<Uuid>,
}

impl Filter {
    /// Conditions beside one on the position; the subject is bound as `$3`.
    fn conditions(&self) -> String {
        let kinds: Vec<String> = self.kinds.iter().map(i16::to_string).collect();
        let kinds = match kinds.as_slice() {
            [] => String::new(),
            some => format!(" and kind in ({})", some.join(", ")),
        };
        let subject = match self.subject {
            None => "",
            Some(_) => " and subject = $3",
        };
        format!("{kinds}{subject}")
    }
}

const SELECTED: &str = "position, event_id, kind, revision, at, kept_at, payload";

/// Up to `limit` wanted events after a position, in their order.
pub async fn after<C: ConnectionTrait>(
    db: &C,
    position: i64,
    filter: &Filter,
    limit: u32,
) -> Result<Vec<Raw>, Error> {
    let sql = format!(
        "select {SELECTED} from fact where position > $1{} order by position limit $2",
        filter.conditions()
    );
    let mut binds = vec![position.into(), i64::from(limit).into()];
    binds.extend(filter.subject.map(Into::into));
    bulk::query(db, sql, binds).await?.iter().map(raw).collect()
}

/// The position after which the last `count` wanted events come.
pub async fn before_last<C: ConnectionTrait>(
    db: &C,
    head: i64,
    filter: &Filter,
    count: u32,
) -> Result<i64, Error> {
    let sql = format!(
        "select position from fact where position <= $1{} order by position desc limit $2",
        filter.conditions()
    );
    let mut binds = vec![head.into(), i64::from(count).into()];
    binds.extend(filter.subject.map(Into::into));
    let rows = bulk::query(db, sql, binds).await?;
    match rows.last() {
        Some(row) => Ok(row.try_get_by_index::<i64>(0)? - 1),
        None => Ok(head),
    }
}

/// The position before the first event that was logged at a time or later: events are logged in the order of
/// their positions, so it is looked for by halves.
pub async fn before<C: ConnectionTrait>(db: &C, head: i64, since: Timestamp) -> Result<i64, Error> {
    let (mut earlier, mut later) = (0, head + 1);
    while earlier + 1 < later {
        let middle = earlier + (later - earlier) / 2;
        let rows = bulk::query(
            db,
            "select kept_at from fact where position = $1",
            [middle.into()],
        )
        .await?;
        let logged: Option<Timestamp> = rows
            .first()
            .map(|row| row.try_get_by_index(0))
            .transpose()?;
        if logged.is_some_and(|logged| logged < since) {
            earlier = middle;
        } else {
            later = middle;
        }
    }
    Ok(earlier)
}

fn raw(row: &QueryResult) -> Result<Raw, Error> {
    Ok(Raw {
        position: row.try_get_by_index(0)?,
        event: row.try_get_by_index(1)?,
        kind: row.try_get_by_index(2)?,
        revision: row.try_get_by_index(3)?,
        at: row.try_get_by_index(4)?,
        kept_at: row.try_get_by_index(5)?,
        payload: row.try_get_by_index(6)?,
    })
}
