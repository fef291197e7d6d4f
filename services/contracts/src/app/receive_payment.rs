//! Records a payment as received.

use clock::Timestamp;
use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::payment::{Change, payment};
use super::{App, contract};
use crate::domain::payment::Payment;
use crate::error::Error;

#[derive(Debug, Clone, Copy)]
pub struct ReceivePayment {
    pub contract: ContractId,
    pub payment: PaymentId,
    /// `None` for now.
    pub received_at: Option<Timestamp>,
    pub by: Option<StaffId>,
}

/// Records that a payment came. Received already, the first time stands.
pub async fn receive_payment(app: &App, cmd: ReceivePayment) -> Result<Payment, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: ReceivePayment) -> Result<Payment, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let mut payment = payment(&tx, contract.id, cmd.payment).await?;
    let at = app.clock.now();
    if payment.receive(cmd.received_at.unwrap_or(at))? {
        let change = Change { by: cmd.by, at };
        change.save(&tx, &mut contract, &mut payment, None).await?;
        tx.commit().await?;
    }
    Ok(payment)
}
