//! Participants.

use std::collections::{BTreeSet, HashMap};

use super::{Cursor, entity::participant, members, texts};
use crate::{
    domain::participant::{Contact, Participant, Status},
    error::Error,
};
use database::Error as DatabaseError;
use ids::{CampaignId, ParticipantId, PersonId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::ExprTrait as _,
};

/// Rows of one statement; databases limit its values.
const CHUNK: usize = 500;

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

/// Adds participants; answers each with the one that the campaign then has, known ones as they are,
/// and who is new.
pub async fn insert_or_get(
    tx: &Tx,
    campaign: CampaignId,
    participants: Vec<Participant>,
) -> Result<(Vec<Participant>, BTreeSet<ParticipantId>), Error> {
    let key = |participant: &Participant| participant.contact.key().unwrap_or_default();
    // All lists are added in the same order, so that no two wait for each other.
    let mut sorted: Vec<&Participant> = participants.iter().collect();
    sorted.sort_by_cached_key(|participant| key(participant));
    let new = members::insert_new(tx, campaign, &sorted).await?;
    let mut by_id = HashMap::new();
    let mut by_key = HashMap::new();
    for chunk in participants.chunks(CHUNK) {
        let found = participant::Entity::find()
            .filter(participant::Column::CampaignId.eq(campaign.uuid()))
            .filter(
                Condition::any()
                    .add(participant::Column::Id.is_in(chunk.iter().map(|it| it.id.uuid())))
                    .add(participant::Column::ContactKey.is_in(chunk.iter().map(key))),
            )
            .all(&**tx)
            .await
            .map_err(DatabaseError::from)?;
        for row in found {
            let key = row.contact_key.clone();
            let participant = from_row(row);
            by_id.insert(participant.id, participant.clone());
            by_key.insert(key, participant);
        }
    }
    let stored = |participant: Participant| {
        by_id
            .get(&participant.id)
            .or_else(|| by_key.get(&key(&participant)))
            .cloned()
            // Neither was added nor found here: another campaign has the id.
            .ok_or(Error::IdTaken("participant"))
    };
    let all: Result<Vec<Participant>, Error> = participants.into_iter().map(stored).collect();
    Ok((all?, new))
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

/// Up to `limit` participants after the cursor, of any of these persons if there are some, oldest first, and how many match in all.
pub async fn list(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    status: Option<Status>,
    persons: &BTreeSet<PersonId>,
    after: Option<Cursor>,
    limit: u64,
) -> Result<(Vec<Participant>, u64), DatabaseError> {
    let mut condition = Condition::all().add(participant::Column::CampaignId.eq(campaign.uuid()));
    if let Some(status) = status {
        condition = condition.add(participant::Column::Status.eq(status.as_str()));
    }
    if !persons.is_empty() {
        let persons = persons.iter().map(|person| person.uuid());
        condition = condition.add(participant::Column::PersonId.is_in(persons));
    }
    let total = participant::Entity::find()
        .filter(condition.clone())
        .count(db)
        .await?;
    if let Some(after) = after {
        // The first part says nothing that the second does not: it lets an index begin there.
        condition = condition
            .add(participant::Column::AddedAt.gte(after.at))
            .add(
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

pub(super) fn from_row(row: participant::Model) -> Participant {
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
