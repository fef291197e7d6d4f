//! What the erasure of a person takes out of the rows.

use std::collections::BTreeSet;

use database::Error;
use database::rows::{self as packed, execute, one_of};
use ids::{ContractId, DealId, LeadId, PersonId};
use messaging::Tx;
use sea_orm::Statement;
use sea_orm::prelude::*;

/// The contracts of these persons, leads and deals.
pub async fn contracts(
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
    deals: &BTreeSet<DealId>,
) -> Result<BTreeSet<ContractId>, Error> {
    let backend = tx.get_database_backend();
    let sql = format!(
        "select id from contract where {} or {} or {}",
        one_of(backend, "person_id", "$1"),
        one_of(backend, "lead_id", "$2"),
        one_of(backend, "deal_id", "$3")
    );
    let persons = packed::ids(persons.iter().map(|person| person.uuid()));
    let leads = packed::ids(leads.iter().map(|lead| lead.uuid()));
    let deals = packed::ids(deals.iter().map(|deal| deal.uuid()));
    let statement = Statement::from_sql_and_values(backend, sql, [persons, leads, deals]);
    let found = tx.query_all_raw(statement).await?;
    let ids = found.iter().map(|row| row.try_get("", "id"));
    let ids = ids.map(|id| id.map(ContractId::from_uuid));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Takes out all words, of earlier versions too; answers the revisions that the contracts have now.
pub async fn blank(
    tx: &Tx,
    contracts: &BTreeSet<ContractId>,
) -> Result<Vec<(ContractId, i64)>, Error> {
    let backend = tx.get_database_backend();
    let ids = || packed::ids(contracts.iter().map(|contract| contract.uuid()));
    let of_contracts = one_of(backend, "contract_id", "$1");
    let statements = [
        format!("update contract_version set title = '', terms = '' where {of_contracts}"),
        format!(
            "update payment set revision = revision + 1, reason = '' where {of_contracts} and reason <> ''"
        ),
    ];
    for sql in statements {
        execute(&**tx, sql, [ids()]).await?;
    }
    let sql = format!(
        "update contract set revision = revision + 1, title = '', terms = '' where {} \
         returning id, revision",
        one_of(backend, "id", "$1")
    );
    let statement = Statement::from_sql_and_values(backend, sql, [ids()]);
    let blanked = tx.query_all_raw(statement).await?;
    let contract = |row: &sea_orm::QueryResult| {
        let id = ContractId::from_uuid(row.try_get("", "id")?);
        Ok((id, row.try_get("", "revision")?))
    };
    blanked.iter().map(contract).collect()
}
