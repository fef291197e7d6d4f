use uuid::Uuid;

use super::{App, again::again};
use crate::{error::Error, store};

/// Objects of one sweep; the next one goes on.
const MOST: u64 = 100;
/// An upload that takes this many times the longest is one that was cut.
const LATE: u32 = 2;

/// Deletes the content of files that were taken out and what cut uploads left behind.
///
/// The object goes before its row: a cut in between is made good by the next sweep.
pub async fn sweep_files(app: &App) -> Result<u64, Error> {
    if app.objects.store().is_err() {
        return Ok(0);
    }
    again(|| give_up_late(app)).await?;
    let mut swept = 0;
    for object in store::files::doomed(app.outbox.database().reader(), MOST).await? {
        app.objects.delete(object).await?;
        again(|| forget(app, object)).await?;
        swept += 1;
    }
    Ok(swept)
}

async fn give_up_late(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let limit = now - app.settings.file_timeout * LATE;
    let tx = app.outbox.begin().await?;
    store::files::doom_late(&tx, limit, now).await?;
    Ok(tx.commit().await?)
}

async fn forget(app: &App, object: Uuid) -> Result<(), Error> {
    let tx = app.outbox.begin().await?;
    store::files::forget_object(&tx, object).await?;
    Ok(tx.commit().await?)
}
