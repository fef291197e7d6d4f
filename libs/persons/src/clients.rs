//! Whom the client base names for a lead, and where somebody works.
//!
//! What follows the client base (deals, contracts) may come before its person or after: whoever
//! comes second finds the first, because both take turns on the ids by which they know each other.

use std::collections::{BTreeMap, BTreeSet};

use database::{
    Error, Migration,
    rows::{self, Kind, Table, among, hex, one_of, unpacked},
};
use ids::{LeadId, OrganisationId, PersonId};
use sea_orm::{
    ConnectionTrait, DbBackend, QueryResult, Statement, Value,
    sea_query::{Expr, SimpleExpr},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// The tables, to stand among the migrations of a service.
pub const MIGRATION: Migration = Migration {
    version: 20_261_122_200_400,
    name: "create_person",
    sql: include_str!("../migrations/create_person.sql"),
};

const PERSON: Table = Table {
    name: "person",
    columns: &[
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("organisation_id", Kind::Id),
    ],
};

const CLAIM: Table = Table {
    name: "person_lead",
    columns: &[("lead_id", Kind::Id), ("person_id", Kind::Id)],
};

/// A person as the client base has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub revision: i64,
    pub organisation: Option<OrganisationId>,
    pub leads: BTreeSet<LeadId>,
}

/// Whose copies have changed, and the leads that were or are theirs.
#[derive(Debug, Clone, Default)]
pub struct News {
    pub persons: BTreeSet<PersonId>,
    pub leads: BTreeSet<LeadId>,
}

/// Somebody the client base knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    pub person: PersonId,
    /// `None` of a private person.
    pub organisation: Option<OrganisationId>,
}

/// What is known of the persons behind some leads, and of some others.
#[derive(Debug, Clone)]
pub struct Known {
    claimants: BTreeMap<LeadId, PersonId>,
    organisations: BTreeMap<PersonId, Option<OrganisationId>>,
}

impl Known {
    /// Whom something is with, by its lead or else by the person that it names; `None` while the
    /// client base has told of neither.
    pub fn client(&self, lead: Option<LeadId>, named: Option<PersonId>) -> Option<Client> {
        let claimant = lead.and_then(|lead| self.claimants.get(&lead).copied());
        let person = claimant.or(named)?;
        Some(Client {
            person,
            organisation: *self.organisations.get(&person)?,
        })
    }
}

/// Keeps the copies of persons, except of those whose copy is as new already.
///
/// The highest revision counts, among these and against the copy. The number of statements does not
/// depend on that of the persons.
pub async fn save<C: ConnectionTrait>(db: &C, persons: &[Person]) -> Result<News, Error> {
    let persons = newest(persons);
    take_turns(db, persons.keys().copied(), []).await?;
    let changed = overwrite(db, &persons).await?;
    let given_up = give_up_leads(db, &changed).await?;
    let claims = || {
        let changed = persons.values().filter(|it| changed.contains(&it.id));
        changed.flat_map(|person| person.leads.iter().map(|lead| (*lead, person.id)))
    };
    let leads: BTreeSet<LeadId> = given_up
        .into_iter()
        .chain(claims().map(|it| it.0))
        .collect();
    take_turns(db, [], leads.iter().copied()).await?;
    let rows = claims().map(|(lead, person)| json!([hex(lead.uuid()), hex(person.uuid())]));
    CLAIM.insert(db, rows.collect()).await?;
    Ok(News {
        persons: changed,
        leads,
    })
}

/// The rows of a table that follow the client base by themselves (`person_id`) or by a lead (`lead_id`) of the news.
pub fn followers(backend: DbBackend, table: &str, news: &News) -> SimpleExpr {
    let (person, lead) = match backend {
        DbBackend::Sqlite => ("?", "?"),
        _ => ("$1", "$2"),
    };
    // One look-up for each: an index serves only one of them at once.
    let found = format!(
        "select id from {table} where {} union select id from {table} where {}",
        one_of(backend, "person_id", person),
        one_of(backend, "lead_id", lead)
    );
    let persons = rows::ids(news.persons.iter().map(|person| person.uuid()));
    let leads = rows::ids(news.leads.iter().map(|lead| lead.uuid()));
    Expr::cust_with_values(among(backend, "id", &found), [persons, leads])
}

/// What is known of those behind these leads and of these persons. The caller has the turn on them.
pub async fn known<C: ConnectionTrait>(
    db: &C,
    leads: impl IntoIterator<Item = LeadId>,
    named: impl IntoIterator<Item = PersonId>,
) -> Result<Known, Error> {
    let claimants = claimants(db, leads.into_iter().collect()).await?;
    let persons = claimants.values().copied().chain(named).collect();
    Ok(Known {
        organisations: organisations(db, persons).await?,
        claimants,
    })
}

/// Waits until nobody else links these persons or these leads, each named once and in order.
///
/// Everybody comes for persons first and then for leads, so that no two wait for each other. On
/// SQLite the only writer has the turn anyway.
pub async fn take_turns<C: ConnectionTrait>(
    db: &C,
    persons: impl IntoIterator<Item = PersonId>,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<(), Error> {
    let persons = persons.into_iter().map(PersonId::uuid);
    let ids = persons.chain(leads.into_iter().map(LeadId::uuid));
    let rows: Vec<Json> = ids.map(|id| json!([hex(id)])).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let ids = unpacked(db.get_database_backend(), &[("id", Kind::Id)], 1);
    let sql = format!(
        "insert into turn (id, turns) select v.id, 1 from ({ids}) as v where true \
         on conflict (id) do update set turns = turn.turns + 1"
    );
    rows::execute(db, sql, [Json::Array(rows).into()]).await?;
    Ok(())
}

fn newest(persons: &[Person]) -> BTreeMap<PersonId, &Person> {
    let mut newest = BTreeMap::new();
    for person in persons {
        let kept = newest.entry(person.id).or_insert(person);
        if kept.revision < person.revision {
            *kept = person;
        }
    }
    newest
}

/// Writes copies over older ones; answers whose.
async fn overwrite<C: ConnectionTrait>(
    db: &C,
    persons: &BTreeMap<PersonId, &Person>,
) -> Result<BTreeSet<PersonId>, Error> {
    let sql = format!(
        "insert into person ({}) {} where true on conflict (id) do update set \
         revision = excluded.revision, organisation_id = excluded.organisation_id \
         where person.revision < excluded.revision returning id",
        PERSON.names(),
        PERSON.unpacked(db.get_database_backend())
    );
    let row = |person: &&Person| {
        let organisation = person.organisation.map(|it| hex(it.uuid()));
        json!([hex(person.id.uuid()), person.revision, organisation])
    };
    let rows: Vec<Json> = persons.values().map(row).collect();
    let changed = query(db, sql, Json::Array(rows).into()).await?;
    let id = |row: &QueryResult| Ok(PersonId::from_uuid(row.try_get("", "id")?));
    changed.iter().map(id).collect()
}

/// Takes from persons the leads that they claim; answers which.
async fn give_up_leads<C: ConnectionTrait>(
    db: &C,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<LeadId>, Error> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "delete from person_lead where {} returning lead_id",
        one_of(db.get_database_backend(), "person_id", "$1")
    );
    let persons = rows::ids(persons.iter().map(|person| person.uuid()));
    let given_up = query(db, sql, persons).await?;
    let lead = |row: &QueryResult| Ok(LeadId::from_uuid(row.try_get("", "lead_id")?));
    given_up.iter().map(lead).collect()
}

/// The persons of leads; while two claim one, the one that came into the base first.
async fn claimants<C: ConnectionTrait>(
    db: &C,
    leads: BTreeSet<LeadId>,
) -> Result<BTreeMap<LeadId, PersonId>, Error> {
    if leads.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "select lead_id, person_id from person_lead where {} order by person_id desc",
        one_of(db.get_database_backend(), "lead_id", "$1")
    );
    let leads = rows::ids(leads.into_iter().map(LeadId::uuid));
    let claims = query(db, sql, leads).await?;
    let claim = |row: &QueryResult| {
        let lead = LeadId::from_uuid(row.try_get("", "lead_id")?);
        Ok((lead, PersonId::from_uuid(row.try_get("", "person_id")?)))
    };
    // The last row of a lead stays.
    claims.iter().map(claim).collect()
}

/// The organisations of those persons that are known.
async fn organisations<C: ConnectionTrait>(
    db: &C,
    persons: BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, Option<OrganisationId>>, Error> {
    if persons.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "select id, organisation_id from person where {}",
        one_of(db.get_database_backend(), "id", "$1")
    );
    let persons = rows::ids(persons.into_iter().map(PersonId::uuid));
    let found = query(db, sql, persons).await?;
    let copy = |row: &QueryResult| {
        let organisation: Option<Uuid> = row.try_get("", "organisation_id")?;
        let person = PersonId::from_uuid(row.try_get("", "id")?);
        Ok((person, organisation.map(OrganisationId::from_uuid)))
    };
    found.iter().map(copy).collect()
}

/// Runs a query with one bound value.
async fn query<C: ConnectionTrait>(
    db: &C,
    sql: String,
    value: Value,
) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [value]);
    Ok(db.query_all_raw(statement).await?)
}
