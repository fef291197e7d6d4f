//! Rows of payments.

use database::Error;
use ids::{ContractId, PaymentId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, TryInsertResult};

use super::corrupt;
use super::entity::payment::{Column, Entity, Model};
use crate::domain::money::Money;
use crate::domain::payment::Payment;

/// Payments shown of one contract.
const SHOWN: u64 = 1_000;

/// Adds a payment; `false` when there is one with its id.
pub async fn insert(tx: &Tx, payment: &Payment) -> Result<bool, Error> {
    let inserted = Entity::insert(write(payment).into_active_model().reset_all())
        .on_conflict_do_nothing_on([Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Saves a payment as its next revision, unless somebody else did so first.
pub async fn save(tx: &Tx, payment: &mut Payment) -> Result<(), Error> {
    let seen = payment.revision;
    payment.revision += 1;
    let saved = Entity::update_many()
        .set(write(payment).into_active_model().reset_all())
        .filter(Column::Id.eq(payment.id.uuid()))
        .filter(Column::Revision.eq(seen))
        .exec(tx.connection())
        .await?;
    if saved.rows_affected == 0 {
        payment.revision = seen;
        return Err(Error::conflict("payment"));
    }
    Ok(())
}

/// A payment of this contract.
pub async fn get(
    db: &impl ConnectionTrait,
    contract: ContractId,
    id: PaymentId,
) -> Result<Option<Payment>, Error> {
    let row = Entity::find_by_id(id.uuid())
        .filter(Column::ContractId.eq(contract.uuid()))
        .one(db)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The payments of a contract, by due date.
pub async fn of_contract(db: &impl ConnectionTrait, id: ContractId) -> Result<Vec<Payment>, Error> {
    let rows = Entity::find()
        .filter(Column::ContractId.eq(id.uuid()))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(SHOWN)
        .all(db)
        .await?;
    rows.iter().map(read).collect()
}

fn write(payment: &Payment) -> Model {
    Model {
        id: payment.id.uuid(),
        contract_id: payment.contract.uuid(),
        amount_minor: payment.amount.minor(),
        currency: payment.amount.currency().to_owned(),
        due_at: payment.due_at,
        received_at: payment.received_at,
        revision: payment.revision,
    }
}

fn read(row: &Model) -> Result<Payment, Error> {
    let amount = Money::try_new(row.amount_minor, &row.currency);
    Ok(Payment {
        id: PaymentId::from_uuid(row.id),
        revision: row.revision,
        contract: ContractId::from_uuid(row.contract_id),
        amount: amount.map_err(|cause| corrupt("payment", cause))?,
        due_at: row.due_at,
        received_at: row.received_at,
    })
}
