//! What all commands on payments do at their end.

use clock::Timestamp;
use ids::{ContractId, PaymentId, StaffId};
use messaging::Tx;

use super::save;
use crate::domain::contract::Contract;
use crate::domain::payment::Payment;
use crate::error::Error;
use crate::events;
use crate::store::{history, payments};

/// The payment of a command, to be changed.
pub(super) async fn payment(
    tx: &Tx,
    contract: ContractId,
    id: PaymentId,
) -> Result<Payment, Error> {
    payments::get(tx.connection(), contract, id)
        .await?
        .ok_or(Error::PaymentNotFound(id))
}

/// Who changes payments, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) by: Option<StaffId>,
    pub(super) at: Timestamp,
}

impl Change {
    /// Adds payments to a contract, with a line of its history, and announces them.
    pub(super) async fn add(
        self,
        tx: &Tx,
        contract: &mut Contract,
        added: &[Payment],
    ) -> Result<(), Error> {
        if !payments::insert(tx, added).await? {
            return Err(Error::IdTaken);
        }
        self.finish(tx, contract, added).await
    }

    /// Saves a changed payment, and the rest of it if there is one, and announces both.
    pub(super) async fn save(
        self,
        tx: &Tx,
        contract: &mut Contract,
        payment: &mut Payment,
        rest: Option<&Payment>,
    ) -> Result<(), Error> {
        payments::save(tx, payment).await?;
        let mut announced = vec![payment.clone()];
        if let Some(rest) = rest {
            announced.push(rest.clone());
            if !payments::insert(tx, std::slice::from_ref(rest)).await? {
                return Err(Error::IdTaken);
            }
        }
        self.finish(tx, contract, &announced).await
    }

    async fn finish(
        self,
        tx: &Tx,
        contract: &mut Contract,
        changed: &[Payment],
    ) -> Result<(), Error> {
        let Self { by, at } = self;
        save(tx, contract, history::Kind::Payment, by, at).await?;
        let events = changed
            .iter()
            .map(|payment| events::payment_recorded(payment, at));
        tx.publish_all(events.collect()).await?;
        Ok(())
    }
}
