//! Announces that a renewal is due.

use ids::ContractId;

use super::again::again;
use super::{App, contract, save};
use crate::error::Error;
use crate::events;
use crate::store::history;

/// Announces the renewal of a contract if it is time and was not done; `false` otherwise.
pub async fn announce_renewal(app: &App, id: ContractId) -> Result<bool, Error> {
    again(|| attempt(app, id)).await
}

async fn attempt(app: &App, id: ContractId) -> Result<bool, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, id).await?;
    let now = app.clock.now();
    if !contract.announce_renewal(now) {
        return Ok(false);
    }
    save(&tx, &mut contract, history::Kind::RenewalDue, None, now).await?;
    tx.publish(events::contract_renewal_due(&contract, now))
        .await?;
    tx.commit().await?;
    Ok(true)
}
