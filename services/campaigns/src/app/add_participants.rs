use ids::CampaignId;

use super::{App, admit::admit, again::again};
use crate::{domain::participant::Participant, error::Error, store};

pub struct AddParticipants {
    pub campaign: CampaignId,
    pub participants: Vec<Participant>,
}

/// Adds participants; a known contact is returned as it stands, so a list may be sent twice.
pub async fn add_participants(app: &App, cmd: AddParticipants) -> Result<Vec<Participant>, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &AddParticipants) -> Result<Vec<Participant>, Error> {
    let tx = app.outbox.begin().await?;
    store::campaigns::get(&*tx, cmd.campaign).await?;
    let added = admit(app, &tx, cmd.campaign, cmd.participants.clone()).await?;
    tx.commit().await?;
    Ok(added.participants)
}
