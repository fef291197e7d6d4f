//! What the client base says of persons and the leads they claim.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;
use database::rows::{self as packed, Kind, Table, hex, unpacked};
use ids::{LeadId, OrganisationId, PersonId};
use messaging::Tx;
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{one_of, query};
use crate::domain::deal::{Client, Deal};

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

/// What is known of the persons behind some deals.
#[derive(Debug, Clone)]
pub struct Known {
    claimants: BTreeMap<LeadId, PersonId>,
    organisations: BTreeMap<PersonId, Option<OrganisationId>>,
}

impl Known {
    /// Whom a deal is with, by its lead or else by its person.
    pub fn client_of(&self, deal: &Deal) -> Option<Client> {
        let lead = deal.origin.lead();
        let claimant = lead.and_then(|lead| self.claimants.get(&lead).copied());
        let person = claimant.or(deal.client.person)?;
        Some(Client {
            person: Some(person),
            organisation: *self.organisations.get(&person)?,
            by_hand: false,
        })
    }
}

/// Keeps the copies of persons, except of those whose copy is as new already.
pub async fn record(tx: &Tx, persons: &BTreeMap<PersonId, &Person>) -> Result<News, Error> {
    take_turns(tx, persons.keys().copied(), []).await?;
    let changed = overwrite(tx, persons).await?;
    let given_up = give_up_leads(tx, &changed).await?;
    let claims = || {
        let changed = persons.values().filter(|it| changed.contains(&it.id));
        changed.flat_map(|person| person.leads.iter().map(|lead| (*lead, person.id)))
    };
    let leads: BTreeSet<LeadId> = given_up
        .into_iter()
        .chain(claims().map(|it| it.0))
        .collect();
    take_turns(tx, [], leads.iter().copied()).await?;
    let rows = claims().map(|(lead, person)| json!([hex(lead.uuid()), hex(person.uuid())]));
    CLAIM.insert(tx.connection(), rows.collect()).await?;
    Ok(News {
        persons: changed,
        leads,
    })
}

/// What is known of those whom these deals are with. The caller is the only one to link them.
pub async fn known(tx: &Tx, deals: &[Deal]) -> Result<Known, Error> {
    let leads = deals.iter().filter_map(|deal| deal.origin.lead());
    let claimants = claimants(tx, leads.collect()).await?;
    let named = deals.iter().filter_map(|deal| deal.client.person);
    let persons = claimants.values().copied().chain(named).collect();
    Ok(Known {
        organisations: organisations(tx, persons).await?,
        claimants,
    })
}

/// Waits until nobody else links these persons or these leads, each named once and in order.
///
/// Everybody comes for persons first and then for leads, so that no two wait for each other. On
/// SQLite the only writer has the turn anyway.
pub async fn take_turns(
    tx: &Tx,
    persons: impl IntoIterator<Item = PersonId>,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<(), Error> {
    let persons = persons.into_iter().map(PersonId::uuid);
    let ids = persons.chain(leads.into_iter().map(LeadId::uuid));
    let rows: Vec<Json> = ids.map(|id| json!([hex(id)])).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let ids = unpacked(tx.get_database_backend(), &[("id", Kind::Id)], 1);
    let sql = format!(
        "insert into turn (id, turns) select v.id, 1 from ({ids}) as v where true \
         on conflict (id) do update set turns = turn.turns + 1"
    );
    packed::execute(tx.connection(), sql, [Json::Array(rows).into()]).await?;
    Ok(())
}

/// Writes copies over older ones; answers whose.
async fn overwrite(
    tx: &Tx,
    persons: &BTreeMap<PersonId, &Person>,
) -> Result<BTreeSet<PersonId>, Error> {
    let sql = format!(
        "insert into person ({}) {} where true on conflict (id) do update set \
         revision = excluded.revision, organisation_id = excluded.organisation_id \
         where person.revision < excluded.revision returning id",
        PERSON.names(),
        PERSON.unpacked(tx.get_database_backend())
    );
    let row = |person: &&Person| {
        let organisation = person.organisation.map(|it| hex(it.uuid()));
        json!([hex(person.id.uuid()), person.revision, organisation])
    };
    let rows: Vec<Json> = persons.values().map(row).collect();
    let changed = query(tx, sql, Json::Array(rows).into()).await?;
    let id = |row: &QueryResult| Ok(PersonId::from_uuid(row.try_get("", "id")?));
    changed.iter().map(id).collect()
}

/// Takes from persons the leads that they claim; answers which.
async fn give_up_leads(tx: &Tx, persons: &BTreeSet<PersonId>) -> Result<Vec<LeadId>, Error> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "delete from person_lead where {} returning lead_id",
        one_of(tx.get_database_backend(), "person_id", "$1")
    );
    let persons = packed::ids(persons.iter().map(|person| person.uuid()));
    let given_up = query(tx, sql, persons).await?;
    let lead = |row: &QueryResult| Ok(LeadId::from_uuid(row.try_get("", "lead_id")?));
    given_up.iter().map(lead).collect()
}

/// The persons of leads; while two claim one, the one that came into the base first.
async fn claimants(tx: &Tx, leads: BTreeSet<LeadId>) -> Result<BTreeMap<LeadId, PersonId>, Error> {
    if leads.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "select lead_id, person_id from person_lead where {} order by person_id desc",
        one_of(tx.get_database_backend(), "lead_id", "$1")
    );
    let leads = packed::ids(leads.into_iter().map(LeadId::uuid));
    let claims = query(tx, sql, leads).await?;
    let claim = |row: &QueryResult| {
        let lead = LeadId::from_uuid(row.try_get("", "lead_id")?);
        Ok((lead, PersonId::from_uuid(row.try_get("", "person_id")?)))
    };
    // The last row of a lead stays.
    claims.iter().map(claim).collect()
}

/// The organisations of those persons that are known.
async fn organisations(
    tx: &Tx,
    persons: BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, Option<OrganisationId>>, Error> {
    if persons.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "select id, organisation_id from person where {}",
        one_of(tx.get_database_backend(), "id", "$1")
    );
    let persons = packed::ids(persons.into_iter().map(PersonId::uuid));
    let found = query(tx, sql, persons).await?;
    let copy = |row: &QueryResult| {
        let organisation: Option<Uuid> = row.try_get("", "organisation_id")?;
        let person = PersonId::from_uuid(row.try_get("", "id")?);
        Ok((person, organisation.map(OrganisationId::from_uuid)))
    };
    found.iter().map(copy).collect()
}
