//! Loses a deal.

use ids::DealId;

use super::again::again;
use super::record_deal::save;
use super::{App, deal};
use crate::domain::code::Code;
use crate::domain::deal::{Deal, State};
use crate::error::Error;
use crate::events;
use crate::store::{loss_reasons, visits};

#[derive(Debug, Clone)]
pub struct LoseDeal {
    pub deal: DealId,
    /// From the directory.
    pub reason: Code,
    pub note: String,
}

/// Loses a deal and announces it, once however often it is asked for.
pub async fn lose_deal(app: &App, cmd: &LoseDeal) -> Result<Deal, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &LoseDeal) -> Result<Deal, Error> {
    let tx = app.outbox.begin().await?;
    if !loss_reasons::exists(tx.connection(), &cmd.reason).await? {
        return Err(Error::UnknownReason(cmd.reason.clone()));
    }
    let mut deal = deal(&tx, cmd.deal).await?;
    let now = app.clock.now();
    let contact_planned = deal.next_contact().is_some();
    if deal.lose(cmd.reason.clone(), cmd.note.clone(), now)? {
        save(&tx, &mut deal, now).await?;
        visits::leave(&tx, deal.id, now).await?;
        if let State::Lost(loss) = &deal.state {
            tx.publish(events::deal_lost(&deal, loss)).await?;
        }
        if contact_planned {
            tx.publish(events::next_contact_planned(&deal, now)).await?;
        }
        tx.commit().await?;
    }
    Ok(deal)
}
