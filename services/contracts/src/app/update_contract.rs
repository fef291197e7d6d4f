//! Changes the terms of a contract, or who is responsible for it.

use ids::{ContractId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::contract::{Contract, Update, Updated};
use crate::error::Error;
use crate::store::{history, payments, versions};

#[derive(Debug, Clone)]
pub struct UpdateContract {
    pub contract: ContractId,
    /// What the caller saw; 0 overwrites whatever is there.
    pub revision: i64,
    pub update: Update,
    pub by: Option<StaffId>,
}

/// Changes a contract. Fields that are so already change nothing.
pub async fn update_contract(app: &App, cmd: &UpdateContract) -> Result<Contract, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateContract) -> Result<Contract, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    if cmd.revision != 0 && cmd.revision != contract.revision {
        return Err(Error::RevisionConflict(cmd.revision));
    }
    let now = app.clock.now();
    let currency = contract.terms.amount.currency().to_owned();
    let updated = contract.update(cmd.update.clone())?;
    if updated == Updated::Nothing {
        return Ok(contract);
    }
    if currency != contract.terms.amount.currency()
        && payments::any_stands(tx.connection(), contract.id).await?
    {
        return Err(Error::CurrencyInUse);
    }
    save(&tx, &mut contract, history::Kind::Changed, cmd.by, now).await?;
    if updated == Updated::Terms {
        versions::add(&tx, &contract, cmd.by, now).await?;
    }
    tx.commit().await?;
    Ok(contract)
}
