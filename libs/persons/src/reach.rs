//! By which channels a person must not be reached.
//!
//! A refusal of a person counts for all records that it is one with, one of an address or number for
//! whoever bears it. Refusals stand side by side: one for all purposes is not taken back by a
//! consent for one of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use database::{
    Error, Migration,
    rows::{self, Kind, Table, among, hex, one_of, time},
};
use ids::PersonId;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::merges;

/// The tables, to stand among the migrations of a service, with those of [`merges`].
pub const MIGRATION: Migration = Migration {
    version: 20_261_125_220_100,
    name: "create_consent_copy",
    sql: include_str!("../migrations/create_consent_copy.sql"),
};

const PERSON: Table = Table {
    name: "person_copy",
    columns: &[("person_id", Kind::Id), ("revision", Kind::Int)],
};

const KEY: Table = Table {
    name: "person_key",
    columns: &[("key", Kind::Text), ("person_id", Kind::Id)],
};

const CONSENT: Table = Table {
    name: "consent_copy",
    columns: &[
        ("person_id", Kind::Id),
        ("channel", Kind::Text),
        ("purpose", Kind::Text),
        ("contact", Kind::Text),
        ("revision", Kind::Int),
        ("refused", Kind::Flag),
        ("stated_at", Kind::Time),
    ],
};

/// What the client base says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub revision: i64,
    /// Addresses, numbers and printed ids of leads.
    pub keys: BTreeSet<String>,
}

/// What a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub person: PersonId,
    pub revision: i64,
    pub channel: String,
    /// Empty for all.
    pub purpose: String,
    /// Empty for all of the person.
    pub contact: String,
    pub refused: bool,
    pub stated_at: DateTime<Utc>,
}

/// Somebody who is to be reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    pub person: Option<PersonId>,
    /// Addresses and numbers it is reached by, printed ids of leads that it is about.
    pub keys: Vec<String>,
}

/// The one spelling of an address, a number or a printed id.
pub fn key(text: &str) -> String {
    let text = text.trim().to_lowercase();
    if text.contains(char::is_alphabetic) {
        return text;
    }
    let number = text.chars();
    number
        .filter(|it| it.is_ascii_digit() || *it == '+')
        .collect()
}

/// What is kept of an address or number to which nothing is sent any more.
pub fn digest(contact: &str) -> String {
    let digest = Sha256::digest(format!("contact {}", key(contact)));
    format!("sha256:{}", rows::bytes(&digest))
}

/// Forgets what erased persons said and how they are reached; their leads stay known as theirs. Nothing is sent any more to
/// the contacts of these digests.
pub async fn erase<C: ConnectionTrait>(
    db: &C,
    persons: &BTreeSet<PersonId>,
    emails: &[String],
    phones: &[String],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(oldest) = persons.first() else {
        return Ok(());
    };
    let theirs = one_of(db.get_database_backend(), "person_id", "$1");
    let ids = || rows::ids(persons.iter().map(|person| person.uuid()));
    let keys =
        format!("delete from person_key where {theirs} and key not like 'lead\\_%' escape '\\'");
    rows::execute(db, keys, [ids()]).await?;
    let said = format!("delete from consent_copy where {theirs}");
    rows::execute(db, said, [ids()]).await?;
    let emails = emails.iter().map(|digest| ("email", digest));
    let phones = phones.iter().flat_map(|it| [("sms", it), ("call", it)]);
    let refusals: BTreeSet<(&str, &String)> = emails.chain(phones).collect();
    let row = |(channel, digest): (&str, &String)| {
        json!([hex(oldest.uuid()), channel, "", digest, 0, true, time(at)])
    };
    CONSENT
        .insert_new(db, refusals.into_iter().map(row).collect())
        .await?;
    Ok(())
}

/// Keeps the highest revision of each person. The number of statements does not depend on theirs.
pub async fn save_persons<C: ConnectionTrait>(db: &C, persons: &[Person]) -> Result<(), Error> {
    // No statement writes a row twice, and none may wait for another one crosswise.
    let mut newest: BTreeMap<PersonId, &Person> = BTreeMap::new();
    for person in persons {
        let kept = newest.entry(person.id).or_insert(person);
        if kept.revision < person.revision {
            *kept = person;
        }
    }
    if newest.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    let sql = format!(
        "insert into person_copy ({}) {} where true on conflict (person_id) do update set \
         revision = excluded.revision where person_copy.revision < excluded.revision \
         returning person_id",
        PERSON.names(),
        PERSON.unpacked(backend)
    );
    let rows = newest
        .values()
        .map(|it| json!([hex(it.id.uuid()), it.revision]));
    let changed = query(db, sql, [Json::Array(rows.collect()).into()]).await?;
    let changed: BTreeSet<PersonId> = changed.iter().map(person_of).collect::<Result<_, _>>()?;
    if changed.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "delete from person_key where {}",
        one_of(backend, "person_id", "$1")
    );
    let ids = rows::ids(changed.iter().map(|id| id.uuid()));
    rows::execute(db, sql, [ids]).await?;
    let mut keys = BTreeSet::new();
    for person in newest.values().filter(|it| changed.contains(&it.id)) {
        let own = person.keys.iter().map(|it| key(it));
        keys.extend(own.filter(|it| !it.is_empty()).map(|it| (it, person.id)));
    }
    let rows = keys
        .into_iter()
        .map(|(key, id)| json!([key, hex(id.uuid())]));
    KEY.insert(db, rows.collect()).await?;
    Ok(())
}

/// Keeps what was said, unless something was said later of the same matter.
pub async fn save_said<C: ConnectionTrait>(db: &C, said: &Said) -> Result<(), Error> {
    let sql = format!(
        "insert into consent_copy ({}) {} where true \
         on conflict (person_id, channel, purpose, contact) do update set \
         revision = excluded.revision, refused = excluded.refused, \
         stated_at = excluded.stated_at \
         where (consent_copy.stated_at, consent_copy.revision) \
             < (excluded.stated_at, excluded.revision)",
        CONSENT.names(),
        CONSENT.unpacked(db.get_database_backend())
    );
    let row = json!([
        hex(said.person.uuid()),
        said.channel,
        said.purpose,
        key(&said.contact),
        said.revision,
        said.refused,
        time(said.stated_at),
    ]);
    rows::execute(db, sql, [Json::Array(vec![row]).into()]).await?;
    Ok(())
}

/// Waits until nothing is on its way out that was asked for before. Of what forbids sending.
pub async fn forbid<C: ConnectionTrait>(db: &C) -> Result<(), Error> {
    rows::execute(
        db,
        "update reach_turn set turns = turns + 1 where id = 1",
        [],
    )
    .await?;
    Ok(())
}

/// Waits until what forbids sending is committed, and keeps more away to the end of the transaction
/// in which something leaves. On SQLite the only writer has the turn anyway.
pub async fn hold<C: ConnectionTrait>(db: &C) -> Result<(), Error> {
    if db.get_database_backend() == DbBackend::Postgres {
        let sql = "select id from reach_turn where id = 1 for share";
        query(db, sql.to_owned(), []).await?;
    }
    Ok(())
}

/// The channels by which each of these must not be reached for this purpose. The number of
/// statements does not depend on that of the targets.
pub async fn refused<C: ConnectionTrait>(
    db: &C,
    purpose: &str,
    targets: &[Target],
) -> Result<Vec<BTreeSet<String>>, Error> {
    let folded: Vec<BTreeSet<String>> = targets
        .iter()
        .map(|target| target.keys.iter().map(|it| key(it)).collect())
        .collect();
    let keys: BTreeSet<&str> = folded.iter().flatten().map(String::as_str).collect();
    let owners = owners(db, &keys).await?;
    let own = |(target, keys): (&Target, &BTreeSet<String>)| -> BTreeSet<PersonId> {
        let known = keys.iter().filter_map(|key| owners.get(key)).flatten();
        known.copied().chain(target.person).collect()
    };
    let persons: Vec<BTreeSet<PersonId>> = targets.iter().zip(&folded).map(own).collect();
    let members = merges::members_of_all(db, persons.iter().flatten().copied()).await?;
    let all: BTreeSet<PersonId> = members.values().flatten().copied().collect();
    let by_person = of_persons(db, purpose, &all).await?;
    let by_contact = of_contacts(db, purpose, &keys).await?;
    let refused = |(persons, keys): (&BTreeSet<PersonId>, &BTreeSet<String>)| {
        let members = persons
            .iter()
            .filter_map(|person| members.get(person))
            .flatten();
        let theirs = members.filter_map(|member| by_person.get(member)).flatten();
        let contacts = keys.iter().filter_map(|key| by_contact.get(key)).flatten();
        theirs.chain(contacts).cloned().collect()
    };
    Ok(persons.iter().zip(&folded).map(refused).collect())
}

/// The printed ids of leads of all records that are one person with this one.
pub async fn leads<C: ConnectionTrait>(db: &C, person: PersonId) -> Result<Vec<String>, Error> {
    let members = merges::members(db, person).await?;
    let sql = format!(
        "select key from person_key where {} and key like 'lead\\_%' escape '\\'",
        one_of(db.get_database_backend(), "person_id", "$1")
    );
    let members = rows::ids(members.iter().map(|member| member.uuid()));
    let found = query(db, sql, [members]).await?;
    found
        .iter()
        .map(|row| Ok(row.try_get("", "key")?))
        .collect()
}

async fn owners<C: ConnectionTrait>(
    db: &C,
    keys: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Vec<PersonId>>, Error> {
    let mut owners: BTreeMap<String, Vec<PersonId>> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(owners);
    }
    let among = one_of_texts(db.get_database_backend(), "key");
    let sql = format!("select key, person_id from person_key where {among}");
    for row in query(db, sql, [texts(keys)]).await? {
        let owner = person_of(&row)?;
        owners
            .entry(row.try_get("", "key")?)
            .or_default()
            .push(owner);
    }
    Ok(owners)
}

async fn of_persons<C: ConnectionTrait>(
    db: &C,
    purpose: &str,
    persons: &BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, Vec<String>>, Error> {
    let mut refused: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    if persons.is_empty() {
        return Ok(refused);
    }
    let sql = format!(
        "select person_id, channel from consent_copy \
         where {} and contact = '' and refused and purpose in ('', $2)",
        one_of(db.get_database_backend(), "person_id", "$1")
    );
    let ids = rows::ids(persons.iter().map(|person| person.uuid()));
    for row in query(db, sql, [ids, purpose.into()]).await? {
        let person = person_of(&row)?;
        refused
            .entry(person)
            .or_default()
            .push(row.try_get("", "channel")?);
    }
    Ok(refused)
}

async fn of_contacts<C: ConnectionTrait>(
    db: &C,
    purpose: &str,
    keys: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(refused);
    }
    let sql = format!(
        "select contact, channel from consent_copy \
         where {} and contact <> '' and refused and purpose in ('', $2)",
        one_of_texts(db.get_database_backend(), "contact")
    );
    let by_digest: BTreeMap<String, &str> = keys.iter().map(|it| (digest(it), *it)).collect();
    let asked = keys.iter().copied();
    let asked = asked.chain(by_digest.keys().map(String::as_str)).collect();
    for row in query(db, sql, [texts(&asked), purpose.into()]).await? {
        let contact: String = row.try_get("", "contact")?;
        let key = by_digest.get(&contact).map(|key| (*key).to_owned());
        refused
            .entry(key.unwrap_or(contact))
            .or_default()
            .push(row.try_get("", "channel")?);
    }
    Ok(refused)
}

fn person_of(row: &QueryResult) -> Result<PersonId, Error> {
    Ok(PersonId::from_uuid(row.try_get("", "person_id")?))
}

fn texts(texts: &BTreeSet<&str>) -> Value {
    let texts: Vec<&str> = texts.iter().copied().collect();
    Json::from(texts).into()
}

/// Whether the key `column` is one of the texts bound as `$1`.
fn one_of_texts(backend: DbBackend, column: &str) -> String {
    let list = match backend {
        DbBackend::Sqlite => "select value from json_each($1)",
        _ => "select value from jsonb_array_elements_text($1) as value",
    };
    among(backend, column, list)
}

async fn query<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_all_raw(statement).await?)
}
