use ids::CampaignId;

use super::App;
use crate::{domain::campaign::Activity, error::Error, store};

pub struct AddActivity {
    pub campaign: CampaignId,
    pub activity: Activity,
}

/// Adds a step to a campaign. The same id twice returns what is there.
pub async fn add_activity(app: &App, cmd: AddActivity) -> Result<Activity, Error> {
    let tx = app.outbox.begin().await?;
    store::campaigns::get(&*tx, cmd.campaign).await?;
    if let Some(known) = store::activities::find(&*tx, cmd.campaign, cmd.activity.id).await? {
        return Ok(known);
    }
    store::activities::insert(&tx, cmd.campaign, &cmd.activity).await?;
    tx.commit().await?;
    Ok(cmd.activity)
}
