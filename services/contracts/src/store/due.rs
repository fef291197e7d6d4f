//! Contracts for which it is time.

use clock::Timestamp;
use database::Error;
use ids::ContractId;
use sea_orm::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::entity::contract::{Column, Entity};

/// Signed ones whose first day has come.
pub async fn to_activate(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ContractId>, Error> {
    due(db, Some("signed"), Column::StartsAt, now, limit).await
}

/// Those in force whose renewal is to be announced.
pub async fn to_renew(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ContractId>, Error> {
    due(db, None, Column::RenewalAt, now, limit).await
}

/// Those in force whose last day has come.
pub async fn to_expire(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ContractId>, Error> {
    due(db, Some("active"), Column::EndsAt, now, limit).await
}

/// Those that were never announced as a whole.
pub async fn to_record(db: &impl ConnectionTrait, limit: u32) -> Result<Vec<ContractId>, Error> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Recorded.eq(false))
        .order_by_asc(Column::DraftedAt)
        .limit(u64::from(limit))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ContractId::from_uuid).collect())
}

async fn due(
    db: &impl ConnectionTrait,
    state: Option<&str>,
    at: Column,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ContractId>, Error> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(at.lte(now))
        .filter(sea_orm::Condition::all().add_option(state.map(|state| Column::State.eq(state))))
        .order_by_asc(at)
        .limit(u64::from(limit))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ContractId::from_uuid).collect())
}
