//! Erasures, and what they take out of the rows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use database::{
    Error,
    rows::{self, execute, one_of},
};
use ids::{ContractId, DealId, ErasureId, LeadId, PersonId, StaffId};
use messaging::Tx;
use persons::reach::digest;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{Kind, Table, hex, time};
use crate::domain::{erasure::Erasure, person::Person};

const ERASURE: Table = Table {
    name: "erasure",
    columns: &[
        ("id", Kind::Id),
        ("reason", Kind::Text),
        ("requested_at", Kind::Time),
        ("erased_at", Kind::Time),
        ("erased_by", Kind::Id),
    ],
};
const PERSON: Table = Table {
    name: "erasure_person",
    columns: &[("person_id", Kind::Id), ("erasure_id", Kind::Id)],
};
const LEAD: Table = Table {
    name: "erasure_lead",
    columns: &[("erasure_id", Kind::Id), ("lead_id", Kind::Id)],
};
const CONTACT: Table = Table {
    name: "erased_contact",
    columns: &[("digest", Kind::Text), ("kind", Kind::Text)],
};

/// Digests of what erased persons were reached by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    pub emails: BTreeSet<String>,
    pub phones: BTreeSet<String>,
}

impl Contacts {
    pub fn of(persons: &[Person]) -> Self {
        let digests = |contacts: fn(&Person) -> &Vec<String>| {
            let all = persons.iter().flat_map(contacts);
            all.map(|contact| digest(contact)).collect()
        };
        Self {
            emails: digests(|person| &person.details.emails),
            phones: digests(|person| &person.details.phones),
        }
    }
}

/// The leads that are linked to any of these records.
pub async fn leads(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
) -> Result<BTreeSet<LeadId>, Error> {
    let theirs = one_of(db.get_database_backend(), "person_id", "$1");
    let sql = format!("select lead_id as id from person_lead where {theirs}");
    let found = ids(db, sql, [uuids(persons)]).await?;
    Ok(found.into_iter().map(LeadId::from_uuid).collect())
}

/// The contracts of these, each with whether it is in force.
pub async fn contracts(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<Vec<(ContractId, bool)>, Error> {
    let sql = format!(
        "select contract_id, state from contract_copy where {} order by contract_id",
        theirs(db.get_database_backend())
    );
    let found = query(db, sql, [uuids(persons), lead_uuids(leads)]).await?;
    let contract = |row: &QueryResult| {
        let state: String = row.try_get("", "state")?;
        let id = ContractId::from_uuid(row.try_get("", "contract_id")?);
        Ok((id, state != "ended"))
    };
    found.iter().map(contract).collect()
}

/// Takes out all words and contacts of these; who read a row before has to read it again.
pub async fn blank(
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<(), Error> {
    let backend = tx.get_database_backend();
    let by = |column: &str| one_of(backend, column, "$1");
    let statements = [
        format!(
            "update person set revision = revision + 1, full_name = '', given_name = '', \
             family_name = '', emails = '[]', phones = '[]', tags = '[]', attributes = '{{}}', \
             locale = '', sort_name = '', search = '', tag_keys = '' where {}",
            by("id")
        ),
        // What nobody looks at any more.
        format!(
            "delete from duplicate where state in ('open', 'skipped') and ({} or {})",
            by("one_id"),
            by("other_id")
        ),
        format!(
            "update duplicate set explanation = '{{}}' where {} or {}",
            by("one_id"),
            by("other_id")
        ),
        format!(
            "update person_merge set note = '' where {} or {}",
            by("kept_id"),
            by("joined_id")
        ),
    ];
    for sql in statements {
        execute(&**tx, sql, [uuids(persons)]).await?;
    }
    blank_consents(tx, persons).await?;
    blank_cases(tx, persons, leads).await?;
    let deals = format!("update deal_copy set title = '' where {}", theirs(backend));
    execute(&**tx, deals, [uuids(persons), lead_uuids(leads)]).await?;
    Ok(())
}

/// Of a statement stays what it was about, of a contact its digest.
async fn blank_consents(tx: &Tx, persons: &BTreeSet<PersonId>) -> Result<(), Error> {
    let theirs = one_of(tx.get_database_backend(), "person_id", "$1");
    let sql = format!("update consent set source = '', proof = '' where {theirs}");
    execute(&**tx, sql, [uuids(persons)]).await?;
    let sql = format!("select id, contact from consent where {theirs} and contact <> ''");
    for row in query(&**tx, sql, [uuids(persons)]).await? {
        let (id, contact): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "contact")?);
        let sql = "update consent set contact = $2 where id = $1";
        execute(&**tx, sql, [id.into(), digest(&contact).into()]).await?;
    }
    Ok(())
}

/// Cases of the persons, and those about their leads, deals and contracts.
async fn blank_cases(
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<(), Error> {
    let backend = tx.get_database_backend();
    let both = || [uuids(persons), lead_uuids(leads)];
    let theirs = theirs(backend);
    let sql = format!("select deal_id as id from deal_copy where {theirs}");
    let deals = ids(&**tx, sql, both()).await?.into_iter();
    let deals = deals.map(|id| DealId::from_uuid(id).to_string());
    let sql = format!("select contract_id as id from contract_copy where {theirs}");
    let contracts = ids(&**tx, sql, both()).await?.into_iter();
    let contracts = contracts.map(|id| ContractId::from_uuid(id).to_string());
    let subjects = leads.iter().map(ToString::to_string);
    let subjects: Vec<String> = subjects.chain(deals).chain(contracts).collect();
    let list = match backend {
        DbBackend::Sqlite => "select value from json_each($2)",
        _ => "select value from jsonb_array_elements_text($2) as value",
    };
    let sql = format!(
        "update service_case set revision = revision + 1, text = '', resolution = '' \
         where ({} or {}) and (text <> '' or resolution <> '')",
        one_of(backend, "person_id", "$1"),
        rows::among(backend, "subject_id", list)
    );
    execute(&**tx, sql, [uuids(persons), Json::from(subjects).into()]).await?;
    Ok(())
}

/// Writes an erasure.
pub async fn insert(tx: &Tx, erasure: &Erasure, contacts: &Contacts) -> Result<(), Error> {
    let id = hex(erasure.id.uuid());
    let row = json!([
        id,
        erasure.reason,
        time(erasure.requested_at),
        time(erasure.erased_at),
        erasure.by.map(|staff| hex(staff.uuid())),
    ]);
    ERASURE.insert(&**tx, vec![row]).await?;
    let persons = erasure.persons.iter();
    let persons = persons.map(|person| json!([hex(person.uuid()), id]));
    PERSON.insert(&**tx, persons.collect()).await?;
    let leads = erasure.leads.iter();
    let leads = leads.map(|lead| json!([id, hex(lead.uuid())]));
    LEAD.insert(&**tx, leads.collect()).await?;
    let emails = contacts.emails.iter().map(|it| json!([it, "email"]));
    let phones = contacts.phones.iter().map(|it| json!([it, "phone"]));
    CONTACT
        .insert_new(&**tx, emails.chain(phones).collect())
        .await?;
    Ok(())
}

/// The erasure of a record.
pub async fn of_person(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Option<Erasure>, Error> {
    let sql = "select erasure_id as id from erasure_person where person_id = $1".to_owned();
    match ids(db, sql, [person.uuid().into()]).await?.first() {
        Some(id) => find(db, ErasureId::from_uuid(*id)).await,
        None => Ok(None),
    }
}

pub async fn find(db: &impl ConnectionTrait, id: ErasureId) -> Result<Option<Erasure>, Error> {
    let sql = format!("select {} from erasure where id = $1", ERASURE.names());
    let rows = query(db, sql, [id.uuid().into()]).await?;
    Ok(complete(db, rows).await?.into_iter().next())
}

/// Up to `limit` erasures before that one, the last first.
pub async fn page(
    db: &impl ConnectionTrait,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Erasure>, Error> {
    let sql = format!(
        "select {} from erasure where id < $1 order by id desc limit $2",
        ERASURE.names()
    );
    let before = before.unwrap_or(Uuid::max());
    let rows = query(db, sql, [before.into(), limit.into()]).await?;
    complete(db, rows).await
}

/// Erasures with their persons and leads.
async fn complete(
    db: &impl ConnectionTrait,
    rows: Vec<QueryResult>,
) -> Result<Vec<Erasure>, Error> {
    let erasures: Vec<Erasure> = rows.iter().map(erasure).collect::<Result<_, _>>()?;
    let of = |erasures: &[Erasure]| rows::ids(erasures.iter().map(|it| it.id.uuid()));
    let mut persons = parts(db, "person_id", "erasure_person", of(&erasures)).await?;
    let mut leads = parts(db, "lead_id", "erasure_lead", of(&erasures)).await?;
    let complete = erasures.into_iter().map(|erasure| {
        let id = erasure.id.uuid();
        let persons = persons.remove(&id).unwrap_or_default().into_iter();
        let leads = leads.remove(&id).unwrap_or_default().into_iter();
        Erasure {
            persons: persons.map(PersonId::from_uuid).collect(),
            leads: leads.map(LeadId::from_uuid).collect(),
            ..erasure
        }
    });
    Ok(complete.collect())
}

async fn parts(
    db: &impl ConnectionTrait,
    column: &str,
    table: &str,
    erasures: Value,
) -> Result<BTreeMap<Uuid, Vec<Uuid>>, Error> {
    let wanted = one_of(db.get_database_backend(), "erasure_id", "$1");
    let sql =
        format!("select erasure_id, {column} as id from {table} where {wanted} order by 1, 2");
    let mut parts: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for row in query(db, sql, [erasures]).await? {
        let erasure = row.try_get("", "erasure_id")?;
        parts
            .entry(erasure)
            .or_default()
            .push(row.try_get("", "id")?);
    }
    Ok(parts)
}

fn erasure(row: &QueryResult) -> Result<Erasure, Error> {
    let by: Option<Uuid> = row.try_get("", "erased_by")?;
    let requested_at: DateTime<Utc> = row.try_get("", "requested_at")?;
    Ok(Erasure {
        id: ErasureId::from_uuid(row.try_get("", "id")?),
        persons: Vec::new(),
        leads: Vec::new(),
        reason: row.try_get("", "reason")?,
        requested_at,
        erased_at: row.try_get("", "erased_at")?,
        by: by.map(StaffId::from_uuid),
    })
}

/// By `$1`, persons, or `$2`, leads.
fn theirs(backend: DbBackend) -> String {
    let persons = one_of(backend, "person_id", "$1");
    let leads = one_of(backend, "lead_id", "$2");
    format!("({persons} or {leads})")
}

fn uuids(persons: &BTreeSet<PersonId>) -> Value {
    rows::ids(persons.iter().map(|person| person.uuid()))
}

fn lead_uuids(leads: &BTreeSet<LeadId>) -> Value {
    rows::ids(leads.iter().map(|lead| lead.uuid()))
}

async fn ids(
    db: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Uuid>, Error> {
    let found = query(db, sql, values).await?;
    let ids = found.iter().map(|row| Ok(row.try_get("", "id")?));
    ids.collect()
}

async fn query(
    db: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_all_raw(statement).await?)
}
