//! Steps of campaigns.

use database::Error;
use ids::{ActivityId, CampaignId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::entity::activity;
use crate::domain::campaign::Activity;

/// A card shows no more activities than this.
const MOST: u64 = 500;

pub async fn find(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    id: ActivityId,
) -> Result<Option<Activity>, Error> {
    let row = activity::Entity::find_by_id(id.uuid())
        .filter(activity::Column::CampaignId.eq(campaign.uuid()))
        .one(db)
        .await?;
    Ok(row.map(from_row))
}

/// The activity of this id and the campaign that it is part of.
pub async fn find_anywhere(
    db: &impl ConnectionTrait,
    id: ActivityId,
) -> Result<Option<(CampaignId, Activity)>, Error> {
    let row = activity::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.map(|row| (CampaignId::from_uuid(row.campaign_id), from_row(row))))
}

pub async fn insert(tx: &Tx, campaign: CampaignId, activity: &Activity) -> Result<(), Error> {
    activity::Entity::insert(to_row(campaign, activity))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(
    tx: &Tx,
    campaign: CampaignId,
    activity: &Activity,
    seen: i64,
) -> Result<(), Error> {
    let mut row = to_row(campaign, activity);
    row.id = NotSet;
    let saved = activity::Entity::update_many()
        .set(row)
        .filter(activity::Column::Id.eq(activity.id.uuid()))
        .filter(activity::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(Error::conflict("activity"));
    }
    Ok(())
}

/// In the order of their start, those without one last.
pub async fn of(db: &impl ConnectionTrait, campaign: CampaignId) -> Result<Vec<Activity>, Error> {
    let rows = activity::Entity::find()
        .filter(activity::Column::CampaignId.eq(campaign.uuid()))
        .order_by_asc(activity::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    let mut activities: Vec<Activity> = rows.into_iter().map(from_row).collect();
    activities.sort_by_key(|activity| (activity.starts_at.is_none(), activity.starts_at));
    Ok(activities)
}

fn from_row(row: activity::Model) -> Activity {
    Activity {
        id: ActivityId::from_uuid(row.id),
        revision: row.revision,
        kind: row.kind,
        name: row.name,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        result: row.result,
    }
}

fn to_row(campaign: CampaignId, activity: &Activity) -> activity::ActiveModel {
    activity::ActiveModel {
        id: Set(activity.id.uuid()),
        campaign_id: Set(campaign.uuid()),
        kind: Set(activity.kind.clone()),
        name: Set(activity.name.clone()),
        starts_at: Set(activity.starts_at),
        ends_at: Set(activity.ends_at),
        result: Set(activity.result.clone()),
        revision: Set(activity.revision),
    }
}
