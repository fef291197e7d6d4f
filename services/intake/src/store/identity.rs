//! Contact points and who holds them.

use std::collections::BTreeSet;

use database::Error;
use ids::{LeadId, PersonId};
use matching::{
    identity::{Holder, Key, Kind as KeyKind},
    name::Name,
};
use sea_orm::{ConnectionTrait, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{Kind, Row, Table, execute, hex, ids, lookup, query, select_ids, unpacked};

const KEYS: Table = Table {
    name: "identity_key",
    columns: &[
        ("kind", Kind::Text),
        ("value", Kind::Text),
        ("slot", Kind::Int),
        ("name", Kind::Text),
        ("lead_id", Kind::Id),
        ("person_id", Kind::Id),
    ],
};

/// Contact points that are looked up, and what finds them.
const WANTED: &[(&str, Kind)] = &[("kind", Kind::Text), ("value", Kind::Text)];
const SAME_KEY: &str = "t.kind = w.kind and t.value = w.value";

/// Who holds a contact point: a person of the client base, or a lead that is none yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    Lead(LeadId),
    Person(PersonId),
}

/// A contact point and one of its holders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub key: Key,
    pub slot: u16,
    pub name: Name,
    pub lead: Option<LeadId>,
    pub person: Option<PersonId>,
}

impl KeyRow {
    /// The holder as matching knows it. A row without one would show nobody.
    pub fn holder(&self) -> Option<Holder<Who>> {
        let person = match (self.person, self.lead) {
            (Some(person), _) => Who::Person(person),
            (None, Some(lead)) => Who::Lead(lead),
            (None, None) => return None,
        };
        Some(Holder {
            person,
            slot: self.slot,
            name: self.name.clone(),
        })
    }
}

/// All holders of the given contact points.
pub async fn load<C: ConnectionTrait>(db: &C, keys: &[&Key]) -> Result<Vec<KeyRow>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let found = lookup(
        backend,
        &unpacked(backend, WANTED, 1),
        "identity_key",
        SAME_KEY,
    );
    let sql = format!(
        "select t.kind, t.value, t.slot, t.name, t.lead_id, t.person_id {found} \
         order by t.kind, t.value, t.slot"
    );
    query(db, sql, [wanted(keys.iter().copied())])
        .await?
        .iter()
        .map(key_row)
        .collect()
}

/// Takes slots of contact points, in order: two batches that want the same ones wait instead of
/// locking each other out. A slot that is taken already is a unique violation.
pub async fn insert<C: ConnectionTrait>(db: &C, rows: &[KeyRow]) -> Result<(), Error> {
    let mut rows: Vec<&KeyRow> = rows.iter().collect();
    rows.sort_by(|one, other| (&one.key, one.slot).cmp(&(&other.key, other.slot)));
    KEYS.insert(db, rows.into_iter().map(json_row).collect())
        .await?;
    Ok(())
}

/// Saves names and holders of rows that are there.
pub async fn update<C: ConnectionTrait>(db: &C, rows: &[KeyRow]) -> Result<(), Error> {
    let matching = "identity_key.kind = v.kind and identity_key.value = v.value \
                    and identity_key.slot = v.slot";
    KEYS.update(db, rows.iter().map(json_row).collect(), 3, matching)
        .await?;
    Ok(())
}

/// The contact points of a lead are those of a person of the client base.
pub async fn link<C: ConnectionTrait>(db: &C, lead: LeadId, person: PersonId) -> Result<(), Error> {
    let sql = "update identity_key set person_id = $1 where lead_id = $2";
    execute(db, sql, [person.uuid().into(), lead.uuid().into()]).await?;
    Ok(())
}

/// The name of a lead was corrected.
pub async fn rename<C: ConnectionTrait>(db: &C, lead: LeadId, name: &Name) -> Result<(), Error> {
    let sql = "update identity_key set name = $1 where lead_id = $2";
    execute(db, sql, [name.to_string().into(), lead.uuid().into()]).await?;
    Ok(())
}

/// All holders of the given contact points, and all contact points of the leads and persons.
pub async fn load_around<C: ConnectionTrait>(
    db: &C,
    keys: &BTreeSet<&Key>,
    leads: &BTreeSet<LeadId>,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<KeyRow>, Error> {
    let backend = db.get_database_backend();
    let select = |wanted: &str, matching| {
        let found = lookup(backend, wanted, "identity_key", matching);
        format!("select t.kind, t.value, t.slot, t.name, t.lead_id, t.person_id {found}")
    };
    // A row that is found twice is one.
    let sql = [
        select(&unpacked(backend, WANTED, 1), SAME_KEY),
        select(&select_ids(backend, 2), "t.lead_id = w.id"),
        select(&select_ids(backend, 3), "t.person_id = w.id"),
    ];
    let values = [
        wanted(keys.iter().copied()),
        ids(leads.iter().map(|lead| lead.uuid())),
        ids(persons.iter().map(|person| person.uuid())),
    ];
    query(db, sql.join(" union "), values)
        .await?
        .iter()
        .map(key_row)
        .collect()
}

/// Gives slots up.
pub async fn delete<C: ConnectionTrait>(db: &C, rows: &[KeyRow]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let places = unpacked(db.get_database_backend(), KEYS.columns, 1);
    let sql = format!(
        "delete from identity_key where (kind, value, slot) in \
         (select v.kind, v.value, v.slot from ({places}) as v)"
    );
    let rows: Vec<Json> = rows.iter().map(json_row).collect();
    execute(db, sql, [Json::Array(rows).into()]).await?;
    Ok(())
}

/// Contact points to be looked up, as one bound value.
fn wanted<'a>(keys: impl Iterator<Item = &'a Key>) -> Value {
    let pairs: Vec<Json> = keys
        .map(|key| json!([key.kind.as_str(), key.value]))
        .collect();
    Json::Array(pairs).into()
}

fn json_row(row: &KeyRow) -> Json {
    json!([
        row.key.kind.as_str(),
        row.key.value,
        row.slot,
        row.name.to_string(),
        row.lead.map(|lead| hex(lead.uuid())),
        row.person.map(|person| hex(person.uuid())),
    ])
}

fn key_row(row: &Row) -> Result<KeyRow, Error> {
    let kind: KeyKind = row.read("kind", |text| text.parse().ok())?;
    let name: String = row.get("name")?;
    let slot: i32 = row.get("slot")?;
    let lead: Option<Uuid> = row.get("lead_id")?;
    let person: Option<Uuid> = row.get("person_id")?;
    Ok(KeyRow {
        key: Key {
            kind,
            value: row.get("value")?,
        },
        slot: u16::try_from(slot).unwrap_or(u16::MAX),
        name: Name::parse(&name),
        lead: lead.map(LeadId::from_uuid),
        person: person.map(PersonId::from_uuid),
    })
}
