use ids::{MergeId, StaffId};

use super::{App, again::again};
use crate::{
    domain::merge::Merge,
    error::Error,
    events, store,
};

pub struct SplitPersons {
    pub id: MergeId,
    pub by: Option<StaffId>,
}

/// Takes one merge back; all others stay. Twice changes nothing.
pub async fn split_persons(app: &App, cmd: SplitPersons) -> Result<Merge, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &SplitPersons) -> Result<Merge, Error> {
    let tx = app.outbox.begin().await?;
    let revision = store::merges::take_turn(&tx).await?;
    let mut merge = store::merges::find(&*tx, cmd.id)
        .await?
        .ok_or(Error::MergeNotFound(cmd.id))?;
    let now = app.clock.now();
    if merge.split(cmd.by, now, revision) {
        store::merges::save(&tx, &merge).await?;
        let kept = store::merges::identity(&*tx, merge.kept).await?;
        let joined = store::merges::identity(&*tx, merge.joined).await?;
        tx.publish(events::persons_split(&merge, &kept, &joined, now))
            .await?;
        tx.commit().await?;
    }
    Ok(merge)
}
