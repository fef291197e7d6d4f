//! From the log to the figures, in the order of positions.

pub mod batch;
pub mod difference;
pub mod hash;
pub mod kept;
mod prepare;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::store::generations::{self, State};
use crate::store::log;
use batch::Outcome;

/// Version of the way figures are derived. Another one calls for a rebuild: counted up with every change of what a
/// journey contributes.
pub const VERSION: u32 = 4;

/// Facts that become visible after the sign that they were appended: the transaction commits after it.
const AFTER_A_SIGN: Duration = Duration::from_millis(15);

/// What figures are derived by: only a program with the same one changes them.
pub fn model(base_currency: &str) -> String {
    format!("{VERSION} {base_currency}")
}

/// Keeps the living generation up with the log until the process ends.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) -> Result<(), Error> {
    ensure_living(&app).await?;
    while !shutdown.is_cancelled() {
        if turn(&app).await? {
            continue;
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(app.settings.project_every) => {}
            () = app.appended.notified() => tokio::time::sleep(AFTER_A_SIGN).await,
        }
    }
    Ok(())
}

/// One batch of the living generation; true when there was something to do.
pub async fn turn(app: &Arc<App>) -> Result<bool, Error> {
    let Some(living) = generations::living(app.database().reader()).await? else {
        return Ok(false);
    };
    // What another way of deriving made waits for the rebuild that replaces it.
    if living.model != app.model() {
        return Ok(false);
    }
    let head = log::head(app.database().reader()).await?;
    if living.position < head {
        let limit = app.settings.batch_facts;
        match batch::take_in(app, &living, head, limit).await? {
            // While there is a backlog, facts come before what is to be restated.
            Outcome::Done(count) if count >= usize::try_from(limit).unwrap_or(usize::MAX) => {
                return Ok(true);
            }
            Outcome::Overtaken => return Ok(true),
            Outcome::Done(_) => {}
        }
    }
    let Some(living) = generations::living(app.database().reader()).await? else {
        return Ok(false);
    };
    let restated = batch::restate(app, &living, app.settings.batch_stale).await?;
    Ok(restated != Outcome::Done(0))
}

/// Takes in all that is in the log, and restates all that is to be restated.
pub async fn catch_up(app: &Arc<App>) -> Result<(), Error> {
    ensure_living(app).await?;
    loop {
        let living = generations::living(app.database().reader()).await?;
        let head = log::head(app.database().reader()).await?;
        let current = living.is_none_or(|it| it.position >= head || it.model != app.model());
        if !turn(app).await? && current {
            return Ok(());
        }
    }
}

/// Begins the first generation of a database.
pub async fn ensure_living(app: &App) -> Result<(), Error> {
    if generations::living(app.database().reader())
        .await?
        .is_some()
    {
        return Ok(());
    }
    let tx = app.outbox.begin().await?;
    generations::lock(&*tx).await?;
    if generations::living(&*tx).await?.is_none() {
        generations::begin(&*tx, State::Living, &app.model(), app.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}
