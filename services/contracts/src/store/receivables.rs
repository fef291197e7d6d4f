//! Payments of all contracts: lists, what is overdue, and sums by month.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use clock::Timestamp;
use database::Error;
use database::rows::{Kind, time, unpacked};
use ids::{ContractId, OrganisationId, PersonId, StaffId};
use sea_orm::prelude::*;
use sea_orm::sea_query::{ExprTrait as _, Query, SelectStatement};
use sea_orm::{Condition, QueryOrder, QuerySelect, Statement};
use serde_json::{Value as Json, json};

use super::corrupt;
use super::entity::contract;
use super::entity::payment::{Column, Entity};
use super::payments::read;
use crate::domain::month::Month;
use crate::domain::payment::Payment;

/// Which payments a list shows; empty fields leave all in.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub contract: Option<ContractId>,
    pub responsible: Option<StaffId>,
    /// `None` for all that were not removed.
    pub state: Option<StateName>,
    pub currency: Option<String>,
    pub due_from: Option<Timestamp>,
    pub due_before: Option<Timestamp>,
    pub received_from: Option<Timestamp>,
    pub received_before: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateName {
    Expected,
    Received,
    Refund,
    Removed,
}

/// Where a page of a list, by due date, goes on.
pub type Cursor = (Timestamp, Uuid);

/// What is shown of the contract of an overdue payment.
#[derive(Debug, Clone, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Debtor {
    id: Uuid,
    pub number: String,
    pub title: String,
    responsible_id: Option<Uuid>,
    person_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
}

/// How much is overdue in one currency.
#[derive(Debug, Clone, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Sum {
    pub currency: String,
    pub payments: i64,
    pub minor: i64,
}

/// What was expected and what came in a month, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub expected: i64,
    pub outstanding: i64,
    pub received: i64,
    pub refunded: i64,
}

/// A page of a list.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Payment>, Error> {
    listed(db, condition(filter), after, limit).await
}

/// Expected payments that were due so many whole days before a time, the longest overdue first.
pub async fn overdue(
    db: &impl ConnectionTrait,
    late: Late,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<(Payment, Debtor)>, Error> {
    let payments = listed(db, late.condition(), after, limit).await?;
    let ids = payments.iter().map(|payment| payment.contract.uuid());
    let debtors: Vec<Debtor> = contract::Entity::find()
        .select_only()
        .columns([
            contract::Column::Id,
            contract::Column::Number,
            contract::Column::Title,
            contract::Column::ResponsibleId,
            contract::Column::PersonId,
            contract::Column::OrganisationId,
        ])
        .filter(contract::Column::Id.is_in(ids))
        .into_model()
        .all(db)
        .await?;
    let debtors: BTreeMap<Uuid, Debtor> = debtors.into_iter().map(|it| (it.id, it)).collect();
    let with_debtor = |payment: Payment| {
        let debtor = debtors.get(&payment.contract.uuid()).cloned();
        let debtor = debtor.ok_or_else(|| corrupt("payment", "has no contract"))?;
        Ok((payment, debtor))
    };
    payments.into_iter().map(with_debtor).collect()
}

/// Which payments are overdue.
#[derive(Debug, Clone, Copy)]
pub struct Late {
    pub now: Timestamp,
    pub min_days: u16,
    pub responsible: Option<StaffId>,
}

impl Late {
    fn condition(self) -> Condition {
        let before = self.now - TimeDelta::days(self.min_days.into());
        // A payment is late from the moment after it was due.
        let due = if self.min_days == 0 {
            Column::DueAt.lt(before)
        } else {
            Column::DueAt.lte(before)
        };
        let filter = Filter {
            state: Some(StateName::Expected),
            responsible: self.responsible,
            ..Filter::default()
        };
        condition(&filter).add(due)
    }
}

/// How much is overdue, by currency.
pub async fn overdue_sums(db: &impl ConnectionTrait, late: Late) -> Result<Vec<Sum>, Error> {
    let minor = Column::AmountMinor.sum().cast_as("bigint");
    let sums = Entity::find()
        .select_only()
        .column(Column::Currency)
        .column_as(Column::Id.count(), "payments")
        .column_as(minor, "minor")
        .filter(late.condition())
        .group_by(Column::Currency)
        .order_by_asc(Column::Currency)
        .into_model()
        .all(db)
        .await?;
    Ok(sums)
}

/// What was expected and what came, by month and currency.
pub async fn by_month(
    db: &impl ConnectionTrait,
    months: &[Month],
    responsible: Option<StaffId>,
) -> Result<BTreeMap<(Month, String), Totals>, Error> {
    let mut all: BTreeMap<(Month, String), Totals> = BTreeMap::new();
    let due = "p.due_at >= v.begins and p.due_at < v.ends \
               and p.removed_at is null and p.refunds_id is null";
    let open = "case when p.received_at is null then p.amount_minor else 0 end";
    for (key, [expected, outstanding]) in
        sums(db, months, responsible, due, ["p.amount_minor", open]).await?
    {
        let totals = all.entry(key).or_default();
        (totals.expected, totals.outstanding) = (expected, outstanding);
    }
    let came = "p.received_at >= v.begins and p.received_at < v.ends";
    let receipt = "case when p.refunds_id is null then p.amount_minor else 0 end";
    let refund = "case when p.refunds_id is null then 0 else -p.amount_minor end";
    for (key, [received, refunded]) in
        sums(db, months, responsible, came, [receipt, refund]).await?
    {
        let totals = all.entry(key).or_default();
        (totals.received, totals.refunded) = (received, refunded);
    }
    Ok(all)
}

/// Two sums over the payments that `matching` (a condition over `p` and the month `v`) finds.
async fn sums(
    db: &impl ConnectionTrait,
    months: &[Month],
    responsible: Option<StaffId>,
    matching: &str,
    [one, other]: [&str; 2],
) -> Result<Vec<((Month, String), [i64; 2])>, Error> {
    let spans = months.iter().enumerate().map(|(place, month)| {
        let ends = time(month.next().begins());
        json!([place, time(month.begins()), ends])
    });
    let spans = Json::Array(spans.collect());
    let backend = db.get_database_backend();
    let columns = [
        ("place", Kind::Int),
        ("begins", Kind::Time),
        ("ends", Kind::Time),
    ];
    let of_staff = match responsible {
        Some(_) => "join contract as c on c.id = p.contract_id and c.responsible_id = $2",
        None => "",
    };
    let sql = format!(
        "select v.place, p.currency, cast(sum({one}) as bigint) as one, \
         cast(sum({other}) as bigint) as other \
         from ({}) as v join payment as p on {matching} {of_staff} group by v.place, p.currency",
        unpacked(backend, &columns, 1)
    );
    let values = [Some(spans.into()), responsible.map(|it| it.uuid().into())];
    let values = values.into_iter().flatten();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut sums = Vec::new();
    for row in db.query_all_raw(statement).await? {
        let place: i64 = row.try_get("", "place")?;
        let month = usize::try_from(place).ok().and_then(|it| months.get(it));
        let month = month.ok_or_else(|| corrupt("payment", "is of no month"))?;
        let sum = [row.try_get("", "one")?, row.try_get("", "other")?];
        sums.push(((*month, row.try_get("", "currency")?), sum));
    }
    Ok(sums)
}

async fn listed(
    db: &impl ConnectionTrait,
    condition: Condition,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Payment>, Error> {
    let later = after.map_or_else(Condition::all, |(due_at, id)| {
        Condition::any().add(Column::DueAt.gt(due_at)).add(
            Condition::all()
                .add(Column::DueAt.eq(due_at))
                .add(Column::Id.gt(id)),
        )
    });
    let rows = Entity::find()
        .filter(condition)
        .filter(later)
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.iter().map(read).collect()
}

fn condition(filter: &Filter) -> Condition {
    let state = match filter.state {
        None => Condition::all().add(Column::RemovedAt.is_null()),
        Some(StateName::Expected) => Condition::all()
            .add(Column::RemovedAt.is_null())
            .add(Column::ReceivedAt.is_null()),
        Some(StateName::Received) => Condition::all()
            .add(Column::ReceivedAt.is_not_null())
            .add(Column::RefundsId.is_null()),
        Some(StateName::Refund) => Condition::all().add(Column::RefundsId.is_not_null()),
        Some(StateName::Removed) => Condition::all().add(Column::RemovedAt.is_not_null()),
    };
    let contract = filter.contract.map(ContractId::uuid);
    let currency = filter.currency.as_deref();
    state
        .add_option(contract.map(|it| Column::ContractId.eq(it)))
        .add_option(
            filter
                .responsible
                .map(|it| Column::ContractId.in_subquery(contracts_of(it))),
        )
        .add_option(currency.map(|it| Column::Currency.eq(it)))
        .add_option(filter.due_from.map(|it| Column::DueAt.gte(it)))
        .add_option(filter.due_before.map(|it| Column::DueAt.lt(it)))
        .add_option(filter.received_from.map(|it| Column::ReceivedAt.gte(it)))
        .add_option(filter.received_before.map(|it| Column::ReceivedAt.lt(it)))
}

fn contracts_of(staff: StaffId) -> SelectStatement {
    Query::select()
        .column(contract::Column::Id)
        .from(contract::Entity)
        .and_where(contract::Column::ResponsibleId.eq(staff.uuid()))
        .to_owned()
}

impl Debtor {
    pub fn responsible(&self) -> Option<StaffId> {
        self.responsible_id.map(StaffId::from_uuid)
    }

    pub fn person(&self) -> Option<PersonId> {
        self.person_id.map(PersonId::from_uuid)
    }

    pub fn organisation(&self) -> Option<OrganisationId> {
        self.organisation_id.map(OrganisationId::from_uuid)
    }
}
