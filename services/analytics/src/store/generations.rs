//! Generations of figures.

use clock::Timestamp;
use database::Error;
use sea_orm::{ConnectionTrait, QueryResult};

use super::{bulk, corrupt};

/// What a generation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Reports read it.
    Living,
    /// Is to take the place of the living one.
    Building,
    /// Is to be compared with the living one.
    Verifying,
    /// Is being deleted.
    Leaving,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Living => "living",
            Self::Building => "building",
            Self::Verifying => "verifying",
            Self::Leaving => "leaving",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Living, Self::Building, Self::Verifying, Self::Leaving]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// All figures, derived from the log by one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    pub number: i16,
    pub state: State,
    /// Facts that it holds.
    pub position: i64,
    /// Counts each change of its figures.
    pub turn: i64,
    pub model: String,
    pub started_at: Timestamp,
    /// Time of the latest fact that it holds.
    pub as_of: Option<Timestamp>,
}

const SELECT: &str =
    "select number, state, position, turn, model, started_at, as_of from generation";

/// All of them, by number.
pub async fn all<C: ConnectionTrait>(db: &C) -> Result<Vec<Generation>, Error> {
    let rows = bulk::query(db, format!("{SELECT} order by number"), []).await?;
    rows.iter().map(read).collect()
}

/// The one that reports read; none before the service was ever started.
pub async fn living<C: ConnectionTrait>(db: &C) -> Result<Option<Generation>, Error> {
    let sql = format!("{SELECT} where state = 'living'");
    let rows = bulk::query(db, sql, []).await?;
    rows.first().map(read).transpose()
}

pub async fn get<C: ConnectionTrait>(db: &C, number: i16) -> Result<Option<Generation>, Error> {
    let sql = format!("{SELECT} where number = $1");
    let rows = bulk::query(db, sql, [number.into()]).await?;
    rows.first().map(read).transpose()
}

/// Begins one, empty. Nobody else begins one before the end of the transaction.
pub async fn begin<C: ConnectionTrait>(
    db: &C,
    state: State,
    model: &str,
    now: Timestamp,
) -> Result<i16, Error> {
    let sql = "update log_head set generation = generation + 1 returning generation";
    let rows = bulk::query(db, sql, []).await?;
    let number: i16 = rows
        .first()
        .ok_or_else(|| corrupt("log_head", "the row is missing"))?
        .try_get_by_index(0)?;
    let sql = "insert into generation (number, state, position, turn, model, started_at) \
               values ($1, $2, 0, 0, $3, $4)";
    let values = [number.into(), state.word().into(), model.into(), now.into()];
    bulk::execute(db, sql, values).await?;
    Ok(number)
}

/// Keeps others from beginning a generation, until the end of the transaction.
pub async fn lock<C: ConnectionTrait>(db: &C) -> Result<(), Error> {
    bulk::execute(db, "update log_head set generation = generation", []).await?;
    Ok(())
}

/// Moves a generation on; false when it was changed since it was read.
pub async fn advance<C: ConnectionTrait>(
    db: &C,
    read: &Generation,
    position: i64,
    as_of: Option<Timestamp>,
) -> Result<bool, Error> {
    let sql = "update generation set position = $1, turn = turn + 1, as_of = $2 \
               where number = $3 and turn = $4 and state <> 'leaving'";
    let values = [
        position.into(),
        as_of.into(),
        read.number.into(),
        read.turn.into(),
    ];
    Ok(bulk::execute(db, sql, values).await? == 1)
}

/// Gives a generation another state; false when it was changed since it was read.
pub async fn turn_into<C: ConnectionTrait>(
    db: &C,
    read: &Generation,
    state: State,
) -> Result<bool, Error> {
    let sql = "update generation set state = $1, turn = turn + 1 where number = $2 and turn = $3";
    let values = [state.word().into(), read.number.into(), read.turn.into()];
    Ok(bulk::execute(db, sql, values).await? == 1)
}

/// Forgets a generation of which nothing is left.
pub async fn forget<C: ConnectionTrait>(db: &C, number: i16) -> Result<(), Error> {
    let sql = "delete from generation where number = $1 and state = 'leaving'";
    bulk::execute(db, sql, [number.into()]).await?;
    Ok(())
}

fn read(row: &QueryResult) -> Result<Generation, Error> {
    let state: String = row.try_get_by_index(1)?;
    Ok(Generation {
        number: row.try_get_by_index(0)?,
        state: State::read(&state).ok_or_else(|| corrupt("generation", state))?,
        position: row.try_get_by_index(2)?,
        turn: row.try_get_by_index(3)?,
        model: row.try_get_by_index(4)?,
        started_at: row.try_get_by_index(5)?,
        as_of: row.try_get_by_index(6)?,
    })
}
