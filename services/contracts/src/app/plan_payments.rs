//! Plans the payments of a contract.

use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::payment::Change;
use super::{App, contract};
use crate::domain::payment::Payment;
use crate::domain::plan::{self, Plan};
use crate::error::Error;
use crate::store::payments::MAX_PAYMENTS;
use crate::store::{growth, payments};

#[derive(Debug, Clone)]
pub struct PlanPayments {
    pub contract: ContractId,
    /// Id of its first payment.
    pub plan: PaymentId,
    pub how: Plan,
    pub by: Option<StaffId>,
}

/// Plans payments. The same plan twice returns its payments as they are.
pub async fn plan_payments(app: &App, cmd: &PlanPayments) -> Result<Vec<Payment>, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &PlanPayments) -> Result<Vec<Payment>, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let of_plan = payments::of_plan(tx.connection(), contract.id, cmd.plan).await?;
    if !of_plan.is_empty() {
        return Ok(of_plan);
    }
    let grown = growth::of_contract(tx.connection(), contract.id).await?;
    let known = payments::of_contract(tx.connection(), contract.id).await?;
    let at = app.clock.now();
    let mut planned = plan::payments(&contract, &grown, &known, cmd.how.clone(), at)?;
    if known.len().saturating_add(planned.len()) as u64 > MAX_PAYMENTS {
        return Err(Error::TooManyPayments);
    }
    if let Some(first) = planned.first_mut() {
        first.id = cmd.plan;
    }
    for payment in &mut planned {
        payment.plan = Some(cmd.plan);
    }
    let change = Change { by: cmd.by, at };
    change.add(&tx, &mut contract, &planned).await?;
    let planned = payments::of_plan(tx.connection(), contract.id, cmd.plan).await?;
    tx.commit().await?;
    Ok(planned)
}
