use ids::CampaignId;

use super::{App, again::again};
use crate::{
    domain::campaign::{Campaign, State},
    error::Error,
    events, store,
};

pub struct MoveCampaign {
    pub id: CampaignId,
    pub state: State,
}

/// Moves a campaign on; to the state it is in changes nothing.
pub async fn move_campaign(app: &App, cmd: MoveCampaign) -> Result<Campaign, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &MoveCampaign) -> Result<Campaign, Error> {
    let tx = app.outbox.begin().await?;
    let mut campaign = store::campaigns::get(&*tx, cmd.id).await?;
    let seen = campaign.revision;
    if campaign.enter(cmd.state)? {
        store::campaigns::save(&tx, &campaign, seen).await?;
        tx.publish(events::campaign_recorded(&campaign, app.clock.now()))
            .await?;
        tx.commit().await?;
    }
    Ok(campaign)
}
