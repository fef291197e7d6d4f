//! Rows of what happened to contracts.

use clock::Timestamp;
use database::Error;
use ids::{ContractId, StaffId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::entity::contract_history::{ActiveModel, Column, Entity};
use crate::domain::contract::Contract;

/// Lines shown of one contract.
const SHOWN: u64 = 500;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Drafted,
    Changed,
    Sent,
    Signed,
    Activated,
    Ended,
    RenewalDue,
    Payment,
    Grown,
    Explained,
}

/// A line of a contract's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: String,
    pub version: i32,
    pub at: Timestamp,
    pub by: Option<StaffId>,
}

/// What brought the contract to its present revision: one line, except where it followed the client base.
pub async fn add(
    tx: &Tx,
    contract: &Contract,
    kind: Kind,
    by: Option<StaffId>,
    at: Timestamp,
) -> Result<(), Error> {
    let line = ActiveModel {
        contract_id: Set(contract.id.uuid()),
        revision: Set(contract.revision),
        kind: Set(kind.as_str().to_owned()),
        version: Set(contract.version),
        made_at: Set(at),
        made_by: Set(by.map(StaffId::uuid)),
    };
    Entity::insert(line)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// The history of a contract, newest first.
pub async fn of_contract(db: &impl ConnectionTrait, id: ContractId) -> Result<Vec<Line>, Error> {
    let rows = Entity::find()
        .filter(Column::ContractId.eq(id.uuid()))
        .order_by_desc(Column::Revision)
        .limit(SHOWN)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            kind: row.kind,
            version: row.version,
            at: row.made_at,
            by: row.made_by.map(StaffId::from_uuid),
        })
        .collect())
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Changed => "changed",
            Self::Sent => "sent",
            Self::Signed => "signed",
            Self::Activated => "activated",
            Self::Ended => "ended",
            Self::RenewalDue => "renewal_due",
            Self::Payment => "payment",
            Self::Grown => "grown",
            Self::Explained => "explained",
        }
    }
}
