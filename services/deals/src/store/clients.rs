//! What the client base says of persons and the leads they claim.

use std::collections::BTreeSet;

use database::Error;
use ids::{LeadId, OrganisationId, PersonId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, QuerySelect, Set, Statement};

use super::entity::{person, person_lead};
use crate::domain::deal::Client;

/// Rows of one statement: three binds each are far from any limit.
const ROWS_AT_ONCE: usize = 1_000;

/// A person as the client base has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub revision: i64,
    pub organisation: Option<OrganisationId>,
    pub leads: BTreeSet<LeadId>,
}

/// Keeps the copy of a person, and names the leads that were or are the person's.
///
/// `None` when the copy is as new already.
pub async fn record(tx: &Tx, person: &Person) -> Result<Option<BTreeSet<LeadId>>, Error> {
    take_turn(tx, Some(person.id), &BTreeSet::new()).await?;
    let known = person::Entity::find_by_id(person.id.uuid())
        .one(tx.connection())
        .await?;
    if known.is_some_and(|known| known.revision >= person.revision) {
        return Ok(None);
    }
    let mut leads = leads_of(tx, person.id).await?;
    leads.extend(&person.leads);
    take_turn(tx, None, &leads).await?;
    write(tx, person).await?;
    Ok(Some(leads))
}

/// Whom a deal is with, by its lead or else by its person. The caller is the only one to link them.
pub async fn known(
    tx: &Tx,
    lead: Option<LeadId>,
    person: Option<PersonId>,
) -> Result<Option<Client>, Error> {
    let person = match lead {
        Some(lead) => claimant(tx, lead).await?.or(person),
        None => person,
    };
    let Some(person) = person else {
        return Ok(None);
    };
    let copy = person::Entity::find_by_id(person.uuid())
        .one(tx.connection())
        .await?;
    Ok(copy.map(|copy| Client {
        person: Some(person),
        organisation: copy.organisation_id.map(OrganisationId::from_uuid),
        by_hand: false,
    }))
}

/// Waits until nobody else links this person or these leads.
///
/// Everybody comes for the person first and then for leads in order, so that no two wait for each
/// other. On SQLite the only writer has the turn anyway.
pub async fn take_turn(
    tx: &Tx,
    person: Option<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<(), Error> {
    let ids = person
        .map(PersonId::uuid)
        .into_iter()
        .chain(leads.iter().map(|lead| lead.uuid()));
    for id in ids {
        let statement = Statement::from_sql_and_values(
            tx.get_database_backend(),
            "insert into turn (id, turns) values ($1, 1) \
             on conflict (id) do update set turns = turn.turns + 1",
            [id.into()],
        );
        tx.execute_raw(statement).await?;
    }
    Ok(())
}

/// The person of a lead; while two claim it, the one that came into the base first.
async fn claimant(tx: &Tx, lead: LeadId) -> Result<Option<PersonId>, Error> {
    let claim = person_lead::Entity::find()
        .filter(person_lead::Column::LeadId.eq(lead.uuid()))
        .order_by_asc(person_lead::Column::PersonId)
        .limit(1)
        .one(tx.connection())
        .await?;
    Ok(claim.map(|claim| PersonId::from_uuid(claim.person_id)))
}

async fn leads_of(tx: &Tx, person: PersonId) -> Result<BTreeSet<LeadId>, Error> {
    let rows = person_lead::Entity::find()
        .filter(person_lead::Column::PersonId.eq(person.uuid()))
        .all(tx.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| LeadId::from_uuid(row.lead_id))
        .collect())
}

async fn write(tx: &Tx, person: &Person) -> Result<(), Error> {
    let overwrite = OnConflict::column(person::Column::Id)
        .update_columns([person::Column::Revision, person::Column::OrganisationId])
        .to_owned();
    let row = person::ActiveModel {
        id: Set(person.id.uuid()),
        revision: Set(person.revision),
        organisation_id: Set(person.organisation.map(OrganisationId::uuid)),
    };
    person::Entity::insert(row)
        .on_conflict(overwrite)
        .exec_without_returning(tx.connection())
        .await?;
    person_lead::Entity::delete_many()
        .filter(person_lead::Column::PersonId.eq(person.id.uuid()))
        .exec(tx.connection())
        .await?;
    let leads: Vec<&LeadId> = person.leads.iter().collect();
    for some in leads.chunks(ROWS_AT_ONCE) {
        let rows = some.iter().map(|lead| person_lead::ActiveModel {
            lead_id: Set(lead.uuid()),
            person_id: Set(person.id.uuid()),
        });
        person_lead::Entity::insert_many(rows)
            .exec_without_returning(tx.connection())
            .await?;
    }
    Ok(())
}
