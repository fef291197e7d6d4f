//! Gives many participants a status.

use std::collections::BTreeSet;

use ids::{CampaignId, ParticipantId};
use messaging::Tx;

use super::{
    App,
    add_list::{CHUNK, MOST},
    again::again,
};
use crate::{
    domain::{
        participant::{Participant, Status},
        people::Filter,
    },
    error::Error,
    events,
    store::{self, Cursor},
};

pub struct ChangeStatuses {
    pub campaign: CampaignId,
    pub whom: Whom,
    pub status: Status,
}

/// Whose status.
pub enum Whom {
    Named(BTreeSet<ParticipantId>),
    /// All of these, chunk by chunk.
    These(Filter),
}

/// Gives participants a status; answers how many had another one.
pub async fn change_statuses(app: &App, cmd: &ChangeStatuses) -> Result<usize, Error> {
    store::campaigns::get(app.outbox.database().reader(), cmd.campaign).await?;
    let filter = match &cmd.whom {
        Whom::Named(ids) => return again(|| named(app, cmd, ids)).await,
        Whom::These(filter) => filter,
    };
    let (mut changed, mut after) = (0, None);
    while changed < MOST {
        let (count, next) = again(|| these(app, cmd, filter, after.clone())).await?;
        changed += count;
        let Some(next) = next else { break };
        after = Some(next);
    }
    Ok(changed)
}

async fn named(
    app: &App,
    cmd: &ChangeStatuses,
    ids: &BTreeSet<ParticipantId>,
) -> Result<usize, Error> {
    let tx = app.outbox.begin().await?;
    let found = store::members::by_ids(&*tx, cmd.campaign, ids).await?;
    if let Some(missing) = ids.iter().find(|id| !found.contains_key(id)) {
        return Err(Error::ParticipantNotFound(*missing));
    }
    let changed = change(app, &tx, cmd, found.into_values().collect()).await?;
    tx.commit().await?;
    Ok(changed)
}

async fn these(
    app: &App,
    cmd: &ChangeStatuses,
    filter: &Filter,
    after: Option<Cursor>,
) -> Result<(usize, Option<Cursor>), Error> {
    let tx = app.outbox.begin().await?;
    let other = Some(cmd.status);
    let chunk = store::members::chunk(&*tx, cmd.campaign, filter, other, after, CHUNK).await?;
    let next = chunk.last().map(|it| Cursor {
        at: it.added_at,
        id: it.id.uuid(),
    });
    let changed = change(app, &tx, cmd, chunk).await?;
    tx.commit().await?;
    Ok((changed, next))
}

async fn change(
    app: &App,
    tx: &Tx,
    cmd: &ChangeStatuses,
    mut participants: Vec<Participant>,
) -> Result<usize, Error> {
    participants.retain_mut(|it| it.change_status(cmd.status));
    let changed: Vec<&Participant> = participants.iter().collect();
    store::members::save_all(tx, &changed).await?;
    let now = app.clock.now();
    let told = participants.iter();
    let told = told.map(|it| events::participant_recorded(cmd.campaign, it, now));
    tx.publish_all(told.collect()).await?;
    Ok(participants.len())
}
