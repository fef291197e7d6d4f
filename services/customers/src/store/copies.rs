//! What is known of deals and contracts from their events. The highest revision counts.

use std::collections::BTreeSet;

use database::Error;
use ids::{ContractId, DealId, LeadId, OrganisationId, PersonId};
use messaging::Tx;
use sea_orm::{
    ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::Condition,
};

use super::{
    entity::{contract_copy, deal_copy},
    rows,
};

/// A deal as its events tell; parts that an event does not tell are left as they are.
#[derive(Debug, Clone)]
pub struct Deal {
    pub id: DealId,
    pub revision: i64,
    pub person: Option<PersonId>,
    pub lead: Option<LeadId>,
    pub title: String,
    pub state: String,
}

/// A contract as its events tell.
#[derive(Debug, Clone)]
pub struct Contract {
    pub id: ContractId,
    pub revision: i64,
    pub person: Option<PersonId>,
    pub lead: Option<LeadId>,
    pub organisation: Option<OrganisationId>,
    pub amount: Option<(i64, String)>,
    pub state: String,
}

/// A card shows no more of either than this.
const MOST: u64 = 500;

/// Keeps the highest revision of a deal. One statement: two deliveries at once lose nothing.
///
/// What only one of two events tells is kept from that one, whichever came first.
pub async fn save_deal(tx: &Tx, deal: Deal) -> Result<(), Error> {
    let sql = "insert into deal_copy (deal_id, revision, person_id, lead_id, title, state) \
               values ($1, $2, $3, $4, $5, $6) on conflict (deal_id) do update set \
               person_id = case when excluded.revision > deal_copy.revision \
                   then coalesce(excluded.person_id, deal_copy.person_id) \
                   else coalesce(deal_copy.person_id, excluded.person_id) end, \
               lead_id = case when excluded.revision > deal_copy.revision \
                   then coalesce(excluded.lead_id, deal_copy.lead_id) \
                   else coalesce(deal_copy.lead_id, excluded.lead_id) end, \
               title = case when excluded.revision > deal_copy.revision \
                   then coalesce(nullif(excluded.title, ''), deal_copy.title) \
                   else coalesce(nullif(deal_copy.title, ''), excluded.title) end, \
               state = case when excluded.revision > deal_copy.revision \
                   then excluded.state else deal_copy.state end, \
               revision = case when excluded.revision > deal_copy.revision \
                   then excluded.revision else deal_copy.revision end";
    let values = [
        deal.id.uuid().into(),
        deal.revision.into(),
        deal.person.map(PersonId::uuid).into(),
        deal.lead.map(LeadId::uuid).into(),
        deal.title.into(),
        deal.state.into(),
    ];
    execute(tx, sql, values).await
}

/// Keeps the highest revision of a contract, as [`save_deal`] does of a deal.
pub async fn save_contract(tx: &Tx, contract: Contract) -> Result<(), Error> {
    let sql = "insert into contract_copy (contract_id, revision, person_id, lead_id, \
                   organisation_id, amount_minor, currency, state) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (contract_id) do update set \
               person_id = coalesce(excluded.person_id, contract_copy.person_id), \
               lead_id = coalesce(excluded.lead_id, contract_copy.lead_id), \
               organisation_id = \
                   coalesce(excluded.organisation_id, contract_copy.organisation_id), \
               amount_minor = coalesce(excluded.amount_minor, contract_copy.amount_minor), \
               currency = coalesce(excluded.currency, contract_copy.currency), \
               state = case when excluded.revision > contract_copy.revision \
                   then excluded.state else contract_copy.state end, \
               revision = case when excluded.revision > contract_copy.revision \
                   then excluded.revision else contract_copy.revision end";
    let (minor, currency) = contract.amount.unzip();
    let values = [
        contract.id.uuid().into(),
        contract.revision.into(),
        contract.person.map(PersonId::uuid).into(),
        contract.lead.map(LeadId::uuid).into(),
        contract.organisation.map(OrganisationId::uuid).into(),
        minor.into(),
        currency.into(),
        contract.state.into(),
    ];
    execute(tx, sql, values).await
}

async fn execute<const N: usize>(
    tx: &Tx,
    sql: &'static str,
    values: [sea_orm::Value; N],
) -> Result<(), Error> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await?;
    Ok(())
}

/// Deals of these records, by their ids or by their leads, newest first.
pub async fn deals_of(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<Vec<Deal>, Error> {
    let rows = deal_copy::Entity::find()
        .filter(of_any(db, persons, leads))
        .order_by_desc(deal_copy::Column::DealId)
        .limit(MOST)
        .all(db)
        .await?;
    let deal = |row: deal_copy::Model| Deal {
        id: DealId::from_uuid(row.deal_id),
        revision: row.revision,
        person: row.person_id.map(PersonId::from_uuid),
        lead: row.lead_id.map(LeadId::from_uuid),
        title: row.title,
        state: row.state,
    };
    Ok(rows.into_iter().map(deal).collect())
}

/// Contracts of these records, by their ids or by their leads, newest first.
pub async fn contracts_of(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
    leads: impl IntoIterator<Item = LeadId>,
) -> Result<Vec<Contract>, Error> {
    let rows = contract_copy::Entity::find()
        .filter(of_any(db, persons, leads))
        .order_by_desc(contract_copy::Column::ContractId)
        .limit(MOST)
        .all(db)
        .await?;
    let contract = |row: contract_copy::Model| Contract {
        id: ContractId::from_uuid(row.contract_id),
        revision: row.revision,
        person: row.person_id.map(PersonId::from_uuid),
        lead: row.lead_id.map(LeadId::from_uuid),
        organisation: row.organisation_id.map(OrganisationId::from_uuid),
        amount: row.amount_minor.zip(row.currency),
        state: row.state,
    };
    Ok(rows.into_iter().map(contract).collect())
}

fn of_any(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
    leads: impl IntoIterator<Item = LeadId>,
) -> Condition {
    let persons = persons.iter().map(|person| person.uuid());
    let leads = leads.into_iter().map(LeadId::uuid);
    Condition::any()
        .add(rows::one_of(db, "person_id", persons))
        .add(rows::one_of(db, "lead_id", leads))
}
