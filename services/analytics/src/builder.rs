//! Deriving all figures anew, in a generation beside the living one, and deleting what was replaced.
//!
//! A contribution is kept per cluster as a whole and a generation holds all tables, so all of them are derived
//! together: one model alone could not be told from the rest of what a journey had contributed.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::verify;
use crate::error::Error;
use crate::projector::batch::{self, Outcome};
use crate::projector::ensure_living;
use crate::store::generations::{self, Generation, State};
use crate::store::{log, stale, statistics, sweep};

/// Between two looks at whether there is something to build.
const PAUSE: Duration = Duration::from_millis(500);

/// Facts that are taken in with one transaction, and clusters restated.
const BATCH: u64 = 20_000;

/// Rows that are deleted with one transaction.
const SWEPT: u64 = 5_000;

/// Works off what is to be built or deleted until the process ends. A generation of another process that was ended
/// is gone on with: what it holds and where it stands is in the database.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) -> Result<(), Error> {
    ensure_living(&app).await?;
    give_up_verifications(&app).await?;
    while !shutdown.is_cancelled() {
        if turn(&app).await? {
            continue;
        }
        // At the end of the pause or of everything, whichever is first.
        let _ = tokio::time::timeout(PAUSE, shutdown.cancelled()).await;
    }
    Ok(())
}

/// One step of building or deleting; true when there was something to do.
pub async fn turn(app: &Arc<App>) -> Result<bool, Error> {
    begin_if_outdated(app).await?;
    let abandoned: Vec<i16> = {
        // A holder cannot panic between its changes.
        let mut abandoned = app.abandoned.lock().unwrap_or_else(PoisonError::into_inner);
        abandoned.drain(..).collect()
    };
    for number in abandoned {
        verify::leave(app, number).await?;
    }
    let all = generations::all(app.database().reader()).await?;
    let own = |it: &&Generation| it.model == app.model();
    let building = all.iter().find(|it| it.state == State::Building);
    if let Some(building) = building.filter(own) {
        return build(app, building).await;
    }
    let leaving = all.iter().find(|it| it.state == State::Leaving);
    if let Some(leaving) = leaving {
        sweep_some(app, leaving.number).await?;
        return Ok(true);
    }
    Ok(false)
}

/// Those of a process that has ended are asked for by nobody.
async fn give_up_verifications(app: &App) -> Result<(), Error> {
    let all = generations::all(app.database().reader()).await?;
    for it in all.iter().filter(|it| it.state == State::Verifying) {
        verify::leave(app, it.number).await?;
    }
    Ok(())
}

/// Begins a generation in the given state unless there is one; answers its number.
pub async fn begin(app: &App, state: State) -> Result<i16, Error> {
    let model = app.model();
    let tx = app.outbox.begin().await?;
    generations::lock(&*tx).await?;
    let all = generations::all(&*tx).await?;
    for it in all.iter().filter(|it| it.state == state) {
        if it.model == model && state == State::Building {
            tx.rollback().await?;
            return Ok(it.number);
        }
        // Of another way of deriving, or the verification of before: one at a time.
        generations::turn_into(&*tx, it, State::Leaving).await?;
    }
    let number = generations::begin(&*tx, state, &model, app.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(
        generation = number,
        ?state,
        model,
        "figures are derived anew"
    );
    Ok(number)
}

/// Figures that another way of deriving made are derived anew.
async fn begin_if_outdated(app: &App) -> Result<(), Error> {
    let all = generations::all(app.database().reader()).await?;
    let model = app.model();
    let living = all.iter().find(|it| it.state == State::Living);
    let outdated = living.is_some_and(|it| it.model != model);
    let begun = all
        .iter()
        .any(|it| it.state == State::Building && it.model == model);
    if outdated && !begun {
        begin(app, State::Building).await?;
    }
    Ok(())
}

/// One batch of a generation that is to take the place of the living one, which it does when it holds as much.
async fn build(app: &Arc<App>, building: &Generation) -> Result<bool, Error> {
    let reader = app.database().reader();
    let head = log::head(reader).await?;
    if building.position < head {
        let taken = batch::take_in(app, building, head, BATCH).await?;
        report(building, head, taken);
        if is_last_whole(building, head, taken) {
            statistics::renew(app.database()).await?;
        }
        return Ok(true);
    }
    if stale::count(reader, building.number).await? > 0 {
        batch::restate(app, building, BATCH).await?;
        return Ok(true);
    }
    replace(app, building).await
}

/// Whether what is left is less than a batch: reports will soon read what was built. True once, unless facts come
/// faster than they are taken in.
fn is_last_whole(building: &Generation, head: i64, taken: Outcome) -> bool {
    let batch = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let Outcome::Done(facts) = taken else {
        return false;
    };
    let facts = i64::try_from(facts).unwrap_or(i64::MAX);
    facts >= batch && head - building.position - facts < batch
}

fn report(building: &Generation, head: i64, taken: Outcome) {
    if let Outcome::Done(facts) = taken {
        tracing::info!(
            generation = building.number,
            position = building.position,
            head,
            facts,
            "figures are derived anew"
        );
    }
}

/// Puts a generation into the place of the living one, if it holds as much.
async fn replace(app: &App, building: &Generation) -> Result<bool, Error> {
    let tx = app.outbox.begin().await?;
    generations::lock(&*tx).await?;
    let Some(living) = generations::living(&*tx).await? else {
        tx.rollback().await?;
        return Ok(false);
    };
    let replaced = living.position <= building.position
        && generations::turn_into(&*tx, &living, State::Leaving).await?
        && generations::turn_into(&*tx, building, State::Living).await?;
    if replaced {
        tx.commit().await?;
        tracing::info!(generation = building.number, "figures were replaced");
    } else {
        tx.rollback().await?;
    }
    Ok(true)
}

/// Deletes some rows of a generation, and the generation when none is left.
async fn sweep_some(app: &App, number: i16) -> Result<(), Error> {
    for table in sweep::tables() {
        let tx = app.outbox.begin().await?;
        let gone = sweep::some(&*tx, &table, number, SWEPT).await?;
        tx.commit().await?;
        if gone > 0 {
            return Ok(());
        }
    }
    let tx = app.outbox.begin().await?;
    generations::forget(&*tx, number).await?;
    tx.commit().await?;
    Ok(())
}
