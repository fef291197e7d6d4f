use ids::{CampaignId, CostId};

use super::{App, again::again};
use crate::{domain::cost::Cost, error::Error, events, store};

pub struct RemoveCost {
    pub campaign: CampaignId,
    pub id: CostId,
    /// Revision that the caller saw; 0 for any.
    pub revision: i64,
}

/// Takes a line of costs out. Twice changes nothing.
pub async fn remove_cost(app: &App, cmd: RemoveCost) -> Result<Cost, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RemoveCost) -> Result<Cost, Error> {
    let tx = app.outbox.begin().await?;
    let mut cost = store::costs::get(&*tx, cmd.campaign, cmd.id).await?;
    let seen = cost.revision;
    if !cost.remove() {
        return Ok(cost);
    }
    if cmd.revision != 0 && cmd.revision != seen {
        return Err(Error::Changed("cost"));
    }
    store::costs::save(&tx, &cost, seen).await?;
    tx.publish(events::money::cost_recorded(&cost, app.clock.now()))
        .await?;
    tx.commit().await?;
    Ok(cost)
}
