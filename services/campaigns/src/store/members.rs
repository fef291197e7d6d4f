//! Participants, many at once.

use std::collections::{BTreeMap, BTreeSet};

use database::{
    Error,
    rows::{self, Kind, Table, among, hex, one_of, time},
};
use ids::{CampaignId, LeadId, ParticipantId, PersonId};
use messaging::Tx;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult as _, QueryFilter,
    QueryResult, Statement, Value,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Cursor, entity::participant, participants::from_row};
use crate::domain::{
    participant::{Participant, Status},
    people::{Answered, Filter},
};

const PARTICIPANT: Table = Table {
    name: "participant",
    columns: &[
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("campaign_id", Kind::Id),
        ("status", Kind::Text),
        ("full_name", Kind::Text),
        ("given_name", Kind::Text),
        ("family_name", Kind::Text),
        ("organisation", Kind::Text),
        ("emails", Kind::Json),
        ("phones", Kind::Json),
        ("locale", Kind::Text),
        ("person_id", Kind::Id),
        ("added_at", Kind::Time),
        ("contact_key", Kind::Text),
    ],
};

/// What of a participant changes.
const CHANGE: Table = Table {
    name: "participant",
    columns: &[
        ("id", Kind::Id),
        ("seen", Kind::Int),
        ("revision", Kind::Int),
        ("status", Kind::Text),
        ("person_id", Kind::Id),
    ],
};

/// Adds those who are not there yet, in this order; answers who they are.
pub(super) async fn insert_new(
    tx: &Tx,
    campaign: CampaignId,
    participants: &[&Participant],
) -> Result<BTreeSet<ParticipantId>, Error> {
    let sql = format!(
        "insert into participant ({}) {} where true on conflict do nothing returning id",
        PARTICIPANT.names(),
        PARTICIPANT.unpacked(tx.get_database_backend())
    );
    let rows = participants.iter().map(|it| to_row(campaign, it));
    let inserted = query(&**tx, sql, [Json::Array(rows.collect()).into()]).await?;
    let id = |row: &QueryResult| Ok(ParticipantId::from_uuid(row.try_get("", "id")?));
    inserted.iter().map(id).collect()
}

/// Saves changed participants, each over the revision before.
pub async fn save_all(tx: &Tx, changed: &[&Participant]) -> Result<(), Error> {
    if changed.is_empty() {
        return Ok(());
    }
    let row = |it: &&Participant| {
        json!([
            hex(it.id.uuid()),
            it.revision - 1,
            it.revision,
            it.status.as_str(),
            it.person.map(|person| hex(person.uuid())),
        ])
    };
    let sql = format!(
        "update participant set revision = v.revision, status = v.status, person_id = v.person_id \
         from ({}) as v where participant.id = v.id and participant.revision = v.seen",
        CHANGE.unpacked(tx.get_database_backend())
    );
    let rows = Json::Array(changed.iter().map(row).collect());
    let saved = rows::execute(&**tx, sql, [rows.into()]).await?;
    if saved == u64::try_from(changed.len()).unwrap_or(u64::MAX) {
        Ok(())
    } else {
        Err(Error::conflict("participant"))
    }
}

/// Participants who are nobody of the client base so far, and whose response became one of these
/// leads, with their campaign and the lead.
pub async fn strangers_of(
    db: &impl ConnectionTrait,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<Vec<(CampaignId, LeadId, Participant)>, Error> {
    let wanted: BTreeSet<LeadId> = leads.into_iter().collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select participant.*, response_lead.lead_id from response_lead \
         join response on response.id = response_lead.response_id \
         join participant on participant.id = response.participant_id \
         where {} and participant.person_id is null order by participant.id",
        one_of(db.get_database_backend(), "response_lead.lead_id", "$1")
    );
    let found = query(db, sql, [rows::ids(wanted.iter().map(|lead| lead.uuid()))]).await?;
    let stranger = |row: &QueryResult| {
        let lead: Uuid = row.try_get("", "lead_id")?;
        let row = participant::Model::from_query_result(row, "")?;
        let campaign = CampaignId::from_uuid(row.campaign_id);
        Ok((campaign, LeadId::from_uuid(lead), from_row(row)))
    };
    found.iter().map(stranger).collect()
}

/// Participants of a campaign by their ids; those of others are left out.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    ids: &BTreeSet<ParticipantId>,
) -> Result<BTreeMap<ParticipantId, Participant>, Error> {
    let mut found = BTreeMap::new();
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    for chunk in ids.chunks(500) {
        let rows = participant::Entity::find()
            .filter(participant::Column::Id.is_in(chunk.iter().copied()))
            .filter(participant::Column::CampaignId.eq(campaign.uuid()))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(from_row).map(|it| (it.id, it)));
    }
    Ok(found)
}

/// Which of these persons take part.
pub async fn persons_in(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    persons: &BTreeSet<PersonId>,
) -> Result<BTreeSet<PersonId>, Error> {
    if persons.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = format!(
        "select person_id from participant where campaign_id = $2 and {}",
        one_of(db.get_database_backend(), "person_id", "$1")
    );
    let wanted = rows::ids(persons.iter().map(|person| person.uuid()));
    let found = query(db, sql, [wanted, campaign.uuid().into()]).await?;
    let person = |row: &QueryResult| Ok(PersonId::from_uuid(row.try_get("", "person_id")?));
    found.iter().map(person).collect()
}

/// Participants of a campaign by the keys of their contacts.
pub async fn by_keys(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    keys: &[String],
) -> Result<BTreeMap<String, ParticipantId>, Error> {
    let wanted: BTreeSet<String> = keys.iter().cloned().collect();
    let (among, wanted) = texts(db.get_database_backend(), "contact_key", &wanted);
    let sql = format!("select contact_key, id from participant where campaign_id = $2 and {among}");
    let found = query(db, sql, [wanted, campaign.uuid().into()]).await?;
    let pair = |row: &QueryResult| {
        let id = ParticipantId::from_uuid(row.try_get("", "id")?);
        Ok((row.try_get("", "contact_key")?, id))
    };
    found.iter().map(pair).collect()
}

/// Up to `limit` participants after the cursor that a filter takes, oldest first; of those that do not
/// have the status `other_than`.
pub async fn chunk(
    db: &impl ConnectionTrait,
    campaign: CampaignId,
    filter: &Filter,
    other_than: Option<Status>,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Vec<Participant>, Error> {
    let mut values: Vec<Value> = vec![campaign.uuid().into()];
    let mut conditions = vec!["campaign_id = $1".to_owned()];
    if !filter.statuses.is_empty() {
        // Words of our own: nothing to be quoted.
        let wanted = filter
            .statuses
            .iter()
            .map(|it| format!("'{}'", it.as_str()));
        let wanted: Vec<String> = wanted.collect();
        conditions.push(format!("status in ({})", wanted.join(", ")));
    }
    if let Some(status) = other_than {
        conditions.push(format!("status <> '{}'", status.as_str()));
    }
    let response = "exists (select 1 from response where response.participant_id = participant.id";
    conditions.extend(filter.answered.map(|answered| match answered {
        Answered::Positive => format!("{response} and positive)"),
        Answered::Negative => format!("{response} and not positive)"),
        Answered::Not => format!("not {response})"),
    }));
    if let Some(after) = after {
        values.extend([after.at.into(), after.id.into()]);
        conditions.push("(added_at, id) > ($2, $3)".to_owned());
    }
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let sql = format!(
        "select * from participant where {} order by added_at, id limit ${}",
        conditions.join(" and "),
        values.len()
    );
    let found = query(db, sql, values).await?;
    let participant =
        |row: &QueryResult| Ok(from_row(participant::Model::from_query_result(row, "")?));
    found.iter().map(participant).collect()
}

fn to_row(campaign: CampaignId, participant: &Participant) -> Json {
    let contact = &participant.contact;
    json!([
        hex(participant.id.uuid()),
        participant.revision,
        hex(campaign.uuid()),
        participant.status.as_str(),
        contact.full_name,
        contact.given_name,
        contact.family_name,
        contact.organisation,
        contact.emails,
        contact.phones,
        contact.locale,
        participant.person.map(PersonId::uuid).map(hex),
        time(participant.added_at),
        contact.key().unwrap_or_default(),
    ])
}

pub(super) async fn query(
    db: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_all_raw(statement).await?)
}

/// Whether the text `column` is one of these, and these as the one bound value `$1`.
pub(super) fn texts(
    backend: DbBackend,
    column: &str,
    wanted: &BTreeSet<String>,
) -> (String, Value) {
    let list = match backend {
        DbBackend::Sqlite => "select value from json_each($1)",
        _ => "select value from jsonb_array_elements_text($1) as value",
    };
    let texts = wanted.iter().cloned().collect::<Json>();
    (among(backend, column, list), texts.into())
}
