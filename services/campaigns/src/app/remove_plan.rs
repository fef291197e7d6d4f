use ids::PlanId;

use super::{App, again::again};
use crate::{domain::plan::Plan, error::Error, events, store};

pub struct RemovePlan {
    pub id: PlanId,
    /// Revision that the caller saw; 0 for any.
    pub revision: i64,
}

/// Takes a line of the plan out. Twice changes nothing.
pub async fn remove_plan(app: &App, cmd: RemovePlan) -> Result<Plan, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RemovePlan) -> Result<Plan, Error> {
    let tx = app.outbox.begin().await?;
    let mut plan = store::plans::get(&*tx, cmd.id).await?;
    let seen = plan.revision;
    if !plan.remove() {
        return Ok(plan);
    }
    if cmd.revision != 0 && cmd.revision != seen {
        return Err(Error::Changed("plan"));
    }
    store::plans::save(&tx, &plan, seen).await?;
    tx.publish(events::money::plan_recorded(&plan, app.clock.now()))
        .await?;
    tx.commit().await?;
    Ok(plan)
}
