//! The copy of the client base.

use database::{
    Error,
    rows::{self, one_of},
};
use ids::{IdentityId, PersonId, StaffId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{Kind, Row, Table, execute, hex, query};
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
        ("identity_id", Kind::Id),
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
    pub identity: IdentityId,
}

/// Writes persons, each named once, as they were announced. The identity of one who is known stays.
pub async fn record<C: ConnectionTrait>(db: &C, persons: &[&Person]) -> Result<(), Error> {
    let mut persons = persons.to_vec();
    // In order, so that two writers do not wait for each other crosswise.
    persons.sort_by_key(|person| person.id);
    let set = PERSON.columns.iter().skip(1);
    let set: Vec<String> = set
        .filter(|(name, _)| *name != "identity_id")
        .map(|(name, _)| format!("{name} = excluded.{name}"))
        .collect();
    let sql = format!(
        "insert into person ({}) {} where true on conflict (id) do update set {} \
         where person.revision < excluded.revision",
        PERSON.names(),
        PERSON.unpacked(db.get_database_backend()),
        set.join(", ")
    );
    let wanted = u64::try_from(persons.len()).unwrap_or(u64::MAX);
    let rows: Vec<Json> = persons.into_iter().map(row).collect();
    if execute(db, sql, [Json::Array(rows).into()]).await? == wanted {
        Ok(())
    } else {
        // Somebody else heard the same, or newer things, in the meantime.
        Err(Error::conflict("person"))
    }
}

/// Persons by their ids.
pub async fn load<C: ConnectionTrait>(
    db: &C,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<Vec<Person>, Error> {
    let wanted = persons.into_iter().map(PersonId::uuid).collect();
    by(db, "id", wanted).await
}

/// The persons of identities.
pub async fn of_identities<C: ConnectionTrait>(
    db: &C,
    identities: impl IntoIterator<Item = IdentityId>,
) -> Result<Vec<Person>, Error> {
    let wanted = identities.into_iter().map(IdentityId::uuid).collect();
    by(db, "identity_id", wanted).await
}

async fn by<C: ConnectionTrait>(
    db: &C,
    column: &str,
    wanted: Vec<Uuid>,
) -> Result<Vec<Person>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select {} from person where {} order by id",
        PERSON.names(),
        one_of(db.get_database_backend(), column, "$1")
    );
    let rows = query(db, sql, [rows::ids(wanted)]).await?;
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
            identity: IdentityId::from_uuid(row.get("identity_id")?),
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
        hex(person.identity.uuid()),
    ])
}
