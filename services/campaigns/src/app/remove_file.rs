use ids::{CampaignId, FileId};

use super::{App, again::again};
use crate::{domain::file::File, error::Error, store};

pub struct RemoveFile {
    pub campaign: CampaignId,
    pub id: FileId,
}

/// Takes a file out; a sweep deletes its content. Twice changes nothing.
pub async fn remove_file(app: &App, cmd: RemoveFile) -> Result<File, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RemoveFile) -> Result<File, Error> {
    let tx = app.outbox.begin().await?;
    let kept = store::files::get(&*tx, cmd.campaign, cmd.id).await?;
    if store::files::mark_removed(&tx, cmd.id).await? {
        store::files::doom_object(&tx, kept.object, app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(File {
        removed: true,
        ..kept.file
    })
}
