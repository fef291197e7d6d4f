//! Ends a contract.

use ids::{ContractId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::contract::{Contract, EndKind};
use crate::error::Error;
use crate::events;
use crate::store::{end_reasons, history};

#[derive(Debug, Clone)]
pub struct EndContract {
    pub contract: ContractId,
    pub kind: EndKind,
    /// `None` when its last day did.
    pub by: Option<StaffId>,
}

/// Ends a contract and announces it. Ended in this way already, nothing changes.
pub async fn end_contract(app: &App, cmd: &EndContract) -> Result<Contract, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &EndContract) -> Result<Contract, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(reason) = cmd.kind.reason()
        && !end_reasons::exists(tx.connection(), reason).await?
    {
        return Err(Error::UnknownReason(reason.clone()));
    }
    let mut contract = contract(&tx, cmd.contract).await?;
    let now = app.clock.now();
    if contract.end(cmd.kind.clone(), now)? {
        save(&tx, &mut contract, history::Kind::Ended, cmd.by, now).await?;
        if let Some(end) = contract.end_of() {
            tx.publish(events::contract_ended(&contract, end)).await?;
        }
        tx.commit().await?;
    }
    Ok(contract)
}
