//! Participants.

use database::Error as DatabaseError;
use ids::{CampaignId, ParticipantId, PersonId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::ExprTrait as _, sea_query::OnConflict,
};
use serde_json::json;

use super::{Cursor, entity::participant, texts};
use crate::{
    domain::participant::{Contact, Participant, Status},
    error::Error,
};

/// The participant, or the refusal that the campaign has no such one.
pub async fn get(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    id: ParticipantId,
) -> Result<Participant, Error> {
    let row = participant::Entity::find_by_id(id.uuid())
        .filter(participant::Column::CampaignId.eq(campaign.uuid()))
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    row.map(from_row).ok_or(Error::ParticipantNotFound(id))
}

/// Adds a participant, or returns the one that the campaign has with this contact.
pub async fn insert_or_get(
    tx: &Tx,
    campaign: CampaignId,
    participant: Participant,
) -> Result<Participant, DatabaseError> {
    let row = to_row(campaign, &participant);
    let key = participant.contact.key().unwrap_or_default();
    let inserted = participant::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    if inserted == 1 {
        return Ok(participant);
    }
    let known = participant::Entity::find()
        .filter(participant::Column::CampaignId.eq(campaign.uuid()))
        .filter(
            Condition::any()
                .add(participant::Column::Id.eq(participant.id.uuid()))
                .add(participant::Column::ContactKey.eq(key)),
        )
        .one(&**tx)
        .await?;
    known
        .map(from_row)
        .ok_or_else(|| DatabaseError::conflict("participant"))
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, participant: &Participant, seen: i64) -> Result<(), DatabaseError> {
    let row = participant::ActiveModel {
        revision: Set(participant.revision),
        status: Set(participant.status.as_str().to_owned()),
        person_id: Set(participant.person.map(PersonId::uuid)),
        ..<participant::ActiveModel as sea_orm::ActiveModelTrait>::default()
    };
    let saved = participant::Entity::update_many()
        .set(row)
        .filter(participant::Column::Id.eq(participant.id.uuid()))
        .filter(participant::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(DatabaseError::conflict("participant"));
    }
    Ok(())
}

/// Up to `limit` participants after the cursor, oldest first, and how many match in all.
pub async fn list(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    status: Option<Status>,
    after: Option<Cursor>,
    limit: u64,
) -> Result<(Vec<Participant>, u64), DatabaseError> {
    let mut condition = Condition::all().add(participant::Column::CampaignId.eq(campaign.uuid()));
    if let Some(status) = status {
        condition = condition.add(participant::Column::Status.eq(status.as_str()));
    }
    let total = participant::Entity::find()
        .filter(condition.clone())
        .count(db)
        .await?;
    if let Some(after) = after {
        condition = condition.add(
            Condition::any()
                .add(participant::Column::AddedAt.gt(after.at))
                .add(
                    participant::Column::AddedAt
                        .eq(after.at)
                        .and(participant::Column::Id.gt(after.id)),
                ),
        );
    }
    let rows = participant::Entity::find()
        .filter(condition)
        .order_by_asc(participant::Column::AddedAt)
        .order_by_asc(participant::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok((rows.into_iter().map(from_row).collect(), total))
}

fn from_row(row: participant::Model) -> Participant {
    Participant {
        id: ParticipantId::from_uuid(row.id),
        revision: row.revision,
        // The table admits no other text.
        status: Status::parse(&row.status).unwrap_or(Status::Undefined),
        contact: Contact {
            full_name: row.full_name,
            given_name: row.given_name,
            family_name: row.family_name,
            organisation: row.organisation,
            emails: texts(&row.emails),
            phones: texts(&row.phones),
            locale: row.locale,
        },
        person: row.person_id.map(PersonId::from_uuid),
        added_at: row.added_at,
    }
}

fn to_row(campaign: CampaignId, participant: &Participant) -> participant::ActiveModel {
    let contact = &participant.contact;
    participant::ActiveModel {
        id: Set(participant.id.uuid()),
        revision: Set(participant.revision),
        campaign_id: Set(campaign.uuid()),
        status: Set(participant.status.as_str().to_owned()),
        full_name: Set(contact.full_name.clone()),
        given_name: Set(contact.given_name.clone()),
        family_name: Set(contact.family_name.clone()),
        organisation: Set(contact.organisation.clone()),
        emails: Set(json!(contact.emails)),
        phones: Set(json!(contact.phones)),
        locale: Set(contact.locale.clone()),
        person_id: Set(participant.person.map(PersonId::uuid)),
        added_at: Set(participant.added_at),
        contact_key: Set(contact.key().unwrap_or_default()),
    }
}
