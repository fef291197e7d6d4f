//! Responses, and the leads that they became.

use database::Error;
use ids::{ActivityId, CampaignId, LeadId, ParticipantId, ResponseId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::ExprTrait as _,
    sea_query::{Expr, OnConflict},
};

use super::{
    Cursor,
    entity::{response, response_lead},
};
use crate::domain::participant::Response;

pub async fn find(db: &impl ConnectionTrait, id: ResponseId) -> Result<Option<Response>, Error> {
    Ok(response::Entity::find_by_id(id.uuid())
        .one(db)
        .await?
        .map(from_row))
}

/// Adds a response; a lead that was announced before it is linked at once.
pub async fn insert(tx: &Tx, campaign: CampaignId, response: &Response) -> Result<(), Error> {
    let early = response_lead::Entity::find_by_id(response.id.uuid())
        .one(&**tx)
        .await?;
    let row = response::ActiveModel {
        id: Set(response.id.uuid()),
        campaign_id: Set(campaign.uuid()),
        activity_id: Set(response.activity.map(ActivityId::uuid)),
        participant_id: Set(response.participant.uuid()),
        positive: Set(response.positive),
        answer: Set(response.text.clone()),
        lead_id: Set(early.map(|early| early.lead_id)),
        recorded_by: Set(response.recorded_by.map(StaffId::uuid)),
        responded_at: Set(response.responded_at),
    };
    response::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes the lead that a response became or joined, also when the response is not here yet.
pub async fn link(tx: &Tx, id: ResponseId, lead: LeadId) -> Result<(), Error> {
    let early = response_lead::ActiveModel {
        response_id: Set(id.uuid()),
        lead_id: Set(lead.uuid()),
    };
    response_lead::Entity::insert(early)
        .on_conflict(
            OnConflict::column(response_lead::Column::ResponseId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    response::Entity::update_many()
        .col_expr(response::Column::LeadId, Expr::value(lead.uuid()))
        .filter(response::Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Up to `limit` responses before the cursor, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    before: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Response>, Error> {
    let mut condition = Condition::all().add(response::Column::CampaignId.eq(campaign.uuid()));
    if let Some(before) = before {
        condition = condition.add(
            Condition::any()
                .add(response::Column::RespondedAt.lt(before.at))
                .add(
                    response::Column::RespondedAt
                        .eq(before.at)
                        .and(response::Column::Id.lt(before.id)),
                ),
        );
    }
    let rows = response::Entity::find()
        .filter(condition)
        .order_by_desc(response::Column::RespondedAt)
        .order_by_desc(response::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row(row: response::Model) -> Response {
    Response {
        id: ResponseId::from_uuid(row.id),
        activity: row.activity_id.map(ActivityId::from_uuid),
        participant: ParticipantId::from_uuid(row.participant_id),
        positive: row.positive,
        text: row.answer,
        lead: row.lead_id.map(LeadId::from_uuid),
        recorded_by: row.recorded_by.map(StaffId::from_uuid),
        responded_at: row.responded_at,
    }
}
