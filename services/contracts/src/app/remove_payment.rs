//! Takes an expected payment out.

use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::payment::{Change, payment};
use super::{App, contract};
use crate::domain::payment::Payment;
use crate::error::Error;

#[derive(Debug, Clone)]
pub struct RemovePayment {
    pub contract: ContractId,
    pub payment: PaymentId,
    /// What the caller saw; 0 removes whatever is there.
    pub revision: i64,
    pub reason: String,
    pub by: Option<StaffId>,
}

/// Takes an expected payment out. Taken out already, nothing changes, whatever was seen.
pub async fn remove_payment(app: &App, cmd: &RemovePayment) -> Result<Payment, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &RemovePayment) -> Result<Payment, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let mut payment = payment(&tx, contract.id, cmd.payment).await?;
    let at = app.clock.now();
    let seen = payment.revision;
    if !payment.remove(cmd.reason.clone(), at)? {
        return Ok(payment);
    }
    if cmd.revision != 0 && cmd.revision != seen {
        return Err(Error::RevisionConflict(cmd.revision));
    }
    let change = Change { by: cmd.by, at };
    change.save(&tx, &mut contract, &mut payment, None).await?;
    tx.commit().await?;
    Ok(payment)
}
