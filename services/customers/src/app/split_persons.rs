use ids::{MergeId, StaffId};
use messaging::Tx;

use super::{App, again::again};
use crate::{
    domain::{duplicate::Pair, merge::Merge},
    error::Error,
    events, store,
};

pub struct SplitPersons {
    pub id: MergeId,
    pub by: Option<StaffId>,
}

/// Takes one merge back; all others stay. Twice changes nothing.
pub async fn split_persons(app: &App, cmd: SplitPersons) -> Result<Merge, Error> {
    let (merge, _) = again(|| split(app, &cmd, false)).await?;
    Ok(merge)
}

/// Also answers whether this call took it back. With `reopen` the pair waits in the queue again if
/// nobody but the scan decided it.
pub(super) async fn split(
    app: &App,
    cmd: &SplitPersons,
    reopen: bool,
) -> Result<(Merge, bool), Error> {
    let tx = app.outbox.begin().await?;
    let revision = store::merges::take_turn(&tx).await?;
    let mut merge = store::merges::find(&*tx, cmd.id)
        .await?
        .ok_or(Error::MergeNotFound(cmd.id))?;
    let now = app.clock.now();
    let changed = merge.split(cmd.by, now, revision);
    if changed {
        store::merges::save(&tx, &merge).await?;
        let kept = store::merges::identity(&*tx, merge.kept).await?;
        let joined = store::merges::identity(&*tx, merge.joined).await?;
        store::merges::remember(&tx, &[&kept, &joined]).await?;
        if reopen {
            reopen_pair(&tx, merge.pair()).await?;
        }
        tx.publish(events::persons_split(&merge, &kept, &joined, now))
            .await?;
        tx.commit().await?;
    }
    Ok((merge, changed))
}

async fn reopen_pair(tx: &Tx, pair: Pair) -> Result<(), Error> {
    if let Some(mut duplicate) = store::duplicates::find(&**tx, pair).await?
        && duplicate.reopen()
    {
        store::duplicates::save(tx, &duplicate).await?;
    }
    Ok(())
}
