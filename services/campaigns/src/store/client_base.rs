//! What is known of the client base here.

use std::collections::{BTreeMap, BTreeSet};

use database::{
    Error,
    rows::{self, Kind, Table, hex, one_of},
};
use ids::{LeadId, PersonId};
use messaging::{Tx, erased};
use persons::reach;
use proto::customers::v1::PersonRecorded;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::{
    members::{query, texts},
    texts as list,
};
use crate::domain::participant::Contact;

const CARD: Table = Table {
    name: "person_card",
    columns: &[
        ("person_id", Kind::Id),
        ("revision", Kind::Int),
        ("full_name", Kind::Text),
        ("given_name", Kind::Text),
        ("family_name", Kind::Text),
        ("organisation", Kind::Text),
        ("emails", Kind::Json),
        ("phones", Kind::Json),
        ("locale", Kind::Text),
    ],
};

/// Keeps the highest revision of each card. The number of statements does not depend on theirs.
pub async fn save_cards<'a>(
    tx: &Tx,
    cards: impl IntoIterator<Item = (i64, &'a PersonRecorded)>,
) -> Result<(), Error> {
    // No statement writes a row twice, and none may wait for another one crosswise.
    let mut newest: BTreeMap<PersonId, (i64, &PersonRecorded)> = BTreeMap::new();
    for (revision, card) in cards {
        let Ok(person) = card.person_id.parse() else {
            continue;
        };
        let kept = newest.entry(person).or_insert((revision, card));
        if kept.0 < revision {
            *kept = (revision, card);
        }
    }
    if newest.is_empty() {
        return Ok(());
    }
    let columns = CARD.columns.iter().skip(1);
    let set: Vec<String> = columns
        .map(|(name, _)| format!("{name} = excluded.{name}"))
        .collect();
    let sql = format!(
        "insert into person_card ({}) {} where true on conflict (person_id) do update set {} \
         where person_card.revision < excluded.revision",
        CARD.names(),
        CARD.unpacked(tx.get_database_backend()),
        set.join(", ")
    );
    let rows = newest
        .iter()
        .map(|(id, (revision, it))| row(*id, *revision, it));
    rows::execute(&**tx, sql, [Json::Array(rows.collect()).into()]).await?;
    Ok(())
}

fn row(id: PersonId, revision: i64, card: &PersonRecorded) -> Json {
    let name = card.name.clone().unwrap_or_default();
    let full = match name.full.as_str() {
        "" => format!("{} {}", name.given, name.family).trim().to_owned(),
        full => full.to_owned(),
    };
    json!([
        hex(id.uuid()),
        revision,
        full,
        name.given,
        name.family,
        card.organisation,
        card.emails,
        card.phones,
        card.locale,
    ])
}

/// Who these are and how they are reached; those that are not known are left out.
pub async fn contacts(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, Contact>, Error> {
    if persons.is_empty() {
        return Ok(BTreeMap::new());
    }
    // On PostgreSQL nobody is erased between here and the end of the transaction.
    erased::hold(db).await?;
    let sql = format!(
        "select {} from person_card where {}",
        CARD.names(),
        one_of(db.get_database_backend(), "person_id", "$1")
    );
    let wanted = rows::ids(persons.iter().map(|person| person.uuid()));
    let found = query(db, sql, [wanted]).await?;
    let contact = |row: &sea_orm::QueryResult| {
        let contact = Contact {
            full_name: row.try_get("", "full_name")?,
            given_name: row.try_get("", "given_name")?,
            family_name: row.try_get("", "family_name")?,
            organisation: row.try_get("", "organisation")?,
            emails: list(&row.try_get("", "emails")?),
            phones: list(&row.try_get("", "phones")?),
            locale: row.try_get("", "locale")?,
        };
        Ok((PersonId::from_uuid(row.try_get("", "person_id")?), contact))
    };
    let contacts: Result<BTreeMap<PersonId, Contact>, Error> = found.iter().map(contact).collect();
    // Who was erased is nobody to be added to a list.
    let mut contacts = contacts?;
    contacts.retain(|_, contact| contact.key().is_some());
    Ok(contacts)
}

/// Who bears any of these: addresses, numbers, printed ids of leads.
pub async fn bearers(
    db: &impl ConnectionTrait,
    keys: &BTreeSet<String>,
) -> Result<BTreeSet<PersonId>, Error> {
    let folded: BTreeSet<String> = keys.iter().map(|key| reach::key(key)).collect();
    let (among, wanted) = texts(db.get_database_backend(), "key", &folded);
    let sql = format!("select person_id from person_key where {among}");
    let found = query(db, sql, [wanted]).await?;
    let person =
        |row: &sea_orm::QueryResult| Ok(PersonId::from_uuid(row.try_get("", "person_id")?));
    found.iter().map(person).collect()
}

/// Whose leads these are, as far as the client base told.
pub async fn of_leads(
    db: &impl ConnectionTrait,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<BTreeMap<LeadId, PersonId>, Error> {
    let wanted: BTreeSet<String> = leads.into_iter().map(|lead| lead.to_string()).collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (among, wanted) = texts(db.get_database_backend(), "key", &wanted);
    let sql =
        format!("select key, person_id from person_key where {among} order by key, person_id");
    let mut persons = BTreeMap::new();
    for row in query(db, sql, [wanted]).await? {
        let key: String = row.try_get("", "key")?;
        if let Ok(lead) = key.parse() {
            // Of several records the oldest: all are one person.
            let person = PersonId::from_uuid(row.try_get("", "person_id")?);
            persons.entry(lead).or_insert(person);
        }
    }
    Ok(persons)
}
