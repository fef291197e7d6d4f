//! Marks a contract as signed.

use clock::Timestamp;
use ids::{ContractId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::contract::Contract;
use crate::error::Error;
use crate::events;
use crate::store::history;

#[derive(Debug, Clone, Copy)]
pub struct SignContract {
    pub contract: ContractId,
    /// `None` for now.
    pub signed_at: Option<Timestamp>,
    pub by: Option<StaffId>,
}

/// Marks a contract as signed by both sides. Signed already, nothing changes.
pub async fn sign_contract(app: &App, cmd: SignContract) -> Result<Contract, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: SignContract) -> Result<Contract, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let now = app.clock.now();
    let signed_at = cmd.signed_at.unwrap_or(now);
    if contract.sign(signed_at)? {
        save(&tx, &mut contract, history::Kind::Signed, cmd.by, now).await?;
        tx.publish(events::contract_signed(&contract, signed_at, now))
            .await?;
        tx.commit().await?;
    }
    Ok(contract)
}
