use ids::CampaignId;

use super::{App, again::again};
use crate::{
    domain::campaign::{Campaign, Card},
    error::Error,
    events, store,
};

pub struct CreateCampaign {
    pub id: CampaignId,
    pub card: Card,
}

/// Creates a campaign in preparation. The same id twice returns what is there.
pub async fn create_campaign(app: &App, cmd: CreateCampaign) -> Result<Campaign, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &CreateCampaign) -> Result<Campaign, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = store::campaigns::find(&*tx, cmd.id).await? {
        return Ok(known);
    }
    let campaign = Campaign::new(cmd.id, cmd.card.clone(), app.clock.now());
    store::campaigns::insert(&tx, &campaign).await?;
    tx.publish(events::campaign_recorded(&campaign, app.clock.now()))
        .await?;
    tx.commit().await?;
    Ok(campaign)
}
