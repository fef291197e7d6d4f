//! Expects a payment.

use clock::Timestamp;
use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::payment::Change;
use super::{App, contract};
use crate::domain::money::Money;
use crate::domain::payment::Payment;
use crate::error::Error;
use crate::store::payments;

#[derive(Debug, Clone)]
pub struct ExpectPayment {
    pub contract: ContractId,
    pub payment: PaymentId,
    pub amount: Money,
    pub due_at: Timestamp,
    pub by: Option<StaffId>,
}

/// Plans a payment on a contract. The same id twice returns the payment as it is.
pub async fn expect_payment(app: &App, cmd: &ExpectPayment) -> Result<Payment, Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &ExpectPayment) -> Result<Payment, Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    if let Some(known) = payments::get(tx.connection(), contract.id, cmd.payment).await? {
        return Ok(known);
    }
    let payment = Payment::expect(&contract, cmd.payment, cmd.amount.clone(), cmd.due_at)?;
    let change = Change {
        by: cmd.by,
        at: app.clock.now(),
    };
    let added = std::slice::from_ref(&payment);
    change.add(&tx, &mut contract, added).await?;
    tx.commit().await?;
    Ok(payment)
}
