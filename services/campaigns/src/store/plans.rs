//! Lines of the marketing plan.

use chrono::{DateTime, Utc};
use database::Error as DatabaseError;
use ids::{CampaignId, PlanId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Cursor, entity::plan, paging};
use crate::{
    domain::plan::{Entry, Plan},
    error::Error,
    refusal::Refusal,
};

/// Which lines are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub campaign: Option<CampaignId>,
    pub channel: String,
    /// Those whose period is not over by then.
    pub from: Option<DateTime<Utc>>,
    /// Those whose period begins before.
    pub to: Option<DateTime<Utc>>,
    pub removed: bool,
}

pub async fn find(db: &impl ConnectionTrait, id: PlanId) -> Result<Option<Plan>, DatabaseError> {
    let row = plan::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.map(from_row))
}

/// The line, or the refusal that it is not known.
pub async fn get(db: &impl ConnectionTrait, id: PlanId) -> Result<Plan, Error> {
    find(db, id)
        .await?
        .ok_or(Error::Refused(Refusal::PlanNotFound(id)))
}

pub async fn insert(tx: &Tx, plan: &Plan) -> Result<(), DatabaseError> {
    plan::Entity::insert(to_row(plan))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, plan: &Plan, seen: i64) -> Result<(), DatabaseError> {
    let mut row = to_row(plan);
    row.id = NotSet;
    let saved = plan::Entity::update_many()
        .set(row)
        .filter(plan::Column::Id.eq(plan.id.uuid()))
        .filter(plan::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(DatabaseError::conflict("plan"));
    }
    Ok(())
}

/// Up to `limit` lines before the cursor, latest start first.
pub async fn list(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    before: Option<&Cursor>,
    limit: u64,
) -> Result<Vec<Plan>, DatabaseError> {
    let campaign = wanted
        .campaign
        .map(|id| plan::Column::CampaignId.eq(id.uuid()));
    let channel = Some(&wanted.channel).filter(|it| !it.is_empty());
    let present = (!wanted.removed).then(|| plan::Column::Removed.eq(false));
    let condition = Condition::all()
        .add_option(campaign)
        .add_option(channel.map(|it| plan::Column::Channel.eq(it)))
        .add_option(wanted.from.map(|from| plan::Column::EndsAt.gt(from)))
        .add_option(wanted.to.map(|to| plan::Column::StartsAt.lt(to)))
        .add_option(present);
    let rows = plan::Entity::find()
        .filter(condition)
        .filter(paging::before(
            plan::Column::StartsAt,
            plan::Column::Id,
            before,
        ))
        .order_by_desc(plan::Column::StartsAt)
        .order_by_desc(plan::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row(row: plan::Model) -> Plan {
    Plan {
        id: PlanId::from_uuid(row.id),
        revision: row.revision,
        entry: Entry {
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            channel: row.channel,
            campaign: row.campaign_id.map(CampaignId::from_uuid),
            target_leads: row.target_leads,
            allowed_cost_per_lead: paging::money(row.allowed_minor, row.allowed_currency),
            bonus: paging::money(row.bonus_minor, row.bonus_currency),
            fixed_percent: row.fixed_percent,
            responsible: row.responsible_id.map(StaffId::from_uuid),
            note: row.note,
        },
        removed: row.removed,
        recorded_at: row.recorded_at,
    }
}

fn to_row(plan: &Plan) -> plan::ActiveModel {
    let entry = &plan.entry;
    let (allowed_minor, allowed_currency) = paging::columns(entry.allowed_cost_per_lead.as_ref());
    let (bonus_minor, bonus_currency) = paging::columns(entry.bonus.as_ref());
    plan::ActiveModel {
        id: Set(plan.id.uuid()),
        revision: Set(plan.revision),
        starts_at: Set(entry.starts_at),
        ends_at: Set(entry.ends_at),
        channel: Set(entry.channel.clone()),
        campaign_id: Set(entry.campaign.map(CampaignId::uuid)),
        target_leads: Set(entry.target_leads),
        allowed_minor: Set(allowed_minor),
        allowed_currency: Set(allowed_currency),
        bonus_minor: Set(bonus_minor),
        bonus_currency: Set(bonus_currency),
        fixed_percent: Set(entry.fixed_percent),
        responsible_id: Set(entry.responsible.map(StaffId::uuid)),
        note: Set(entry.note.clone()),
        removed: Set(plan.removed),
        recorded_at: Set(plan.recorded_at),
    }
}
