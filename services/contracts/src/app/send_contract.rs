//! Marks a contract as sent.

use ids::{ContractId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::contract::Contract;
use crate::error::Error;
use crate::events;
use crate::store::history;

#[derive(Debug, Clone, Copy)]
pub struct SendContract {
    pub contract: ContractId,
    pub by: Option<StaffId>,
}

/// Marks a contract as sent to the other side. Sent already, nothing changes.
pub async fn send_contract(app: &App, cmd: SendContract) -> Result<Contract, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: SendContract) -> Result<Contract, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let now = app.clock.now();
    if contract.send(now)? {
        save(&tx, &mut contract, history::Kind::Sent, cmd.by, now).await?;
        tx.publish(events::contract_sent(&contract, now)).await?;
        tx.commit().await?;
    }
    Ok(contract)
}
