//! Rows of the stays of a deal in its stages.

use clock::Timestamp;
use database::Error;
use ids::{DealId, StaffId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::corrupt;
use super::entity::stage_visit::{ActiveModel, Column, Entity};
use crate::domain::code::Code;
use crate::domain::deal::Deal;

/// Visits shown of one deal.
const SHOWN: u64 = 500;

/// A stay of a deal in a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub stage: Code,
    pub entered_at: Timestamp,
    pub left_at: Option<Timestamp>,
    pub moved_by: Option<StaffId>,
}

/// The deal, at its present revision, came to its present stage.
pub async fn enter(tx: &Tx, deal: &Deal, by: Option<StaffId>) -> Result<(), Error> {
    let visit = ActiveModel {
        deal_id: Set(deal.id.uuid()),
        revision: Set(deal.revision),
        stage: Set(deal.stage.to_string()),
        entered_at: Set(deal.stage_since),
        left_at: Set(None),
        moved_by: Set(by.map(StaffId::uuid)),
    };
    Entity::insert(visit)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// The deal left the stage where it was.
pub async fn leave(tx: &Tx, deal: DealId, at: Timestamp) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::LeftAt, Expr::value(at))
        .filter(Column::DealId.eq(deal.uuid()))
        .filter(Column::LeftAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// The stays of a deal, in order.
pub async fn of_deal(db: &impl ConnectionTrait, deal: DealId) -> Result<Vec<Visit>, Error> {
    let rows = Entity::find()
        .filter(Column::DealId.eq(deal.uuid()))
        .order_by_asc(Column::Revision)
        .limit(SHOWN)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Visit {
                stage: Code::try_new(&row.stage).map_err(|cause| corrupt("stage_visit", cause))?,
                entered_at: row.entered_at,
                left_at: row.left_at,
                moved_by: row.moved_by.map(StaffId::from_uuid),
            })
        })
        .collect()
}
