//! Announces the whole state of a contract from before such announcements were made.

use ids::ContractId;

use super::App;
use super::again::again;
use crate::error::Error;
use crate::events;
use crate::store::{contracts, payments};

/// Announces a contract and its payments as they are; `false` when that was done. Nothing about them
/// changes, so neither do their revisions.
pub async fn record_contract(app: &App, id: ContractId) -> Result<bool, Error> {
    again(|| attempt(app, id)).await
}

async fn attempt(app: &App, id: ContractId) -> Result<bool, Error> {
    let tx = app.outbox.begin().await?;
    let contract = super::contract(&tx, id).await?;
    if !contracts::mark_recorded(&tx, id).await? {
        return Ok(false);
    }
    let now = app.clock.now();
    tx.publish(events::contract_recorded(&contract, now))
        .await?;
    let payments = payments::of_contract(tx.connection(), id).await?;
    let payments = payments
        .iter()
        .map(|payment| events::payment_recorded(payment, now));
    tx.publish_all(payments.collect()).await?;
    tx.commit().await?;
    Ok(true)
}
