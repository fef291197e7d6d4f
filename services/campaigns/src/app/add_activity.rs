use ids::CampaignId;

use super::{App, again::again};
use crate::{domain::campaign::Activity, error::Error, events, store};

pub struct AddActivity {
    pub campaign: CampaignId,
    pub activity: Activity,
}

/// Adds a step to a campaign. The same id twice returns what is there.
pub async fn add_activity(app: &App, cmd: AddActivity) -> Result<Activity, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &AddActivity) -> Result<Activity, Error> {
    let tx = app.outbox.begin().await?;
    let campaign = store::campaigns::get(&*tx, cmd.campaign).await?;
    let known = store::activities::find_anywhere(&*tx, cmd.activity.id).await?;
    if let Some((campaign, known)) = known {
        return if campaign == cmd.campaign {
            Ok(known)
        } else {
            Err(Error::IdTaken("activity"))
        };
    }
    if campaign.quick {
        return Err(Error::QuickCampaign(campaign.id));
    }
    store::activities::insert(&tx, cmd.campaign, &cmd.activity).await?;
    let event = events::activity_recorded(cmd.campaign, &cmd.activity, app.clock.now());
    tx.publish(event).await?;
    tx.commit().await?;
    Ok(cmd.activity.clone())
}
