//! Rematches: all stored records decided anew by the rules in force. People start, pause, resume and
//! cancel them; the work is done in the background.

mod findings;
mod work;

use ids::{RematchId, StaffId};

pub use self::work::{run, step, take, work};
use super::App;
use crate::{
    domain::rematch::{Ended, Rematch},
    error::Error,
    store::rematches,
};
use clock::Timestamp;

/// Starts a rematch; refused while one runs or is paused.
pub async fn start(app: &App, by: StaffId) -> Result<Rematch, Error> {
    let total = rematches::count_records(app.reader()).await?;
    let rematch = Rematch::start(app.model.rules(), total, Some(by), app.clock.now());
    let tx = app.outbox.begin().await?;
    let db = tx.connection();
    if !rematches::insert(db, &rematch).await? {
        let active = rematches::active(db).await?;
        // None: it ended just now.
        return Err(
            active.map_or(Error::Conflict, |active| Error::RematchUnderWay {
                under_way: active.id,
            }),
        );
    }
    tx.commit().await?;
    Ok(rematch)
}

/// A rematch, or the one that was started last.
pub async fn find(app: &App, id: Option<RematchId>) -> Result<Rematch, Error> {
    let found = match id {
        Some(id) => rematches::find(app.reader(), id).await?,
        None => rematches::latest(app.reader()).await?,
    };
    found.ok_or(Error::RematchNotFound)
}

/// Stops a rematch after the records it is at.
pub async fn pause(app: &App, id: RematchId) -> Result<Rematch, Error> {
    change(app, id, Rematch::pause).await
}

/// Goes on with a rematch where it stopped.
pub async fn resume(app: &App, id: RematchId) -> Result<Rematch, Error> {
    change(app, id, Rematch::resume).await
}

/// Gives a rematch up.
pub async fn cancel(app: &App, id: RematchId) -> Result<Rematch, Error> {
    change(app, id, Rematch::cancel).await
}

async fn change(
    app: &App,
    id: RematchId,
    change: fn(&mut Rematch, Timestamp) -> Result<bool, Ended>,
) -> Result<Rematch, Error> {
    let tx = app.outbox.begin().await?;
    let db = tx.connection();
    let found = rematches::lock(db, id).await?;
    let mut rematch = found.ok_or(Error::RematchNotFound)?;
    let seen = rematch.revision;
    if change(&mut rematch, app.clock.now())? {
        rematches::save(db, &rematch, seen).await?;
        tx.commit().await?;
    }
    Ok(rematch)
}
