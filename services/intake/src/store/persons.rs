//! The copy of the client base.

use std::collections::BTreeSet;

use database::Error;
use ids::{PersonId, StaffId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{Kind, Row, Table, hex, ids, query, select_ids};
use crate::domain::contact::PersonName;

const PERSON: Table = Table {
    name: "person",
    columns: &[
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("full_name", Kind::Text),
        ("given_name", Kind::Text),
        ("family_name", Kind::Text),
        ("emails", Kind::Json),
        ("phones", Kind::Json),
        ("organisation", Kind::Text),
        ("locale", Kind::Text),
        ("responsible_id", Kind::Id),
    ],
};

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

/// Takes over what was announced of persons, each named once; answers of whom it was news.
pub async fn record<C: ConnectionTrait>(
    db: &C,
    persons: &[&Person],
) -> Result<BTreeSet<PersonId>, Error> {
    let mut persons = persons.to_vec();
    // In order, so that two writers do not wait for each other crosswise.
    persons.sort_by_key(|person| person.id);
    let set = PERSON.columns.iter().skip(1);
    let set: Vec<String> = set
        .map(|(name, _)| format!("{name} = excluded.{name}"))
        .collect();
    let sql = format!(
        "insert into person ({}) {} where true on conflict (id) do update set {} \
         where person.revision < excluded.revision returning id",
        PERSON.names(),
        PERSON.unpacked(db.get_database_backend()),
        set.join(", ")
    );
    let rows: Vec<Json> = persons.into_iter().map(row).collect();
    let news = query(db, sql, [Json::Array(rows).into()]).await?;
    let id = |row: &Row| Ok(PersonId::from_uuid(row.get("id")?));
    news.iter().map(id).collect()
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
        "select {} from person where id in ({})",
        PERSON.names(),
        select_ids(db.get_database_backend(), 1)
    );
    let rows = query(db, sql, [ids(wanted)]).await?;
    let person = |row: &Row| {
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

fn row(person: &Person) -> Json {
    json!([
        hex(person.id.uuid()),
        person.revision,
        person.name.full,
        person.name.given,
        person.name.family,
        person.emails,
        person.phones,
        person.organisation,
        person.locale,
        person.responsible.map(|staff| hex(staff.uuid())),
    ])
}
