use ids::PlanId;

use super::{App, again::again};
use crate::{
    domain::plan::{Entry, Plan},
    error::Error,
    events,
    refusal::Refusal,
    store,
};

pub struct UpdatePlan {
    pub id: PlanId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub entry: Entry,
}

/// Replaces a line of the plan. The same again changes nothing.
pub async fn update_plan(app: &App, cmd: UpdatePlan) -> Result<Plan, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdatePlan) -> Result<Plan, Error> {
    let tx = app.outbox.begin().await?;
    let mut plan = store::plans::get(&*tx, cmd.id).await?;
    if cmd.revision != 0 && cmd.revision != plan.revision {
        return Err(Error::Changed("plan"));
    }
    if let Some(campaign) = cmd.entry.campaign {
        store::campaigns::get(&*tx, campaign).await?;
    }
    let seen = plan.revision;
    if plan.change(cmd.entry.clone()).map_err(Refusal::from)? {
        store::plans::save(&tx, &plan, seen).await?;
        tx.publish(events::money::plan_recorded(&plan, app.clock.now()))
            .await?;
        tx.commit().await?;
    }
    Ok(plan)
}
