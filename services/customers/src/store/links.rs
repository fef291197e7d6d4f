//! Links between leads and persons.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::Error;
use ids::{LeadId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    entity::person_lead,
    rows::{self, Kind, Table, hex, time},
};

const NEW: Table = Table {
    name: "person_lead",
    columns: &[
        ("lead_id", Kind::Id),
        ("person_id", Kind::Id),
        ("linked_at", Kind::Time),
    ],
};

/// A lead of a person.
pub struct Link {
    pub lead: LeadId,
    pub at: DateTime<Utc>,
    pub by: Option<StaffId>,
}

/// A card shows no more links than this.
const MOST: usize = 1_000;

/// The person that a lead is linked to.
pub async fn owner(db: &impl ConnectionTrait, lead: LeadId) -> Result<Option<PersonId>, Error> {
    let row = person_lead::Entity::find_by_id(lead.uuid()).one(db).await?;
    Ok(row.map(|row| PersonId::from_uuid(row.person_id)))
}

/// The persons that these leads are linked to.
pub async fn owners(
    db: &impl ConnectionTrait,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<BTreeMap<LeadId, PersonId>, Error> {
    let leads = leads.into_iter().map(LeadId::uuid);
    let found = person_lead::Entity::find()
        .filter(rows::one_of(db, "lead_id", leads))
        .all(db)
        .await?;
    let owner = |row: person_lead::Model| {
        (
            LeadId::from_uuid(row.lead_id),
            PersonId::from_uuid(row.person_id),
        )
    };
    Ok(found.into_iter().map(owner).collect())
}

/// Writes new links, made by nobody. A lead that is linked already is a unique violation.
pub async fn insert(
    tx: &Tx,
    links: impl IntoIterator<Item = (LeadId, PersonId)>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let now = time(now);
    let rows = links
        .into_iter()
        .map(|(lead, person)| json!([hex(lead.uuid()), hex(person.uuid()), now]));
    NEW.insert(&**tx, rows.collect()).await?;
    Ok(())
}

/// Links a lead; answers with the owner if it is linked already.
pub async fn link(
    tx: &Tx,
    lead: LeadId,
    person: PersonId,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<Option<PersonId>, Error> {
    let row = person_lead::ActiveModel {
        lead_id: Set(lead.uuid()),
        person_id: Set(person.uuid()),
        linked_at: Set(now),
        linked_by: Set(by.map(StaffId::uuid)),
    };
    let inserted = person_lead::Entity::insert(row)
        .on_conflict(
            OnConflict::column(person_lead::Column::LeadId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    if inserted == 1 {
        Ok(None)
    } else {
        let owner = owner(&**tx, lead).await?;
        // Taken away between the two statements: the whole thing is done anew.
        owner.map(Some).ok_or_else(|| Error::conflict("link"))
    }
}

/// Takes a link away; `false` if there was none.
pub async fn unlink(tx: &Tx, lead: LeadId, person: PersonId) -> Result<bool, Error> {
    let deleted = person_lead::Entity::delete_many()
        .filter(person_lead::Column::LeadId.eq(lead.uuid()))
        .filter(person_lead::Column::PersonId.eq(person.uuid()))
        .exec(&**tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// The leads of these persons, oldest link first.
pub async fn leads_of_all(
    db: &impl ConnectionTrait,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, Vec<LeadId>>, Error> {
    let mut leads: BTreeMap<PersonId, Vec<LeadId>> = BTreeMap::new();
    let persons: Vec<Uuid> = persons.into_iter().map(PersonId::uuid).collect();
    if persons.is_empty() {
        return Ok(leads);
    }
    let rows = person_lead::Entity::find()
        .filter(rows::one_of(db, "person_id", persons))
        .order_by_asc(person_lead::Column::LinkedAt)
        .order_by_asc(person_lead::Column::LeadId)
        .all(db)
        .await?;
    for row in rows {
        let of_person = leads.entry(PersonId::from_uuid(row.person_id)).or_default();
        if of_person.len() < MOST {
            of_person.push(LeadId::from_uuid(row.lead_id));
        }
    }
    Ok(leads)
}

/// The leads of a person, oldest link first.
pub async fn leads(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Link>, Error> {
    let rows = person_lead::Entity::find()
        .filter(person_lead::Column::PersonId.eq(person.uuid()))
        .order_by_asc(person_lead::Column::LinkedAt)
        .order_by_asc(person_lead::Column::LeadId)
        .limit(MOST as u64)
        .all(db)
        .await?;
    let link = |row: person_lead::Model| Link {
        lead: LeadId::from_uuid(row.lead_id),
        at: row.linked_at,
        by: row.linked_by.map(StaffId::from_uuid),
    };
    Ok(rows.into_iter().map(link).collect())
}
