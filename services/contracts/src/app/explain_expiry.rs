//! Says why a contract that expired was not followed.

use ids::{ContractId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::code::Code;
use crate::domain::contract::Contract;
use crate::error::Error;
use crate::store::{end_reasons, history};

#[derive(Debug, Clone)]
pub struct ExplainExpiry {
    pub contract: ContractId,
    /// What the caller saw; 0 overwrites whatever is there.
    pub revision: i64,
    /// `None` takes it back.
    pub reason: Option<Code>,
    pub by: Option<StaffId>,
}

/// Gives an expired contract the reason of its end. The same reason changes nothing.
pub async fn explain_expiry(app: &App, cmd: &ExplainExpiry) -> Result<Contract, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &ExplainExpiry) -> Result<Contract, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(reason) = &cmd.reason
        && !end_reasons::exists(tx.connection(), reason).await?
    {
        return Err(Error::UnknownReason(reason.clone()));
    }
    let mut contract = contract(&tx, cmd.contract).await?;
    if cmd.revision != 0 && cmd.revision != contract.revision {
        return Err(Error::RevisionConflict(cmd.revision));
    }
    if contract.explain(cmd.reason.clone())? {
        let now = app.clock.now();
        save(&tx, &mut contract, history::Kind::Explained, cmd.by, now).await?;
        tx.commit().await?;
    }
    Ok(contract)
}
