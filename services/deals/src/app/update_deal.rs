//! Changes what is known of a deal.

use ids::DealId;

use super::again::again;
use super::record_deal::save;
use super::{App, deal};
use crate::domain::deal::{Change, Deal};
use crate::error::Error;
use crate::events;

#[derive(Debug, Clone)]
pub struct UpdateDeal {
    pub deal: DealId,
    /// What the caller saw; 0 overwrites whatever is there.
    pub revision: i64,
    pub change: Change,
}

/// Changes fields of an open deal. Fields that are so already change nothing.
pub async fn update_deal(app: &App, cmd: &UpdateDeal) -> Result<Deal, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateDeal) -> Result<Deal, Error> {
    let tx = app.outbox.begin().await?;
    let mut deal = deal(&tx, cmd.deal).await?;
    if cmd.revision != 0 && cmd.revision != deal.revision {
        return Err(Error::RevisionConflict(cmd.revision));
    }
    let before = deal.clone();
    if deal.change(cmd.change.clone())? {
        let now = app.clock.now();
        save(&tx, &mut deal, now).await?;
        if reminder_differs(&before, &deal) {
            tx.publish(events::next_contact_planned(&deal, now)).await?;
        }
        tx.commit().await?;
    }
    Ok(deal)
}

/// Whether somebody else is to be reminded of the next contact now, or in other words.
fn reminder_differs(before: &Deal, after: &Deal) -> bool {
    after.next_contact().is_some()
        && (before.responsible, &before.title) != (after.responsible, &after.title)
}
