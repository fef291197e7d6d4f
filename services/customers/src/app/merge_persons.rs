use ids::{MergeId, PersonId, StaffId};
use messaging::Tx;

use super::{App, again::again};
use crate::{
    domain::{identity::Identity, merge::Merge},
    error::Error,
    events, store,
};

pub struct MergePersons {
    pub id: MergeId,
    pub kept: PersonId,
    pub joined: PersonId,
    pub note: String,
    pub by: Option<StaffId>,
    /// Merge also what somebody has split or found different before.
    pub override_split: bool,
}

/// Connects two records as one person; both stay as they are. The same id twice returns the same
/// merge, also when it was taken back meanwhile.
pub async fn merge_persons(app: &App, cmd: MergePersons) -> Result<(Merge, Identity), Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &MergePersons) -> Result<(Merge, Identity), Error> {
    let tx = app.outbox.begin().await?;
    let revision = store::merges::take_turn(&tx).await?;
    if let Some(known) = store::merges::find(&*tx, cmd.id).await? {
        return repeated(&tx, cmd, known).await;
    }
    both_known(&tx, cmd).await?;
    let now = app.clock.now();
    let merge = Merge {
        id: cmd.id,
        revision,
        kept: cmd.kept,
        joined: cmd.joined,
        note: cmd.note.clone(),
        by: cmd.by,
        at: now,
        split: None,
    };
    let kept = store::merges::identity(&*tx, cmd.kept).await?;
    let joined = store::merges::identity(&*tx, cmd.joined).await?;
    let identity = kept.with(&joined);
    let apart = store::merges::kept_apart(&*tx, &identity.members).await?;
    merge.check(&kept, &joined, &apart, cmd.override_split)?;
    store::merges::insert(&tx, &merge).await?;
    tx.publish(events::persons_merged(&merge, &identity, now))
        .await?;
    tx.commit().await?;
    Ok((merge, identity))
}

async fn repeated(tx: &Tx, cmd: &MergePersons, known: Merge) -> Result<(Merge, Identity), Error> {
    if (known.kept, known.joined) != (cmd.kept, cmd.joined) {
        return Err(Error::MergeIdTaken(cmd.id));
    }
    let identity = store::merges::identity(&**tx, known.kept).await?;
    Ok((known, identity))
}

async fn both_known(tx: &Tx, cmd: &MergePersons) -> Result<(), Error> {
    let known = store::persons::find_all(&**tx, [cmd.kept, cmd.joined]).await?;
    for id in [cmd.kept, cmd.joined] {
        if !known.iter().any(|person| person.id == id) {
            return Err(Error::PersonNotFound(id));
        }
    }
    Ok(())
}
