//! Rows of the renewals that were opened.

use clock::Timestamp;
use database::Error;
use ids::{ContractId, DealId};
use messaging::Tx;
use sea_orm::IntoActiveModel;
use sea_orm::prelude::*;

use super::entity::renewal::{Column, Entity, Model};

/// Whether a renewal was opened for this end of the contract.
pub async fn exists(tx: &Tx, contract: ContractId, ends_at: Timestamp) -> Result<bool, Error> {
    let row = Entity::find()
        .filter(Column::ContractId.eq(contract.uuid()))
        .filter(Column::EndsAt.eq(ends_at))
        .one(tx.connection())
        .await?;
    Ok(row.is_some())
}

/// Notes that this deal renews the contract from its end. Twice violates the primary key.
pub async fn insert(
    tx: &Tx,
    contract: ContractId,
    ends_at: Timestamp,
    deal: DealId,
) -> Result<(), Error> {
    let row = Model {
        contract_id: contract.uuid(),
        ends_at,
        deal_id: deal.uuid(),
    };
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}
