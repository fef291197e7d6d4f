use ids::{CampaignId, ParticipantId};

use super::{App, again::again};
use crate::{
    domain::participant::{Participant, Status},
    error::Error,
    events, store,
};

pub struct UpdateParticipant {
    pub campaign: CampaignId,
    pub participant: ParticipantId,
    pub status: Status,
}

/// Changes the status of a participant.
pub async fn update_participant(app: &App, cmd: UpdateParticipant) -> Result<Participant, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateParticipant) -> Result<Participant, Error> {
    let tx = app.outbox.begin().await?;
    let mut participant = store::participants::get(&*tx, cmd.campaign, cmd.participant).await?;
    let seen = participant.revision;
    if participant.change_status(cmd.status) {
        store::participants::save(&tx, &participant, seen).await?;
        let event = events::participant_recorded(cmd.campaign, &participant, app.clock.now());
        tx.publish(event).await?;
        tx.commit().await?;
    }
    Ok(participant)
}
