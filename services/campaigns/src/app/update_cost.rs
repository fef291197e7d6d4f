use ids::{CampaignId, CostId};

use super::{App, again::again};
use crate::{
    domain::cost::{Cost, Entry},
    error::Error,
    events,
    refusal::Refusal,
    store,
};

pub struct UpdateCost {
    pub campaign: CampaignId,
    pub id: CostId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub entry: Entry,
}

/// Replaces a line of costs. The same again changes nothing.
pub async fn update_cost(app: &App, cmd: UpdateCost) -> Result<Cost, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateCost) -> Result<Cost, Error> {
    let tx = app.outbox.begin().await?;
    let mut cost = store::costs::get(&*tx, cmd.campaign, cmd.id).await?;
    if cmd.revision != 0 && cmd.revision != cost.revision {
        return Err(Error::Changed("cost"));
    }
    if let Some(activity) = cmd.entry.activity
        && store::activities::find(&*tx, cmd.campaign, activity)
            .await?
            .is_none()
    {
        return Err(Error::ActivityNotFound(activity));
    }
    let seen = cost.revision;
    if cost.change(cmd.entry.clone()).map_err(Refusal::from)? {
        store::costs::save(&tx, &cost, seen).await?;
        tx.publish(events::money::cost_recorded(&cost, app.clock.now()))
            .await?;
        tx.commit().await?;
    }
    Ok(cost)
}
