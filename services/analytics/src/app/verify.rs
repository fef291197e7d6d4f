//! Whether the figures are what the log says.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use crate::error::Error;
use crate::projector::batch;
use crate::store::digest::{self, Digest, Texts};
use crate::store::generations::{self, Generation, State};
use crate::store::stale;

/// Differing rows that are shown, of a table and side.
const SHOWN: u64 = 5;

/// Facts taken in, or clusters restated, with one transaction.
const BATCH: u64 = 10_000;

/// While the living figures move on.
const PAUSE: Duration = Duration::from_millis(50);

/// How a table compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub table: String,
    pub living: Digest,
    pub derived: Digest,
    /// The first rows that only one side has.
    pub differences: Vec<String>,
}

/// Where a verification stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It goes on, from here.
    Under(Generation),
    /// It is over, and its generation is left to be deleted.
    Compared(Vec<Comparison>),
}

/// One step of a verification: facts for its generation, or the comparison once it holds as much as the living one.
pub async fn step(app: &Arc<App>, number: i16) -> Result<Step, Error> {
    let reader = app.database().reader();
    let own = generations::get(reader, number).await?;
    let (Some(own), Some(living)) = (own, generations::living(reader).await?) else {
        return Err(Error::GivenUp);
    };
    if own.state != State::Verifying {
        return Err(Error::GivenUp);
    }
    if own.position < living.position {
        batch::take_in(app, &own, living.position, BATCH).await?;
        return Ok(Step::Under(own));
    }
    if stale::count(reader, number).await? > 0 {
        batch::restate(app, &own, BATCH).await?;
        return Ok(Step::Under(own));
    }
    if let Some(compared) = compare(app, &own).await? {
        leave(app, number).await?;
        return Ok(Step::Compared(compared));
    }
    tokio::time::sleep(PAUSE).await;
    Ok(Step::Under(own))
}

/// Compares all tables as they are at one moment; nothing while the two do not hold the same facts.
async fn compare(app: &App, own: &Generation) -> Result<Option<Vec<Comparison>>, Error> {
    let tx = digest::snapshot(app.database()).await?;
    let living = generations::living(&tx).await?;
    let Some(living) = living.filter(|it| it.position == own.position) else {
        return Ok(None);
    };
    if stale::count(&tx, living.number).await? > 0 {
        return Ok(None);
    }
    let texts = Texts::read(&tx).await?;
    let mut compared = Vec::new();
    for table in digest::tables() {
        let mut comparison = Comparison {
            table: table.name(),
            living: table.digest(&tx, living.number, &texts).await?,
            derived: table.digest(&tx, own.number, &texts).await?,
            differences: Vec::new(),
        };
        if comparison.living != comparison.derived {
            for (side, first, other) in [
                ("living", living.number, own.number),
                ("derived", own.number, living.number),
            ] {
                let rows = table.only_in(&tx, first, other, SHOWN, &texts).await?;
                let shown = rows.into_iter().map(|row| format!("{side}: {row}"));
                comparison.differences.extend(shown);
            }
        }
        compared.push(comparison);
    }
    Ok(Some(compared))
}

/// Gives a generation up: it is deleted in the background.
pub async fn leave(app: &App, number: i16) -> Result<(), Error> {
    let tx = app.outbox.begin().await?;
    if let Some(own) = generations::get(&*tx, number).await?
        && own.state == State::Verifying
    {
        generations::turn_into(&*tx, &own, State::Leaving).await?;
    }
    tx.commit().await?;
    Ok(())
}
