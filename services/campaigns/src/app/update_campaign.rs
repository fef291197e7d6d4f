use ids::CampaignId;

use super::{App, again::again};
use crate::{
    domain::campaign::{Campaign, Card},
    error::Error,
    events, store,
};

pub struct UpdateCampaign {
    pub id: CampaignId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub card: Card,
}

/// Replaces the card. The same card again changes nothing.
pub async fn update_campaign(app: &App, cmd: UpdateCampaign) -> Result<Campaign, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateCampaign) -> Result<Campaign, Error> {
    let tx = app.outbox.begin().await?;
    let mut campaign = store::campaigns::get(&*tx, cmd.id).await?;
    if cmd.revision != 0 && cmd.revision != campaign.revision {
        return Err(Error::Changed("campaign"));
    }
    let seen = campaign.revision;
    if campaign.change(cmd.card.clone()) {
        store::campaigns::save(&tx, &campaign, seen).await?;
        tx.publish(events::campaign_recorded(&campaign, app.clock.now()))
            .await?;
        tx.commit().await?;
    }
    Ok(campaign)
}
