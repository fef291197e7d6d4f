use ids::CampaignId;

use super::App;
use crate::{domain::campaign::Activity, error::Error, store};

pub struct UpdateActivity {
    pub campaign: CampaignId,
    pub activity: Activity,
}

/// Replaces a step of a campaign.
pub async fn update_activity(app: &App, cmd: UpdateActivity) -> Result<Activity, Error> {
    let tx = app.outbox.begin().await?;
    if !store::activities::save(&tx, cmd.campaign, &cmd.activity).await? {
        return Err(Error::ActivityNotFound(cmd.activity.id));
    }
    tx.commit().await?;
    Ok(cmd.activity)
}
