//! Rows of how contracts grew.

use database::Error;
use ids::{ContractId, DealId, GrowthId, StaffId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, TryInsertResult};

use super::corrupt;
use super::entity::contract_growth::{Column, Entity, Model};
use crate::domain::contract::{Growth, GrowthKind};
use crate::domain::money::Money;

/// A growth and who recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub growth: Growth,
    pub by: Option<StaffId>,
}

/// Where a page of the list, newest first, goes on.
pub type Cursor = i32;

/// Adds a growth; `false` when there is one with its id.
pub async fn insert(tx: &Tx, recorded: &Recorded) -> Result<bool, Error> {
    let inserted = Entity::insert(write(recorded).into_active_model().reset_all())
        .on_conflict_do_nothing_on([Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

pub async fn get(db: &impl ConnectionTrait, id: GrowthId) -> Result<Option<Recorded>, Error> {
    let row = Entity::find_by_id(id.uuid()).one(db).await?;
    row.as_ref().map(read).transpose()
}

/// A page of how a contract grew, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    contract: ContractId,
    before: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Recorded>, Error> {
    let rows = Entity::find()
        .filter(Column::ContractId.eq(contract.uuid()))
        .filter(sea_orm::Condition::all().add_option(before.map(|it| Column::Version.lt(it))))
        .order_by_desc(Column::Version)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.iter().map(read).collect()
}

/// All that a contract grew by, oldest first.
pub async fn of_contract(db: &impl ConnectionTrait, id: ContractId) -> Result<Vec<Growth>, Error> {
    let rows = Entity::find()
        .filter(Column::ContractId.eq(id.uuid()))
        .order_by_asc(Column::Version)
        .all(db)
        .await?;
    rows.iter().map(|row| Ok(read(row)?.growth)).collect()
}

fn write(recorded: &Recorded) -> Model {
    let growth = &recorded.growth;
    Model {
        id: growth.id.uuid(),
        contract_id: growth.contract.uuid(),
        version: growth.version,
        kind: growth.kind.as_str().to_owned(),
        amount_added_minor: growth.amount_added.minor(),
        currency: growth.amount_added.currency().to_owned(),
        from_at: growth.from,
        ends_at: growth.ends_at,
        value_added_minor: growth.value_added,
        deal_id: growth.deal.map(DealId::uuid),
        grown_at: growth.grown_at,
        recorded_by: recorded.by.map(StaffId::uuid),
    }
}

fn read(row: &Model) -> Result<Recorded, Error> {
    let kind = match row.kind.as_str() {
        "extension" => GrowthKind::Extension,
        "expansion" => GrowthKind::Expansion,
        other => return Err(corrupt("contract_growth", other.to_owned())),
    };
    let added = Money::try_new(row.amount_added_minor, &row.currency);
    let growth = Growth {
        id: GrowthId::from_uuid(row.id),
        contract: ContractId::from_uuid(row.contract_id),
        kind,
        amount_added: added.map_err(|cause| corrupt("contract_growth", cause))?,
        from: row.from_at,
        ends_at: row.ends_at,
        value_added: row.value_added_minor,
        deal: row.deal_id.map(DealId::from_uuid),
        grown_at: row.grown_at,
        version: row.version,
    };
    Ok(Recorded {
        growth,
        by: row.recorded_by.map(StaffId::from_uuid),
    })
}
