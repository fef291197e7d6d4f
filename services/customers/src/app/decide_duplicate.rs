use ids::{MergeId, StaffId};

use super::{
    App,
    again::again,
    merge_persons::{MergePersons, merge_persons},
};
use crate::{
    domain::{
        duplicate::{Duplicate, Pair, State},
        merge::CannotMerge,
    },
    error::Error,
    events, store,
};

pub struct DecideDuplicate {
    pub pair: Pair,
    pub decision: Decision,
    pub note: String,
    pub by: Option<StaffId>,
}

#[derive(Clone, Copy)]
pub enum Decision {
    /// They become one by this merge.
    Same(MergeId),
    /// They are never asked about again, and kept apart.
    Different,
    /// It waits at the end of the queue.
    Skip,
}

/// Notes what somebody decided of two likely duplicates. The same decision again changes nothing,
/// but that a pair skipped again goes to the end again.
pub async fn decide_duplicate(app: &App, cmd: DecideDuplicate) -> Result<Duplicate, Error> {
    if let Decision::Same(merge) = cmd.decision {
        join(app, &cmd, merge).await?;
    }
    again(|| attempt(app, &cmd)).await
}

/// The merge has a transaction of its own: after a cut in between, a repeat finds it made.
async fn join(app: &App, cmd: &DecideDuplicate, id: MergeId) -> Result<(), Error> {
    let reader = app.outbox.database().reader();
    let known = store::duplicates::find(reader, cmd.pair).await?;
    known.ok_or(Error::DuplicateNotFound(cmd.pair))?;
    let merge = MergePersons {
        id,
        kept: cmd.pair.one,
        joined: cmd.pair.other,
        note: cmd.note.clone(),
        by: cmd.by,
        // Whoever decides has both before the eyes.
        override_split: true,
    };
    match merge_persons(app, merge).await {
        Ok(_) | Err(Error::CannotMerge(CannotMerge::AlreadyOne(..))) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn attempt(app: &App, cmd: &DecideDuplicate) -> Result<Duplicate, Error> {
    let tx = app.outbox.begin().await?;
    // No merge makes them one while they are found different.
    let revision = store::merges::take_turn(&tx).await?;
    let mut duplicate = store::duplicates::find(&*tx, cmd.pair)
        .await?
        .ok_or(Error::DuplicateNotFound(cmd.pair))?;
    let state = match cmd.decision {
        Decision::Same(_) => State::Same,
        Decision::Different => State::Different,
        Decision::Skip => State::Skipped,
    };
    if state != State::Same {
        let identity = store::merges::identity(&*tx, cmd.pair.one).await?;
        if identity.has(cmd.pair.other) {
            return Err(CannotMerge::AlreadyOne(cmd.pair.one, cmd.pair.other).into());
        }
    }
    let now = app.clock.now();
    if duplicate.decide(state, cmd.by, now) {
        store::duplicates::save(&tx, &duplicate).await?;
        tx.publish(events::duplicate_decided(&duplicate, revision, now))
            .await?;
        tx.commit().await?;
    }
    Ok(duplicate)
}
