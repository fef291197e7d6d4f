//! Responses, and the leads that they became.

use std::collections::BTreeMap;

use database::{
    Error,
    rows::{Kind, Table, hex},
};
use ids::{ActivityId, CampaignId, LeadId, ParticipantId, ResponseId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::ExprTrait as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Cursor,
    entity::{response, response_lead},
};
use crate::domain::participant::Response;

const LEADS: Table = Table {
    name: "response_lead",
    columns: &[("response_id", Kind::Id), ("lead_id", Kind::Id)],
};

pub async fn find(db: &impl ConnectionTrait, id: ResponseId) -> Result<Option<Response>, Error> {
    let row = response::Entity::find_by_id(id.uuid()).one(db).await?;
    let found = with_leads(db, Vec::from_iter(row)).await?;
    Ok(found.into_iter().next())
}

pub async fn insert(tx: &Tx, campaign: CampaignId, response: &Response) -> Result<(), Error> {
    let row = response::ActiveModel {
        id: Set(response.id.uuid()),
        campaign_id: Set(campaign.uuid()),
        activity_id: Set(response.activity.map(ActivityId::uuid)),
        participant_id: Set(response.participant.uuid()),
        positive: Set(response.positive),
        answer: Set(response.text.clone()),
        recorded_by: Set(response.recorded_by.map(StaffId::uuid)),
        responded_at: Set(response.responded_at),
    };
    response::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes the leads that responses became or joined, also when a response is not here yet. The
/// first that is told stays.
pub async fn link(tx: &Tx, leads: &BTreeMap<ResponseId, LeadId>) -> Result<(), Error> {
    let rows = leads
        .iter()
        .map(|(response, lead)| json!([hex(response.uuid()), hex(lead.uuid())]));
    LEADS.insert_new(&**tx, rows.collect()).await?;
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
        // The first part says nothing that the second does not: it lets an index begin there.
        condition = condition
            .add(response::Column::RespondedAt.lte(before.at))
            .add(
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
    with_leads(db, rows).await
}

async fn with_leads(
    db: &impl ConnectionTrait,
    rows: Vec<response::Model>,
) -> Result<Vec<Response>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let links = response_lead::Entity::find()
        .filter(response_lead::Column::ResponseId.is_in(rows.iter().map(|row| row.id)))
        .all(db)
        .await?;
    let leads: BTreeMap<Uuid, Uuid> = links
        .into_iter()
        .map(|link| (link.response_id, link.lead_id))
        .collect();
    let response = |row: response::Model| {
        let lead = leads.get(&row.id).copied();
        from_row(row, lead)
    };
    Ok(rows.into_iter().map(response).collect())
}

fn from_row(row: response::Model, lead: Option<Uuid>) -> Response {
    Response {
        id: ResponseId::from_uuid(row.id),
        activity: row.activity_id.map(ActivityId::from_uuid),
        participant: ParticipantId::from_uuid(row.participant_id),
        positive: row.positive,
        text: row.answer,
        lead: lead.map(LeadId::from_uuid),
        recorded_by: row.recorded_by.map(StaffId::from_uuid),
        responded_at: row.responded_at,
    }
}
