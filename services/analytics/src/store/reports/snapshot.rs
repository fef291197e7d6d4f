//! One state of the figures: all numbers of an answer are of the same.

use clock::Timestamp;
use database::{Database, Error};
use prost::Message;
use proto::analytics::v1::WeightsFitted;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use uuid::Uuid;

use super::sql::Values;
use crate::reading::Kept;

/// The living generation as it is at one moment.
pub struct Snapshot {
    pub(super) tx: DatabaseTransaction,
    pub(super) generation: i32,
    pub as_of: AsOf,
}

/// Up to where the figures go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AsOf {
    /// The last fact that is in them.
    pub position: i64,
    /// Its time.
    pub at: Option<Timestamp>,
    /// What is still to be derived anew.
    pub restating: i64,
}

impl Snapshot {
    /// Reads the state of now. Before the first generation there is nothing in it.
    pub async fn open(database: &Database) -> Result<Self, Error> {
        let tx = database.snapshot().await?;
        let sql = "select cast(g.number as integer) as number, g.position, g.as_of, \
            (select count(*) from stale s where s.generation = g.number) as restating \
            from generation g where g.state = 'living'";
        let statement = Statement::from_string(tx.get_database_backend(), sql);
        let Some(row) = tx.query_one_raw(statement).await? else {
            return Ok(Self {
                tx,
                generation: 0,
                as_of: AsOf::default(),
            });
        };
        Ok(Self {
            generation: row.try_get("", "number")?,
            as_of: AsOf {
                position: row.try_get("", "position")?,
                at: row.try_get("", "as_of")?,
                restating: row.try_get("", "restating")?,
            },
            tx,
        })
    }
}

/// Weights of the data-driven model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weights {
    /// 0 when none were fitted.
    pub version: i64,
    pub at: Option<Timestamp>,
}

impl Snapshot {
    /// The weights that the figures were derived with.
    pub async fn weights(&self) -> Result<Weights, Error> {
        let mut values = Values::default();
        let marks = [
            values.bind(Uuid::nil()),
            values.bind(<WeightsFitted as Kept>::KIND),
            values.bind(self.as_of.position),
        ];
        let [subject, kind, position] = marks;
        let sql = format!(
            "select at, payload from fact where subject = {subject} and kind = {kind} \
             and position <= {position} order by position desc limit 1"
        );
        let rows = values.query(&self.tx, sql).await?;
        let Some(row) = rows.first() else {
            return Ok(Weights::default());
        };
        let payload: Vec<u8> = row.try_get("", "payload")?;
        let fitted = WeightsFitted::decode(payload.as_slice());
        let fitted = fitted.map_err(|error| Error::Other(error.into()))?;
        Ok(Weights {
            version: fitted.version,
            at: row.try_get("", "at")?,
        })
    }
}
