//! Plans the next contact on a deal.

use ids::DealId;

use super::again::again;
use super::record_deal::save;
use super::{App, deal};
use crate::domain::contact::NextContact;
use crate::domain::deal::Deal;
use crate::error::Error;
use crate::events;

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
        let now = app.clock.now();
        save(&tx, &mut deal, now).await?;
        tx.publish(events::next_contact_planned(&deal, now)).await?;
        tx.commit().await?;
    }
    Ok(deal)
}
