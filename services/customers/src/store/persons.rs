//! Persons.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use database::Error;
use ids::{OrganisationId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value as Json, json};

use super::{
    entity::person,
    links, organisations,
    rows::{self, Kind, Table, hex, time},
    texts,
};
use crate::{
    domain::{
        person::{Details, Person},
        text::tag_keys,
    },
    error::Error as Refusal,
    events,
};

const SAVED: Table = Table {
    name: "person",
    columns: &[
        // The revision that is saved over: no column of the table.
        ("seen", Kind::Int),
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("full_name", Kind::Text),
        ("given_name", Kind::Text),
        ("family_name", Kind::Text),
        ("emails", Kind::Json),
        ("phones", Kind::Json),
        ("organisation_id", Kind::Id),
        ("category", Kind::Text),
        ("tags", Kind::Json),
        ("attributes", Kind::Json),
        ("locale", Kind::Text),
        ("responsible_id", Kind::Id),
        ("client", Kind::Flag),
        ("recorded_at", Kind::Time),
        ("sort_name", Kind::Text),
        ("search", Kind::Text),
        ("tag_keys", Kind::Text),
    ],
};
const NEW: Table = Table {
    columns: SAVED.columns.split_at(1).1,
    ..SAVED
};

pub async fn find(db: &impl ConnectionTrait, id: PersonId) -> Result<Option<Person>, Error> {
    let found = find_all(db, [id]).await?;
    Ok(found.into_iter().next())
}

/// Those of these persons that are known, in order of their ids.
pub async fn find_all(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = PersonId>,
) -> Result<Vec<Person>, Error> {
    let ids: BTreeSet<PersonId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = person::Entity::find()
        .filter(rows::one_of(db, "id", ids.into_iter().map(PersonId::uuid)))
        .order_by_asc(person::Column::Id)
        .all(db)
        .await?;
    let mut persons: Vec<Person> = found.into_iter().map(from_row).collect();
    name_organisations(db, persons.iter_mut()).await?;
    Ok(persons)
}

/// Up to `limit` persons after that one, in order of their ids.
pub async fn after(
    db: &impl ConnectionTrait,
    person: Option<PersonId>,
    limit: u64,
) -> Result<Vec<Person>, Error> {
    let mut found = person::Entity::find();
    if let Some(person) = person {
        found = found.filter(person::Column::Id.gt(person.uuid()));
    }
    let found = found.order_by_asc(person::Column::Id).limit(limit);
    let mut persons: Vec<Person> = found.all(db).await?.into_iter().map(from_row).collect();
    name_organisations(db, persons.iter_mut()).await?;
    Ok(persons)
}

pub async fn count(db: &impl ConnectionTrait) -> Result<i64, Error> {
    let count = person::Entity::find().count(db).await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Gives persons the present names of their organisations.
pub(super) async fn name_organisations<'a>(
    db: &impl ConnectionTrait,
    persons: impl Iterator<Item = &'a mut Person>,
) -> Result<(), Error> {
    let persons: Vec<&mut Person> = persons.collect();
    let wanted = persons.iter().filter_map(|it| it.details.organisation);
    let names = organisations::names(db, wanted).await?;
    for person in persons {
        let name = person.details.organisation.and_then(|id| names.get(&id));
        person.organisation_name = name.cloned().unwrap_or_default();
    }
    Ok(())
}

/// Takes the present name of the organisation, or refuses one that is not known.
pub async fn resolve_organisation(tx: &Tx, person: &mut Person) -> Result<(), Refusal> {
    person.organisation_name = match person.details.organisation {
        None => String::new(),
        Some(id) => {
            let found = organisations::find(&**tx, id).await?;
            found.ok_or(Refusal::OrganisationNotFound(id))?.details.name
        }
    };
    Ok(())
}

/// Writes new persons.
pub async fn insert(tx: &Tx, persons: impl IntoIterator<Item = &Person>) -> Result<(), Error> {
    let rows = persons.into_iter().map(|person| row(None, person));
    NEW.insert(&**tx, rows.collect()).await?;
    Ok(())
}

/// Saves each over the revision that was seen.
pub async fn save(tx: &Tx, persons: impl IntoIterator<Item = (&Person, i64)>) -> Result<(), Error> {
    let rows = persons
        .into_iter()
        .map(|(person, seen)| row(Some(seen), person));
    rows::save_over_seen(tx, &SAVED, rows.collect()).await
}

/// Announces the present state with all links.
pub async fn announce(tx: &Tx, person: &Person, now: DateTime<Utc>) -> Result<(), Error> {
    let leads = links::leads(&**tx, person.id).await?;
    let leads: Vec<_> = leads.into_iter().map(|link| link.lead).collect();
    tx.publish(events::person_recorded(person, &leads, now))
        .await
}

pub(super) fn from_row(row: person::Model) -> Person {
    Person {
        id: PersonId::from_uuid(row.id),
        revision: row.revision,
        details: Details {
            full_name: row.full_name,
            given_name: row.given_name,
            family_name: row.family_name,
            emails: texts(&row.emails),
            phones: texts(&row.phones),
            organisation: row.organisation_id.map(OrganisationId::from_uuid),
            category: row.category,
            tags: texts(&row.tags),
            attributes: serde_json::from_value(row.attributes).unwrap_or_default(),
            locale: row.locale,
            responsible: row.responsible_id.map(StaffId::from_uuid),
        },
        organisation_name: String::new(),
        client: row.client,
        recorded_at: row.recorded_at,
    }
}

/// Values of [`NEW`], or of [`SAVED`] where a revision was seen.
fn row(seen: Option<i64>, person: &Person) -> Json {
    let details = &person.details;
    let columns = [
        json!(hex(person.id.uuid())),
        json!(person.revision),
        json!(details.full_name),
        json!(details.given_name),
        json!(details.family_name),
        json!(details.emails),
        json!(details.phones),
        json!(details.organisation.map(|it| hex(it.uuid()))),
        json!(details.category),
        json!(details.tags),
        json!(details.attributes),
        json!(details.locale),
        json!(details.responsible.map(|staff| hex(staff.uuid()))),
        json!(person.client),
        json!(time(person.recorded_at)),
        json!(person.sort_name()),
        json!(person.search()),
        json!(tag_keys(&details.tags)),
    ];
    seen.map(Json::from).into_iter().chain(columns).collect()
}
