//! Campaigns.

use database::Error as DatabaseError;
use ids::{CampaignId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::ExprTrait as _,
};

use super::{Cursor, entity::campaign};
use crate::{
    domain::campaign::{Campaign, Card, State},
    error::Error,
};

pub async fn find(
    db: &impl ConnectionTrait,
    id: CampaignId,
) -> Result<Option<Campaign>, DatabaseError> {
    Ok(campaign::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .map(from_row))
}

/// The campaign, or the refusal that it is not known.
pub async fn get(db: &impl ConnectionTrait, id: CampaignId) -> Result<Campaign, Error> {
    find(db, id).await?.ok_or(Error::CampaignNotFound(id))
}

pub async fn insert(tx: &Tx, campaign: &Campaign) -> Result<(), DatabaseError> {
    campaign::Entity::insert(to_row(campaign))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, campaign: &Campaign, seen: i64) -> Result<(), DatabaseError> {
    let mut row = to_row(campaign);
    row.id = NotSet;
    let saved = campaign::Entity::update_many()
        .set(row)
        .filter(campaign::Column::Id.eq(campaign.id.uuid()))
        .filter(campaign::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(DatabaseError::conflict("campaign"));
    }
    Ok(())
}

/// Up to `limit` campaigns before the cursor, newest first, and how many match in all.
pub async fn list(
    db: &impl ConnectionTrait,
    state: Option<State>,
    before: Option<Cursor>,
    limit: u64,
) -> Result<(Vec<Campaign>, u64), DatabaseError> {
    let mut condition = Condition::all();
    if let Some(state) = state {
        condition = condition.add(campaign::Column::State.eq(state.as_str()));
    }
    let total = campaign::Entity::find()
        .filter(condition.clone())
        .count(db)
        .await?;
    if let Some(before) = before {
        // The first part says nothing that the second does not: it lets an index begin there.
        condition = condition
            .add(campaign::Column::CreatedAt.lte(before.at))
            .add(
                Condition::any()
                    .add(campaign::Column::CreatedAt.lt(before.at))
                    .add(
                        campaign::Column::CreatedAt
                            .eq(before.at)
                            .and(campaign::Column::Id.lt(before.id)),
                    ),
            );
    }
    let rows = campaign::Entity::find()
        .filter(condition)
        .order_by_desc(campaign::Column::CreatedAt)
        .order_by_desc(campaign::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok((rows.into_iter().map(from_row).collect(), total))
}

fn from_row(row: campaign::Model) -> Campaign {
    Campaign {
        id: CampaignId::from_uuid(row.id),
        revision: row.revision,
        // The table admits no other text.
        state: State::parse(&row.state).unwrap_or(State::Preparing),
        quick: row.quick,
        card: Card {
            kind: row.kind,
            name: row.name,
            department: row.department,
            place: row.place,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            organiser: row.organiser,
            project: row.project,
            responsible: row.responsible_id.map(StaffId::from_uuid),
            note: row.note,
        },
        created_at: row.created_at,
    }
}

fn to_row(campaign: &Campaign) -> campaign::ActiveModel {
    let card = &campaign.card;
    campaign::ActiveModel {
        id: Set(campaign.id.uuid()),
        revision: Set(campaign.revision),
        kind: Set(card.kind.clone()),
        state: Set(campaign.state.as_str().to_owned()),
        name: Set(card.name.clone()),
        department: Set(card.department.clone()),
        place: Set(card.place.clone()),
        starts_at: Set(card.starts_at),
        ends_at: Set(card.ends_at),
        organiser: Set(card.organiser.clone()),
        project: Set(card.project.clone()),
        responsible_id: Set(card.responsible.map(StaffId::uuid)),
        note: Set(card.note.clone()),
        created_at: Set(campaign.created_at),
        quick: Set(campaign.quick),
    }
}
