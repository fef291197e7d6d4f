//! Gives a received payment back.

use clock::Timestamp;
use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::payment::{Change, payment};
use super::{App, contract};
use crate::domain::money::Money;
use crate::domain::payment::Payment;
use crate::error::Error;
use crate::store::payments;

#[derive(Debug, Clone)]
pub struct RefundPayment {
    pub contract: ContractId,
    pub payment: PaymentId,
    pub refund: PaymentId,
    /// `None` for all that is left.
    pub amount: Option<Money>,
    pub reason: String,
    /// `None` for now.
    pub refunded_at: Option<Timestamp>,
    pub by: Option<StaffId>,
}

/// Records that a payment was given back, all of it or a part. The same id twice returns the refund as
/// it is.
pub async fn refund_payment(app: &App, cmd: &RefundPayment) -> Result<Payment, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &RefundPayment) -> Result<Payment, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let payment = payment(&tx, contract.id, cmd.payment).await?;
    if let Some(known) = payments::get(tx.connection(), contract.id, cmd.refund).await? {
        return if known.refunds == Some(payment.id) {
            Ok(known)
        } else {
            Err(Error::IdTaken)
        };
    }
    let at = app.clock.now();
    let refund = payment.refund(
        cmd.refund,
        cmd.amount.clone(),
        payments::returned(tx.connection(), payment.id).await?,
        cmd.reason.clone(),
        cmd.refunded_at.unwrap_or(at),
    )?;
    let change = Change { by: cmd.by, at };
    let added = std::slice::from_ref(&refund);
    change.add(&tx, &mut contract, added).await?;
    tx.commit().await?;
    Ok(refund)
}
