//! Makes a contract in force longer or larger.

use clock::Timestamp;
use ids::{ContractId, DealId, GrowthId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::contract::{Contract, Grow, Growth, Larger};
use crate::domain::money::Money;
use crate::error::Error;
use crate::events;
use crate::store::growth::{self, Recorded};
use crate::store::{history, versions};

#[derive(Debug, Clone)]
pub struct GrowContract {
    pub contract: ContractId,
    pub growth: GrowthId,
    /// What the caller saw; 0 grows whatever is there.
    pub revision: i64,
    pub what: What,
    pub deal: Option<DealId>,
    /// `None` for now.
    pub grown_at: Option<Timestamp>,
    pub by: Option<StaffId>,
}

#[derive(Debug, Clone)]
pub enum What {
    Extend {
        ends_at: Timestamp,
        amount_added: Option<Money>,
    },
    Expand {
        /// `None` for now.
        from: Option<Timestamp>,
        amount_added: Money,
    },
}

/// Records an extension or expansion and announces it. The same id twice returns it as it is.
pub async fn grow_contract(app: &App, cmd: &GrowContract) -> Result<(Recorded, Contract), Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &GrowContract) -> Result<(Recorded, Contract), Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    if let Some(known) = growth::get(tx.connection(), cmd.growth).await? {
        return if known.growth.contract == contract.id {
            Ok((known, contract))
        } else {
            Err(Error::IdTaken)
        };
    }
    if cmd.revision != 0 && cmd.revision != contract.revision {
        return Err(Error::RevisionConflict(cmd.revision));
    }
    let now = app.clock.now();
    let grown: Growth = contract.grow(agreed(cmd, now))?;
    save(&tx, &mut contract, history::Kind::Grown, cmd.by, now).await?;
    versions::add(&tx, &contract, cmd.by, now).await?;
    let recorded = Recorded {
        growth: grown,
        by: cmd.by,
    };
    if !growth::insert(&tx, &recorded).await? {
        return Err(Error::IdTaken);
    }
    tx.publish(events::contract_grown(&recorded.growth, now))
        .await?;
    tx.commit().await?;
    Ok((recorded, contract))
}

fn agreed(cmd: &GrowContract, now: Timestamp) -> Grow {
    let what = match &cmd.what {
        What::Extend {
            ends_at,
            amount_added,
        } => Larger::Extend {
            ends_at: *ends_at,
            amount_added: amount_added.clone(),
        },
        What::Expand { from, amount_added } => Larger::Expand {
            from: from.unwrap_or(now),
            amount_added: amount_added.clone(),
        },
    };
    Grow {
        id: cmd.growth,
        what,
        deal: cmd.deal,
        grown_at: cmd.grown_at.unwrap_or(now),
    }
}
