//! Rows of the terms as they were.

use clock::Timestamp;
use database::Error;
use ids::{ContractId, StaffId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::corrupt;
use super::entity::contract_version::{ActiveModel, Column, Entity, Model};
use crate::domain::contract::Contract;
use crate::domain::money::Money;
use crate::domain::terms::Terms;

/// Versions shown of one contract.
const SHOWN: u64 = 100;

/// A version of the terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub version: i32,
    pub terms: Terms,
    pub made_at: Timestamp,
    pub made_by: Option<StaffId>,
}

/// Keeps the present terms of the contract as its present version.
pub async fn add(
    tx: &Tx,
    contract: &Contract,
    by: Option<StaffId>,
    at: Timestamp,
) -> Result<(), Error> {
    let terms = &contract.terms;
    let version = ActiveModel {
        contract_id: Set(contract.id.uuid()),
        version: Set(contract.version),
        title: Set(terms.title.clone()),
        amount_minor: Set(terms.amount.minor()),
        currency: Set(terms.amount.currency().to_owned()),
        recurring: Set(terms.recurring),
        period_months: Set(terms.period_months.into()),
        starts_at: Set(terms.starts_at),
        ends_at: Set(terms.ends_at),
        renewal_notice_days: Set(terms.renewal_notice_days.into()),
        terms: Set(terms.text.clone()),
        made_at: Set(at),
        made_by: Set(by.map(StaffId::uuid)),
    };
    Entity::insert(version)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// The versions of a contract, newest first.
pub async fn of_contract(db: &impl ConnectionTrait, id: ContractId) -> Result<Vec<Version>, Error> {
    let rows = Entity::find()
        .filter(Column::ContractId.eq(id.uuid()))
        .order_by_desc(Column::Version)
        .limit(SHOWN)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Model) -> Result<Version, Error> {
    let broken = |cause: &dyn std::error::Error| corrupt("contract_version", cause.to_string());
    let amount = Money::try_new(row.amount_minor, &row.currency).map_err(|cause| broken(&cause))?;
    let period_months = row
        .period_months
        .try_into()
        .map_err(|cause| broken(&cause))?;
    let notice = row
        .renewal_notice_days
        .try_into()
        .map_err(|cause| broken(&cause))?;
    Ok(Version {
        version: row.version,
        terms: Terms {
            title: row.title,
            amount,
            recurring: row.recurring,
            period_months,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            renewal_notice_days: notice,
            text: row.terms,
        },
        made_at: row.made_at,
        made_by: row.made_by.map(StaffId::from_uuid),
    })
}
