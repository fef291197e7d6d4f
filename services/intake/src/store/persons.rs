//! The copy of the client base.

use database::Error;
use ids::{PersonId, StaffId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::rows::{execute, ids, query, select_ids};
use crate::domain::contact::PersonName;

/// A person of the client base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub revision: i64,
    pub name: PersonName,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    pub organisation: String,
    pub locale: String,
    pub responsible: Option<StaffId>,
}

/// Takes over what was announced; answers whether it was news.
pub async fn record<C: ConnectionTrait>(db: &C, person: &Person) -> Result<bool, Error> {
    let sql = "insert into person (id, revision, full_name, given_name, family_name, emails, phones, \
               organisation, locale, responsible_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
               on conflict (id) do update set revision = excluded.revision, \
               full_name = excluded.full_name, given_name = excluded.given_name, \
               family_name = excluded.family_name, emails = excluded.emails, \
               phones = excluded.phones, organisation = excluded.organisation, \
               locale = excluded.locale, responsible_id = excluded.responsible_id \
               where person.revision < excluded.revision";
    let values = [
        person.id.uuid().into(),
        person.revision.into(),
        person.name.full.clone().into(),
        person.name.given.clone().into(),
        person.name.family.clone().into(),
        json!(person.emails).into(),
        json!(person.phones).into(),
        person.organisation.clone().into(),
        person.locale.clone().into(),
        person.responsible.map(StaffId::uuid).into(),
    ];
    Ok(execute(db, sql, values).await? > 0)
}

/// Persons by their ids.
pub async fn load<C: ConnectionTrait>(
    db: &C,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<Vec<Person>, Error> {
    let wanted: Vec<Uuid> = persons.into_iter().map(PersonId::uuid).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select id, revision, full_name, given_name, family_name, emails, phones, organisation, \
         locale, responsible_id from person where id in ({})",
        select_ids(db.get_database_backend(), 1)
    );
    let rows = query(db, sql, [ids(wanted)]).await?;
    let person = |row: &super::rows::Row| {
        let responsible: Option<Uuid> = row.get("responsible_id")?;
        Ok(Person {
            id: PersonId::from_uuid(row.get("id")?),
            revision: row.get("revision")?,
            name: PersonName {
                full: row.get("full_name")?,
                given: row.get("given_name")?,
                family: row.get("family_name")?,
            },
            emails: row.json("emails")?,
            phones: row.json("phones")?,
            organisation: row.get("organisation")?,
            locale: row.get("locale")?,
            responsible: responsible.map(StaffId::from_uuid),
        })
    };
    rows.iter().map(person).collect()
}
