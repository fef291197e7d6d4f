//! Persons.

use chrono::{DateTime, Utc};
use database::Error;
use ids::{OrganisationId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{entity::person, links, organisations, texts};
use crate::{
    domain::{
        person::{Details, Person},
        text::tag_keys,
    },
    error::Error as Refusal,
    events,
};

pub async fn find(db: &impl ConnectionTrait, id: PersonId) -> Result<Option<Person>, Error> {
    let Some(row) = person::Entity::find_by_id(id.uuid()).one(db).await? else {
        return Ok(None);
    };
    let mut found = from_row(row);
    if let Some(organisation) = found.details.organisation
        && let Some(organisation) = organisations::find(db, organisation).await?
    {
        found.organisation_name = organisation.details.name;
    }
    Ok(Some(found))
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

pub async fn insert(tx: &Tx, person: &Person) -> Result<(), Error> {
    person::Entity::insert(to_row(person))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Saves over the revision `seen`.
pub async fn save(tx: &Tx, person: &Person, seen: i64) -> Result<(), Error> {
    let mut row = to_row(person);
    row.id = sea_orm::ActiveValue::NotSet;
    let saved = person::Entity::update_many()
        .set(row)
        .filter(person::Column::Id.eq(person.id.uuid()))
        .filter(person::Column::Revision.eq(seen))
        .exec(&**tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(Error::conflict("person"));
    }
    Ok(())
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

fn to_row(person: &Person) -> person::ActiveModel {
    let details = &person.details;
    person::ActiveModel {
        id: Set(person.id.uuid()),
        revision: Set(person.revision),
        full_name: Set(details.full_name.clone()),
        given_name: Set(details.given_name.clone()),
        family_name: Set(details.family_name.clone()),
        emails: Set(json!(details.emails)),
        phones: Set(json!(details.phones)),
        organisation_id: Set(details.organisation.map(OrganisationId::uuid)),
        category: Set(details.category.clone()),
        tags: Set(json!(details.tags)),
        attributes: Set(json!(details.attributes)),
        locale: Set(details.locale.clone()),
        responsible_id: Set(details.responsible.map(StaffId::uuid)),
        client: Set(person.client),
        recorded_at: Set(person.recorded_at),
        sort_name: Set(person.sort_name()),
        search: Set(person.search()),
        tag_keys: Set(tag_keys(&details.tags)),
    }
}
