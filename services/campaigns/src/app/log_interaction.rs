use ids::{CampaignId, ParticipantId};

use super::App;
use crate::{domain::participant::Interaction, error::Error, store};

pub struct LogInteraction {
    pub campaign: CampaignId,
    pub participant: ParticipantId,
    pub interaction: Interaction,
}

/// Adds a line to the interaction log of a participant.
pub async fn log_interaction(app: &App, cmd: LogInteraction) -> Result<Interaction, Error> {
    let tx = app.outbox.begin().await?;
    store::participants::get(&*tx, cmd.campaign, cmd.participant).await?;
    store::interactions::insert(&tx, cmd.campaign, cmd.participant, &cmd.interaction).await?;
    tx.commit().await?;
    Ok(cmd.interaction)
}
