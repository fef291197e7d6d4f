use super::{App, again::again};
use crate::{domain::plan::Plan, error::Error, events, store};

pub struct RecordPlan {
    pub plan: Plan,
}

/// Records a line of the marketing plan. The same id twice returns what is there.
pub async fn record_plan(app: &App, cmd: RecordPlan) -> Result<Plan, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordPlan) -> Result<Plan, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = store::plans::find(&*tx, cmd.plan.id).await? {
        return Ok(known);
    }
    if let Some(campaign) = cmd.plan.entry.campaign {
        store::campaigns::get(&*tx, campaign).await?;
    }
    store::plans::insert(&tx, &cmd.plan).await?;
    tx.publish(events::money::plan_recorded(&cmd.plan, app.clock.now()))
        .await?;
    tx.commit().await?;
    Ok(cmd.plan.clone())
}
