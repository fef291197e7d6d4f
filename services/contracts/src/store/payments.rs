//! Rows of payments.

use database::Error;
use ids::{ContractId, PaymentId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, TryInsertResult};

use super::corrupt;
use super::entity::payment::{Column, Entity, Model};
use crate::domain::money::Money;
use crate::domain::payment::{Payment, State};

/// Payments of one contract that are looked at.
pub const MAX_PAYMENTS: u64 = 1_000;

/// Adds payments; `false` when one has an id that is taken.
pub async fn insert(tx: &Tx, payments: &[Payment]) -> Result<bool, Error> {
    let rows = payments
        .iter()
        .map(|payment| write(payment).into_active_model().reset_all());
    let inserted = Entity::insert_many(rows)
        .on_conflict_do_nothing_on([Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    let count = u64::try_from(payments.len()).unwrap_or(u64::MAX);
    Ok(matches!(inserted, TryInsertResult::Inserted(added) if added == count))
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

/// The payments of a contract, by due date, at most [`MAX_PAYMENTS`].
pub async fn of_contract(db: &impl ConnectionTrait, id: ContractId) -> Result<Vec<Payment>, Error> {
    found(db, Column::ContractId.eq(id.uuid())).await
}

/// Whether a contract has payments that were not taken out.
pub async fn any_stands(db: &impl ConnectionTrait, id: ContractId) -> Result<bool, Error> {
    let row = Entity::find()
        .filter(Column::ContractId.eq(id.uuid()))
        .filter(Column::RemovedAt.is_null())
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// The payments of a plan of this contract, by due date.
pub async fn of_plan(
    db: &impl ConnectionTrait,
    contract: ContractId,
    plan: PaymentId,
) -> Result<Vec<Payment>, Error> {
    let of_contract = Column::ContractId.eq(contract.uuid());
    let of_plan = Condition::all()
        .add(Column::PlanId.eq(plan.uuid()))
        .add(of_contract);
    found(db, of_plan).await
}

/// The rest of a payment of which only a part came.
pub async fn rest_of(
    db: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Option<Payment>, Error> {
    let rests = found(db, Column::RestOfId.eq(payment.uuid())).await?;
    Ok(rests.into_iter().next())
}

/// Minor units of a payment that were given back.
pub async fn returned(db: &impl ConnectionTrait, payment: PaymentId) -> Result<i64, Error> {
    let refunds = found(db, Column::RefundsId.eq(payment.uuid())).await?;
    let returned = refunds.iter().map(Payment::minor);
    Ok(-returned.fold(0_i64, i64::saturating_add))
}

async fn found(
    db: &impl ConnectionTrait,
    condition: impl IntoCondition,
) -> Result<Vec<Payment>, Error> {
    let rows = Entity::find()
        .filter(condition)
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(MAX_PAYMENTS)
        .all(db)
        .await?;
    rows.iter().map(read).collect()
}

fn write(payment: &Payment) -> Model {
    Model {
        id: payment.id.uuid(),
        contract_id: payment.contract.uuid(),
        amount_minor: payment.minor(),
        currency: payment.amount.currency().to_owned(),
        due_at: payment.due_at,
        received_at: payment.received_at(),
        revision: payment.revision,
        plan_id: payment.plan.map(PaymentId::uuid),
        rest_of_id: payment.rest_of.map(PaymentId::uuid),
        refunds_id: payment.refunds.map(PaymentId::uuid),
        reason: payment.reason.clone(),
        removed_at: payment.removed_at(),
    }
}

pub(super) fn read(row: &Model) -> Result<Payment, Error> {
    let sign = if row.refunds_id.is_some() { -1 } else { 1 };
    let amount = Money::try_new(row.amount_minor.saturating_mul(sign), &row.currency);
    let state = match (row.received_at, row.removed_at) {
        (None, None) => State::Expected,
        (Some(at), None) => State::Received { at },
        (None, Some(at)) => State::Removed { at },
        (Some(_), Some(_)) => return Err(corrupt("payment", "received and removed")),
    };
    Ok(Payment {
        id: PaymentId::from_uuid(row.id),
        revision: row.revision,
        contract: ContractId::from_uuid(row.contract_id),
        amount: amount.map_err(|cause| corrupt("payment", cause))?,
        due_at: row.due_at,
        state,
        plan: row.plan_id.map(PaymentId::from_uuid),
        rest_of: row.rest_of_id.map(PaymentId::from_uuid),
        refunds: row.refunds_id.map(PaymentId::from_uuid),
        reason: row.reason.clone(),
    })
}
