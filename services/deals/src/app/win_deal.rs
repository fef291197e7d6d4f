//! Wins a deal.

use ids::DealId;

use super::again::again;
use super::record_deal::save;
use super::{App, deal};
use crate::domain::deal::Deal;
use crate::domain::money::Money;
use crate::error::Error;
use crate::events;
use crate::store::visits;

#[derive(Debug, Clone)]
pub struct WinDeal {
    pub deal: DealId,
    /// `None` keeps that of the deal.
    pub amount: Option<Money>,
}

/// Wins a deal and announces it, once however often it is asked for.
pub async fn win_deal(app: &App, cmd: &WinDeal) -> Result<Deal, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &WinDeal) -> Result<Deal, Error> {
    let tx = app.outbox.begin().await?;
    let mut deal = deal(&tx, cmd.deal).await?;
    let now = app.clock.now();
    let contact_planned = deal.next_contact().is_some();
    if deal.win(cmd.amount.clone(), now)? {
        save(&tx, &mut deal, now).await?;
        visits::leave(&tx, deal.id, now).await?;
        tx.publish(events::deal_won(&deal, now)).await?;
        if contact_planned {
            tx.publish(events::next_contact_planned(&deal, now)).await?;
        }
        tx.commit().await?;
    }
    Ok(deal)
}
