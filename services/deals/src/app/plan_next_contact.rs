//! Plans the next contact on a deal.

use ids::DealId;

use super::again::again;
use super::{App, deal};
use crate::domain::contact::NextContact;
use crate::domain::deal::Deal;
use crate::error::Error;
use crate::events;
use crate::store::deals;

#[derive(Debug, Clone)]
pub struct PlanNextContact {
    pub deal: DealId,
    /// `None` cancels it.
    pub next: Option<NextContact>,
}

/// Plans, moves or cancels the next contact; as it is already, nothing changes.
pub async fn plan_next_contact(app: &App, cmd: &PlanNextContact) -> Result<Deal, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &PlanNextContact) -> Result<Deal, Error> {
    let tx = app.outbox.begin().await?;
    let mut deal = deal(&tx, cmd.deal).await?;
    if deal.plan_contact(cmd.next)? {
        deals::save(&tx, &mut deal).await?;
        tx.publish(events::next_contact_planned(&deal, app.clock.now()))
            .await?;
        tx.commit().await?;
    }
    Ok(deal)
}
