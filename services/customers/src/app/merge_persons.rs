use ids::{MergeId, PersonId, StaffId};
use messaging::Tx;

use super::{App, again::again, erase_person::not_erased};
use crate::{
    domain::{identity::Identity, merge::Merge},
    error::Error,
    events,
    store::{self, merges::Supposed},
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
    not_erased(&tx, [cmd.kept, cmd.joined]).await?;
    let merge = Merge {
        id: cmd.id,
        revision,
        kept: cmd.kept,
        joined: cmd.joined,
        note: cmd.note.clone(),
        by: cmd.by,
        batch: None,
        at: app.clock.now(),
        split: None,
    };
    let identity = connect(&tx, &merge, cmd.override_split).await?;
    tx.commit().await?;
    Ok((merge, identity))
}

/// Writes and announces a merge whose turn it is, if the two may become one.
pub(crate) async fn connect(
    tx: &Tx,
    merge: &Merge,
    override_split: bool,
) -> Result<Identity, Error> {
    let nothing = Supposed::default();
    let identity = agree(tx, merge, override_split, &nothing).await?;
    store::merges::insert(tx, merge).await?;
    store::merges::remember(tx, &[&identity]).await?;
    tx.publish(events::persons_merged(merge, &identity, merge.at))
        .await?;
    Ok(identity)
}

/// What the merge would make of the two, if they may become one.
pub(crate) async fn agree(
    tx: &Tx,
    merge: &Merge,
    override_split: bool,
    supposed: &Supposed,
) -> Result<Identity, Error> {
    let kept = store::merges::identity_with(&**tx, merge.kept, supposed).await?;
    let joined = store::merges::identity_with(&**tx, merge.joined, supposed).await?;
    let identity = kept.with(&joined);
    let apart = store::merges::kept_apart(&**tx, &identity.members).await?;
    merge.check(&kept, &joined, &apart, override_split)?;
    Ok(identity)
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
