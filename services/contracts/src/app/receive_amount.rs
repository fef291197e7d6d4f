//! Records that an amount came for an expected payment.

use clock::Timestamp;
use ids::{ContractId, PaymentId, StaffId};

use super::again::again;
use super::payment::{Change, payment};
use super::{App, contract};
use crate::domain::money::Money;
use crate::domain::payment::{Payment, Receipt};
use crate::error::Error;
use crate::store::payments;

#[derive(Debug, Clone)]
pub struct ReceiveAmount {
    pub contract: ContractId,
    pub payment: PaymentId,
    pub amount: Money,
    /// `None` for now.
    pub received_at: Option<Timestamp>,
    /// Of what stays expected.
    pub rest: PaymentId,
    pub by: Option<StaffId>,
}

/// Records that all or a part of a payment came; the rest of a part is a payment of its own. Received
/// already, the first time stands.
pub async fn receive_amount(
    app: &App,
    cmd: &ReceiveAmount,
) -> Result<(Payment, Option<Payment>), Error> {
    again(|| attempt(app, cmd)).await
}

async fn attempt(app: &App, cmd: &ReceiveAmount) -> Result<(Payment, Option<Payment>), Error> {
    let tx = app.outbox.begin().await?;
    let mut contract = contract(&tx, cmd.contract).await?;
    let mut payment = payment(&tx, contract.id, cmd.payment).await?;
    let at = app.clock.now();
    let received_at = cmd.received_at.unwrap_or(at);
    let rest = match payment.receive_amount(cmd.amount.clone(), received_at, cmd.rest)? {
        Receipt::Before => {
            let rest = payments::rest_of(tx.connection(), payment.id).await?;
            return Ok((payment, rest));
        }
        Receipt::Whole => None,
        Receipt::Part { rest } => Some(*rest),
    };
    let change = Change { by: cmd.by, at };
    change
        .save(&tx, &mut contract, &mut payment, rest.as_ref())
        .await?;
    tx.commit().await?;
    Ok((payment, rest))
}
