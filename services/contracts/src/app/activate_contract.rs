//! Puts a contract into force.

use ids::{ContractId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::contract::Contract;
use crate::error::Error;
use crate::events;
use crate::store::history;

#[derive(Debug, Clone, Copy)]
pub struct ActivateContract {
    pub contract: ContractId,
    /// `None` when its first day did.
    pub by: Option<StaffId>,
}

/// Puts a signed contract into force. In force already, nothing changes.
pub async fn activate_contract(app: &App, cmd: ActivateContract) -> Result<Contract, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: ActivateContract) -> Result<Contract, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let now = app.clock.now();
    if contract.activate(now)? {
        save(&tx, &mut contract, history::Kind::Activated, cmd.by, now).await?;
        tx.publish(events::contract_activated(&contract, now))
            .await?;
        tx.commit().await?;
    }
    Ok(contract)
}
