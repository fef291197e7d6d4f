use ids::CampaignId;

use super::{App, again::again};
use crate::{domain::campaign::Activity, error::Error, events, store};

pub struct UpdateActivity {
    pub campaign: CampaignId,
    pub activity: Activity,
}

/// Replaces a step of a campaign. The same again changes nothing.
pub async fn update_activity(app: &App, cmd: UpdateActivity) -> Result<Activity, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateActivity) -> Result<Activity, Error> {
    let tx = app.outbox.begin().await?;
    let known = store::activities::find(&*tx, cmd.campaign, cmd.activity.id).await?;
    let known = known.ok_or(Error::ActivityNotFound(cmd.activity.id))?;
    let changed = cmd.activity.clone().after(&known);
    if changed != known {
        store::activities::save(&tx, cmd.campaign, &changed, known.revision).await?;
        let event = events::activity_recorded(cmd.campaign, &changed, app.clock.now());
        tx.publish(event).await?;
        tx.commit().await?;
    }
    Ok(changed)
}
