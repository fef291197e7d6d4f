//! Rows of contracts.

pub(super) mod row;

use std::collections::BTreeSet;

use clock::Timestamp;
use database::Error;
use database::rows::{Kind as Type, Table, hex};
use ids::{ContractId, DealId, OrganisationId, PersonId, StaffId};
use messaging::Tx;
use persons::clients::{self, News};
use sea_orm::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;

use super::entity::contract::{Column, Entity};
use crate::domain::contract::{Contract, NamedBy, StateName};
use crate::domain::kind::Kind;

/// Whom contracts are with.
const CLIENTS: Table = Table {
    name: "contract",
    columns: &[
        ("id", Type::Id),
        ("revision", Type::Int),
        ("person_id", Type::Id),
        ("organisation_id", Type::Id),
        ("client_named_by", Type::Text),
        ("recorded", Type::Flag),
    ],
};

/// Which contracts a list shows; empty fields leave all in.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<StateName>,
    pub kind: Option<Kind>,
    /// The contract before.
    pub previous: Option<ContractId>,
    pub deal: Option<DealId>,
    /// Records that are one person.
    pub persons: BTreeSet<PersonId>,
    pub organisation: Option<OrganisationId>,
    pub responsible: Option<StaffId>,
}

/// Where a page of the list, newest first, goes on.
pub type Cursor = (Timestamp, Uuid);

/// Adds a contract. A second one of the same deal violates a unique index.
pub async fn insert(tx: &Tx, contract: &Contract) -> Result<(), Error> {
    Entity::insert(row::write(contract).into_active_model().reset_all())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Saves a contract as its next revision, unless somebody else did so first.
pub async fn save(tx: &Tx, contract: &mut Contract) -> Result<(), Error> {
    let seen = contract.revision;
    contract.revision += 1;
    let saved = Entity::update_many()
        .set(row::write(contract).into_active_model().reset_all())
        .filter(Column::Id.eq(contract.id.uuid()))
        .filter(Column::Revision.eq(seen))
        .exec(tx.connection())
        .await?;
    if saved.rows_affected == 0 {
        contract.revision = seen;
        return Err(Error::conflict("contract"));
    }
    Ok(())
}

pub async fn get(db: &impl ConnectionTrait, id: ContractId) -> Result<Option<Contract>, Error> {
    let row = Entity::find_by_id(id.uuid()).one(db).await?;
    row.map(row::read).transpose()
}

/// The contract, to be changed. On PostgreSQL others wait for their turn, which spares them a repeat.
pub async fn lock(tx: &Tx, id: ContractId) -> Result<Option<Contract>, Error> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(tx.connection())
        .await?;
    row.map(row::read).transpose()
}

/// Saves whom contracts are with as their next revisions, to be announced, unless somebody else saved
/// one first.
pub async fn save_clients(tx: &Tx, contracts: &mut [Contract]) -> Result<(), Error> {
    for contract in &mut *contracts {
        contract.revision += 1;
    }
    let id = |id: Option<Uuid>| id.map(hex);
    let rows = contracts.iter().map(|contract| {
        let client = contract.parties.client;
        let person = id(client.person.map(PersonId::uuid));
        let organisation = id(client.organisation.map(OrganisationId::uuid));
        let (key, revision) = (hex(contract.id.uuid()), contract.revision);
        let named_by = client.named_by.as_str();
        json!([key, revision, person, organisation, named_by, true])
    });
    let matching = "contract.id = v.id and contract.revision = v.revision - 1";
    let saved = CLIENTS.update(tx.connection(), rows.collect(), 1, matching);
    if saved.await? != u64::try_from(contracts.len()).unwrap_or(u64::MAX) {
        return Err(Error::conflict("contract"));
    }
    Ok(())
}

/// The contracts that follow what is new in the client base.
pub async fn followers(tx: &Tx, news: &News) -> Result<Vec<Contract>, Error> {
    let theirs = clients::followers(tx.get_database_backend(), "contract", news);
    let rows = Entity::find()
        .filter(theirs)
        .filter(Column::ClientNamedBy.ne(NamedBy::Staff.as_str()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(tx.connection())
        .await?;
    rows.into_iter().map(row::read).collect()
}

/// Remembers that the contract as it is was announced; `false` when it was.
pub async fn mark_recorded(tx: &Tx, id: ContractId) -> Result<bool, Error> {
    let marked = Entity::update_many()
        .col_expr(Column::Recorded, Expr::value(true))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Recorded.eq(false))
        .exec(tx.connection())
        .await?;
    Ok(marked.rows_affected > 0)
}

/// Whether the deal has its contract.
pub async fn exists_of(tx: &Tx, deal: DealId) -> Result<bool, Error> {
    let row = Entity::find()
        .filter(Column::DealId.eq(deal.uuid()))
        .one(tx.connection())
        .await?;
    Ok(row.is_some())
}

/// A page of a list, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Contract>, Error> {
    let rows = Entity::find()
        .filter(condition(filter))
        .filter(after.map_or_else(Condition::all, older))
        .order_by_desc(Column::DraftedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.into_iter().map(row::read).collect()
}

/// How many a list has on all its pages.
pub async fn count(db: &impl ConnectionTrait, filter: &Filter) -> Result<i64, Error> {
    let count: Option<i64> = Entity::find()
        .filter(condition(filter))
        .select_only()
        .column_as(Column::Id.count(), "count")
        .into_tuple()
        .one(db)
        .await?;
    Ok(count.unwrap_or_default())
}

fn older((drafted_at, id): Cursor) -> Condition {
    Condition::any().add(Column::DraftedAt.lt(drafted_at)).add(
        Condition::all()
            .add(Column::DraftedAt.eq(drafted_at))
            .add(Column::Id.lt(id)),
    )
}

fn condition(filter: &Filter) -> Condition {
    let organisation = filter.organisation.map(OrganisationId::uuid);
    Condition::all()
        .add_option(filter.state.map(|state| Column::State.eq(state.as_str())))
        .add_option(filter.kind.map(|kind| Column::Kind.eq(kind.as_str())))
        .add_option(
            filter
                .previous
                .map(|id| Column::PreviousContractId.eq(id.uuid())),
        )
        .add_option(filter.deal.map(|deal| Column::DealId.eq(deal.uuid())))
        .add_option((!filter.persons.is_empty()).then(|| {
            let persons = filter.persons.iter().map(|person| person.uuid());
            Column::PersonId.is_in(persons)
        }))
        .add_option(organisation.map(|id| Column::OrganisationId.eq(id)))
        .add_option(
            filter
                .responsible
                .map(|staff| Column::ResponsibleId.eq(staff.uuid())),
        )
}
