//! Records a payment as received.

use clock::Timestamp;
use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::{App, contract, save};
use crate::domain::payment::Payment;
use crate::error::Error;
use crate::events;
use crate::store::{history, payments};

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
    let payment = payments::get(tx.connection(), contract.id, cmd.payment).await?;
    let mut payment = payment.ok_or(Error::PaymentNotFound(cmd.payment))?;
    let now = app.clock.now();
    let received_at = cmd.received_at.unwrap_or(now);
    if payment.receive(received_at) {
        payments::save(&tx, &mut payment).await?;
        save(&tx, &mut contract, history::Kind::Payment, cmd.by, now).await?;
        tx.publish(events::payment_recorded(&payment, now)).await?;
        tx.commit().await?;
    }
    Ok(payment)
}
