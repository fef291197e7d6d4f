use ids::{CampaignId, ParticipantId};

use super::{App, again::again};
use crate::{domain::participant::Interaction, error::Error, events, store};

pub struct LogInteraction {
    pub campaign: CampaignId,
    pub participant: ParticipantId,
    pub interaction: Interaction,
}

/// Adds a line to the interaction log of a participant. The same id twice returns what is there.
pub async fn log_interaction(app: &App, cmd: LogInteraction) -> Result<Interaction, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &LogInteraction) -> Result<Interaction, Error> {
    let tx = app.outbox.begin().await?;
    store::participants::get(&*tx, cmd.campaign, cmd.participant).await?;
    let known = store::interactions::find_anywhere(&*tx, cmd.interaction.id).await?;
    if let Some((participant, known)) = known {
        return if participant == cmd.participant {
            Ok(known)
        } else {
            Err(Error::IdTaken("interaction"))
        };
    }
    if let Some(activity) = cmd.interaction.activity {
        let known = store::activities::find(&*tx, cmd.campaign, activity).await?;
        known.ok_or(Error::ActivityNotFound(activity))?;
    }
    store::interactions::insert(&tx, cmd.campaign, cmd.participant, &cmd.interaction).await?;
    let now = app.clock.now();
    let event = events::participant_contacted(cmd.campaign, cmd.participant, &cmd.interaction, now);
    tx.publish(event).await?;
    tx.commit().await?;
    Ok(cmd.interaction.clone())
}
