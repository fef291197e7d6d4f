//! Rows of the work on deals.

use database::Error;
use ids::{DealActivityId, DealId, StaffId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, TryInsertResult};

use super::corrupt;
use super::entity::activity::{Column, Entity, Model};
use crate::domain::activity::{Activity, Completion, Kind};
use crate::domain::code::Code;

/// Activities shown of one deal.
const SHOWN: u64 = 500;

/// Adds an activity; `false` when there is one with its id.
pub async fn insert(tx: &Tx, activity: &Activity) -> Result<bool, Error> {
    let inserted = Entity::insert(write(activity).into_active_model().reset_all())
        .on_conflict_do_nothing_on([Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Saves that an activity is done, unless somebody else did so first.
pub async fn save_completion(
    tx: &Tx,
    activity: &Activity,
    completion: &Completion,
) -> Result<(), Error> {
    let saved = Entity::update_many()
        .col_expr(Column::CompletedAt, Expr::value(completion.at))
        .col_expr(Column::Result, Expr::value(completion.result.as_str()))
        .filter(Column::Id.eq(activity.id.uuid()))
        .filter(Column::CompletedAt.is_null())
        .exec(tx.connection())
        .await?;
    if saved.rows_affected == 0 {
        return Err(Error::conflict("activity"));
    }
    Ok(())
}

/// An activity of this deal.
pub async fn get(
    db: &impl ConnectionTrait,
    deal: DealId,
    id: DealActivityId,
) -> Result<Option<Activity>, Error> {
    let row = Entity::find_by_id(id.uuid())
        .filter(Column::DealId.eq(deal.uuid()))
        .one(db)
        .await?;
    row.map(read).transpose()
}

/// The work on a deal: open first, then newest first.
pub async fn of_deal(db: &impl ConnectionTrait, deal: DealId) -> Result<Vec<Activity>, Error> {
    let rows = Entity::find()
        .filter(Column::DealId.eq(deal.uuid()))
        .order_by_desc(Column::CompletedAt.is_null())
        .order_by_desc(Column::PlannedAt)
        .order_by_desc(Column::Id)
        .limit(SHOWN)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The kinds of work completed on a deal.
pub async fn done(db: &impl ConnectionTrait, deal: DealId) -> Result<Vec<Kind>, Error> {
    let kinds: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Kind)
        .distinct()
        .filter(Column::DealId.eq(deal.uuid()))
        .filter(Column::CompletedAt.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    kinds
        .iter()
        .map(|kind| kind.parse().map_err(|cause| corrupt("activity", cause)))
        .collect()
}

fn write(activity: &Activity) -> Model {
    let completion = activity.completion.as_ref();
    Model {
        id: activity.id.uuid(),
        deal_id: activity.deal.uuid(),
        kind: activity.kind.to_string(),
        note: activity.note.clone(),
        due_at: activity.due_at,
        move_to: activity.move_to.as_ref().map(ToString::to_string),
        responsible_id: activity.responsible.map(StaffId::uuid),
        planned_at: activity.planned_at,
        completed_at: completion.map(|done| done.at),
        result: completion.map(|done| done.result.clone()),
    }
}

fn read(row: Model) -> Result<Activity, Error> {
    let move_to = row.move_to.as_deref().map(Code::try_new).transpose();
    let completion = row.completed_at.zip(row.result);
    Ok(Activity {
        id: DealActivityId::from_uuid(row.id),
        deal: DealId::from_uuid(row.deal_id),
        kind: row
            .kind
            .parse()
            .map_err(|cause| corrupt("activity", cause))?,
        note: row.note,
        due_at: row.due_at,
        move_to: move_to.map_err(|cause| corrupt("activity", cause))?,
        responsible: row.responsible_id.map(StaffId::from_uuid),
        planned_at: row.planned_at,
        completion: completion.map(|(at, result)| Completion { at, result }),
    })
}
