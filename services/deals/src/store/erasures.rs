//! What the erasure of a person takes out of the rows.

use std::collections::BTreeSet;

use database::Error;
use database::rows::{self as packed, execute, one_of};
use ids::{DealId, LeadId, PersonId};
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{DbBackend, Statement};

/// The deals of these persons and leads.
pub async fn deals(
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
) -> Result<BTreeSet<DealId>, Error> {
    let backend = tx.get_database_backend();
    let sql = format!(
        "select id from deal where {} or {}",
        one_of(backend, "person_id", "$1"),
        one_of(backend, "lead_id", "$2")
    );
    let persons = packed::ids(persons.iter().map(|person| person.uuid()));
    let leads = packed::ids(leads.iter().map(|lead| lead.uuid()));
    let statement = Statement::from_sql_and_values(backend, sql, [persons, leads]);
    let found = tx.query_all_raw(statement).await?;
    let ids = found.iter().map(|row| row.try_get("", "id"));
    let ids = ids.map(|id| id.map(DealId::from_uuid));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Takes out all words; answers the revisions that the deals have now.
pub async fn blank(tx: &Tx, deals: &BTreeSet<DealId>) -> Result<Vec<(DealId, i64)>, Error> {
    let backend = tx.get_database_backend();
    let ids = || packed::ids(deals.iter().map(|deal| deal.uuid()));
    let of_deals = one_of(backend, "deal_id", "$1");
    let statements = [
        format!("update activity set note = '' where {of_deals}"),
        format!("update activity set result = '' where completed_at is not null and {of_deals}"),
        format!(
            "update offer set revision = revision + 1, addressee = '', introduction = '', \
             terms = '' where {of_deals}"
        ),
    ];
    for sql in statements {
        execute(&**tx, sql, [ids()]).await?;
    }
    let source = match backend {
        DbBackend::Sqlite => "json_set(source, '$.referrer', '', '$.utm', json('{}'))",
        _ => "source || '{\"referrer\": \"\", \"utm\": {}}'",
    };
    let sql = format!(
        "update deal set revision = revision + 1, title = '', note = '', source = {source}, \
         loss_note = case when state = 'lost' then '' end where {} returning id, revision",
        one_of(backend, "id", "$1")
    );
    let statement = Statement::from_sql_and_values(backend, sql, [ids()]);
    let blanked = tx.query_all_raw(statement).await?;
    let deal = |row: &sea_orm::QueryResult| {
        let id = DealId::from_uuid(row.try_get("", "id")?);
        Ok((id, row.try_get("", "revision")?))
    };
    blanked.iter().map(deal).collect()
}
