//! Figures of channels.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::Error as DatabaseError;
use ids::{CampaignId, FiguresId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Cursor, entity::channel_figures, paging};
use crate::{
    domain::channel::{ChannelFigures, Entry},
    error::Error,
    refusal::Refusal,
};

/// Which figures are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub campaign: Option<CampaignId>,
    pub channel: String,
    /// Those whose first day is not before.
    pub from: Option<DateTime<Utc>>,
    /// Those whose first day is before.
    pub to: Option<DateTime<Utc>>,
    pub removed: bool,
}

/// The figures, or the refusal that they are not known.
pub async fn get(db: &impl ConnectionTrait, id: FiguresId) -> Result<ChannelFigures, Error> {
    known(db, &[id])
        .await?
        .remove(&id)
        .ok_or(Error::Refused(Refusal::FiguresNotFound(id)))
}

/// Those of these ids that are there.
pub async fn known(
    db: &impl ConnectionTrait,
    ids: &[FiguresId],
) -> Result<BTreeMap<FiguresId, ChannelFigures>, DatabaseError> {
    let rows = channel_figures::Entity::find()
        .filter(channel_figures::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (FiguresId::from_uuid(row.id), from_row(row)))
        .collect())
}

pub async fn insert(tx: &Tx, figures: &[ChannelFigures]) -> Result<(), DatabaseError> {
    if !figures.is_empty() {
        channel_figures::Entity::insert_many(figures.iter().map(to_row))
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, figures: &ChannelFigures, seen: i64) -> Result<(), DatabaseError> {
    let mut row = to_row(figures);
    row.id = NotSet;
    let saved = channel_figures::Entity::update_many()
        .set(row)
        .filter(channel_figures::Column::Id.eq(figures.id.uuid()))
        .filter(channel_figures::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(DatabaseError::conflict("figures"));
    }
    Ok(())
}

/// Up to `limit` figures before the cursor, latest first day first.
pub async fn list(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    before: Option<&Cursor>,
    limit: u64,
) -> Result<Vec<ChannelFigures>, DatabaseError> {
    let campaign = wanted
        .campaign
        .map(|id| channel_figures::Column::CampaignId.eq(id.uuid()));
    let channel = Some(&wanted.channel).filter(|it| !it.is_empty());
    let present = (!wanted.removed).then(|| channel_figures::Column::Removed.eq(false));
    let condition = Condition::all()
        .add_option(campaign)
        .add_option(channel.map(|it| channel_figures::Column::Channel.eq(it)))
        .add_option(
            wanted
                .from
                .map(|at| channel_figures::Column::StartsAt.gte(at)),
        )
        .add_option(wanted.to.map(|at| channel_figures::Column::StartsAt.lt(at)))
        .add_option(present);
    let rows = channel_figures::Entity::find()
        .filter(condition)
        .filter(paging::before(
            channel_figures::Column::StartsAt,
            channel_figures::Column::Id,
            before,
        ))
        .order_by_desc(channel_figures::Column::StartsAt)
        .order_by_desc(channel_figures::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row(row: channel_figures::Model) -> ChannelFigures {
    ChannelFigures {
        id: FiguresId::from_uuid(row.id),
        revision: row.revision,
        entry: Entry {
            campaign: row.campaign_id.map(CampaignId::from_uuid),
            channel: row.channel,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            reach: row.reach,
            clicks: row.clicks,
            requests: row.requests,
            cost: paging::money(row.cost_minor, row.cost_currency),
        },
        removed: row.removed,
        recorded_at: row.recorded_at,
    }
}

fn to_row(figures: &ChannelFigures) -> channel_figures::ActiveModel {
    let entry = &figures.entry;
    let (cost_minor, cost_currency) = paging::columns(entry.cost.as_ref());
    channel_figures::ActiveModel {
        id: Set(figures.id.uuid()),
        revision: Set(figures.revision),
        campaign_id: Set(entry.campaign.map(CampaignId::uuid)),
        channel: Set(entry.channel.clone()),
        starts_at: Set(entry.starts_at),
        ends_at: Set(entry.ends_at),
        reach: Set(entry.reach),
        clicks: Set(entry.clicks),
        requests: Set(entry.requests),
        cost_minor: Set(cost_minor),
        cost_currency: Set(cost_currency),
        removed: Set(figures.removed),
        recorded_at: Set(figures.recorded_at),
    }
}
