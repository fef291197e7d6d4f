//! Moves an expected payment to another day.

use clock::Timestamp;
use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::payment::{Change, payment};
use super::{App, contract};
use crate::domain::payment::Payment;
use crate::error::Error;

#[derive(Debug, Clone, Copy)]
pub struct MovePayment {
    pub contract: ContractId,
    pub payment: PaymentId,
    /// What the caller saw; 0 overwrites whatever is there.
    pub revision: i64,
    pub due_at: Timestamp,
    pub by: Option<StaffId>,
}

/// Moves an expected payment. Due then already, nothing changes.
pub async fn move_payment(app: &App, cmd: MovePayment) -> Result<Payment, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: MovePayment) -> Result<Payment, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let mut payment = payment(&tx, contract.id, cmd.payment).await?;
    if cmd.revision != 0 && cmd.revision != payment.revision {
        return Err(Error::RevisionConflict(cmd.revision));
    }
    if payment.move_to(cmd.due_at)? {
        let at = app.clock.now();
        let change = Change { by: cmd.by, at };
        change.save(&tx, &mut contract, &mut payment, None).await?;
        tx.commit().await?;
    }
    Ok(payment)
}
