//! Contracts that ended, those that may follow them, and how many were in force.

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use database::Error;
use database::rows::{Kind as Type, time, unpacked};
use ids::{ContractId, OrganisationId, PersonId, StaffId};
use sea_orm::prelude::*;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect, Statement};
use serde_json::{Value as Json, json};

use super::contracts::row;
use super::corrupt;
use super::entity::contract::{Column, Entity};
use crate::domain::churn::{Client, Follower};
use crate::domain::contract::Contract;
use crate::domain::month::Month;

/// Ends from one time to before another, of contracts of one member of staff or of all.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    from: Timestamp,
    before: Timestamp,
    responsible: Option<StaffId>,
}

impl Span {
    /// Of months that follow one another; `None` of none.
    pub fn of(months: &[Month], responsible: Option<StaffId>) -> Option<Self> {
        let (first, last) = months.first().zip(months.last())?;
        Some(Self {
            from: first.begins(),
            before: last.next().begins(),
            responsible,
        })
    }
}

/// Where a page, by the end, goes on.
pub type Cursor = (Timestamp, Uuid);

/// Where the page after this contract goes on.
pub fn cursor(contract: &Contract) -> Option<Cursor> {
    let end = contract.end_of()?;
    Some((end.at, contract.id.uuid()))
}

/// A page of contracts that ended and had been in force, by their end.
pub async fn page(
    db: &impl ConnectionTrait,
    span: Span,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Contract>, Error> {
    let later = after.map_or_else(Condition::all, |(ended_at, id)| {
        Condition::any().add(Column::EndedAt.gt(ended_at)).add(
            Condition::all()
                .add(Column::EndedAt.eq(ended_at))
                .add(Column::Id.gt(id)),
        )
    });
    let of_staff = span
        .responsible
        .map(|staff| Column::ResponsibleId.eq(staff.uuid()));
    let rows = Entity::find()
        .filter(Column::State.eq("ended"))
        .filter(Column::ActivatedAt.is_not_null())
        .filter(Column::EndedAt.gte(span.from))
        .filter(Column::EndedAt.lt(span.before))
        .filter(Condition::all().add_option(of_staff))
        .filter(later)
        .order_by_asc(Column::EndedAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.into_iter().map(row::read).collect()
}

/// Signed contracts by those whom they are with and by those that they name as the one before.
#[derive(Debug, Default)]
pub struct Followers {
    persons: BTreeMap<PersonId, Vec<Follower>>,
    organisations: BTreeMap<OrganisationId, Vec<Follower>>,
    previous: BTreeMap<ContractId, Vec<Follower>>,
}

impl Followers {
    /// All that have to do with a contract or its client; some of them may come twice.
    pub fn of(&self, contract: ContractId, client: &Client) -> Vec<&Follower> {
        let persons = client.persons.iter().filter_map(|id| self.persons.get(id));
        let organisation = client.organisation;
        let organisation = organisation.and_then(|id| self.organisations.get(&id));
        persons
            .chain(organisation)
            .chain(self.previous.get(&contract))
            .flatten()
            .collect()
    }
}

/// Signed contracts that have to do with these contracts and their clients. One look for each, because no
/// index serves all three.
pub async fn followers(
    db: &impl ConnectionTrait,
    contracts: &[Contract],
    clients: &[Client],
) -> Result<Followers, Error> {
    let persons: BTreeSet<Uuid> = clients
        .iter()
        .flat_map(|client| client.persons.iter().map(|id| id.uuid()))
        .collect();
    let organisations: BTreeSet<Uuid> = clients
        .iter()
        .filter_map(|client| client.organisation.map(OrganisationId::uuid))
        .collect();
    let ids = contracts.iter().map(|contract| contract.id.uuid());
    let mut found = Followers::default();
    for follower in signed(db, Column::PersonId.is_in(persons)).await? {
        if let Some(person) = follower.person {
            found.persons.entry(person).or_default().push(follower);
        }
    }
    for follower in signed(db, Column::OrganisationId.is_in(organisations)).await? {
        if let Some(organisation) = follower.organisation {
            let all = found.organisations.entry(organisation).or_default();
            all.push(follower);
        }
    }
    for follower in signed(db, Column::PreviousContractId.is_in(ids)).await? {
        if let Some(previous) = follower.previous {
            found.previous.entry(previous).or_default().push(follower);
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    previous_contract_id: Option<Uuid>,
    person_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    signed_at: ChronoDateTimeUtc,
    ended_at: Option<ChronoDateTimeUtc>,
}

async fn signed(
    db: &impl ConnectionTrait,
    condition: impl IntoCondition,
) -> Result<Vec<Follower>, Error> {
    let rows: Vec<Row> = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Kind,
            Column::PreviousContractId,
            Column::PersonId,
            Column::OrganisationId,
            Column::SignedAt,
            Column::EndedAt,
        ])
        .filter(condition)
        .filter(Column::SignedAt.is_not_null())
        .into_model()
        .all(db)
        .await?;
    let read = |row: Row| {
        let kind = row.kind.parse();
        Ok(Follower {
            id: ContractId::from_uuid(row.id),
            kind: kind
                .map_err(|cause: crate::domain::kind::UnknownKind| corrupt("contract", cause))?,
            previous: row.previous_contract_id.map(ContractId::from_uuid),
            person: row.person_id.map(PersonId::from_uuid),
            organisation: row.organisation_id.map(OrganisationId::from_uuid),
            signed_at: row.signed_at,
            ended_at: row.ended_at,
        })
    };
    rows.into_iter().map(read).collect()
}

/// How many contracts of whom were in force when a month began, by its place in the list.
pub async fn in_force(
    db: &impl ConnectionTrait,
    months: &[Month],
    responsible: Option<StaffId>,
) -> Result<Vec<(usize, Option<StaffId>, i64)>, Error> {
    let begins = months.iter().enumerate();
    let begins = begins.map(|(place, month)| json!([place, time(month.begins())]));
    let begins = Json::Array(begins.collect());
    let backend = db.get_database_backend();
    let of_staff = match responsible {
        Some(_) => "and c.responsible_id = $2",
        None => "",
    };
    let sql = format!(
        "select v.place, c.responsible_id, count(*) as contracts \
         from ({}) as v join contract as c on c.activated_at <= v.begins \
         and (c.ended_at is null or c.ended_at > v.begins) {of_staff} \
         group by v.place, c.responsible_id",
        unpacked(backend, &[("place", Type::Int), ("begins", Type::Time)], 1)
    );
    let values = [Some(begins.into()), responsible.map(|it| it.uuid().into())];
    let values = values.into_iter().flatten();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut counts = Vec::new();
    for row in db.query_all_raw(statement).await? {
        let place: i64 = row.try_get("", "place")?;
        let place = usize::try_from(place).map_err(|cause| corrupt("contract", cause))?;
        let manager: Option<Uuid> = row.try_get("", "responsible_id")?;
        let manager = manager.map(StaffId::from_uuid);
        counts.push((place, manager, row.try_get("", "contracts")?));
    }
    Ok(counts)
}
