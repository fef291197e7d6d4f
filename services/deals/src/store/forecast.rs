//! Sums of open and of won deals by month, responsible and topic.

use std::collections::BTreeMap;

use clock::Timestamp;
use database::Error;
use ids::{StaffId, TopicId};
use sea_orm::prelude::*;
use sea_orm::sea_query::{Alias, CaseStatement, SelectStatement, UnionType};
use sea_orm::{
    Condition, DbBackend, ExprTrait, JoinType, QueryResult, QuerySelect, QueryTrait, Select,
};

use super::corrupt;
use super::deals::{self, Cursor};
use super::entity::deal::{Column, Entity};
use super::entity::stage;
use crate::domain::deal::Deal;
use crate::domain::forecast::{Figure, Month, Span};

/// Which deals a forecast looks at; empty fields leave all in.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub topic: Option<TopicId>,
    pub responsible: Option<StaffId>,
    /// Expected to close, or won, at or after.
    pub from: Option<Timestamp>,
    /// Expected to close, or won, before.
    pub to: Option<Timestamp>,
    /// What was expected before is overdue.
    pub today: Timestamp,
}

/// The deals behind a figure.
#[derive(Debug, Clone)]
pub struct Behind {
    pub filter: Filter,
    pub without_responsible: bool,
    pub span: SpanFilter,
    pub figure: Figure,
    pub currency: Option<String>,
}

/// A span, or several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanFilter {
    All,
    Overdue,
    AnyMonth,
    Month(Month),
    Undated,
}

/// Whose figures a row has; rows are in this order.
pub type Key = (Span, Option<StaffId>, TopicId);

/// Figures of one month, responsible and topic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    pub open: i64,
    pub committed: i64,
    pub won: i64,
    /// By currency.
    pub sums: BTreeMap<String, Sums>,
}

/// Amounts of one currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    pub open: i64,
    pub weighted: i64,
    pub committed: i64,
    pub won: i64,
}

impl Sums {
    pub fn add(&mut self, other: Self) {
        self.open += other.open;
        self.weighted += other.weighted;
        self.committed += other.committed;
        self.won += other.won;
    }
}

/// All rows of a forecast, by one statement.
pub async fn rows(
    db: &impl ConnectionTrait,
    filter: Filter,
) -> Result<BTreeMap<Key, Figures>, Error> {
    let backend = db.get_database_backend();
    let mut statement = open_sums(filter, backend);
    statement.union(UnionType::All, won_sums(filter, backend));
    let groups = db.query_all(&statement).await?;
    let mut rows: BTreeMap<Key, Figures> = BTreeMap::new();
    for group in &groups {
        let figures = rows.entry(key(group)?).or_default();
        figures.open += group.try_get::<i64>("", "open_count")?;
        figures.committed += group.try_get::<i64>("", "committed_count")?;
        figures.won += group.try_get::<i64>("", "won_count")?;
        if let Some(currency) = group.try_get::<Option<String>>("", "currency")? {
            figures.sums.entry(currency).or_default().add(sums(group)?);
        }
    }
    Ok(rows)
}

/// A page of the deals behind a figure, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    behind: &Behind,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Deal>, Error> {
    deals::page_where(db, condition(behind), after, limit).await
}

/// How many deals are behind a figure.
pub async fn count(db: &impl ConnectionTrait, behind: &Behind) -> Result<i64, Error> {
    deals::count_where(db, condition(behind)).await
}

fn key(group: &QueryResult) -> Result<Key, Error> {
    let span: String = group.try_get("", "span")?;
    let responsible: Option<Uuid> = group.try_get("", "responsible_id")?;
    Ok((
        span.parse().map_err(|cause| corrupt("deal", cause))?,
        responsible.map(StaffId::from_uuid),
        TopicId::from_uuid(group.try_get("", "topic_id")?),
    ))
}

fn sums(group: &QueryResult) -> Result<Sums, Error> {
    let sum = |column| Ok::<_, Error>(group.try_get::<Option<i64>>("", column)?.unwrap_or(0));
    Ok(Sums {
        open: sum("open_minor")?,
        weighted: sum("weighted_minor")?,
        committed: sum("committed_minor")?,
        won: sum("won_minor")?,
    })
}

fn open_sums(filter: Filter, backend: DbBackend) -> SelectStatement {
    let span = CaseStatement::new()
        .case(Column::ExpectedCloseAt.is_null(), Expr::cust("'undated'"))
        .case(
            Column::ExpectedCloseAt.lt(filter.today),
            Expr::cust("'overdue'"),
        )
        .finally(month(Column::ExpectedCloseAt, backend));
    let committed = |then: Expr| -> Expr {
        CaseStatement::new()
            .case(Column::Committed.eq(true), then)
            .into()
    };
    // Exact in whole numbers: an amount times a percentage fits.
    let weighted = Expr::cust(
        "amount_minor * probability_percent / 100 + case \
         when amount_minor * probability_percent % 100 > 50 then 1 \
         when amount_minor * probability_percent % 100 = 50 \
         and amount_minor * probability_percent / 100 % 2 = 1 then 1 else 0 end",
    );
    let amount = Expr::col(Column::AmountMinor);
    let mut statement = grouped(span.into())
        .column_as(Column::Id.count(), "open_count")
        .column_as(committed(Expr::cust("1")).count(), "committed_count")
        .column_as(Expr::cust("cast(0 as bigint)"), "won_count")
        .column_as(whole(amount.clone()), "open_minor")
        .column_as(whole(weighted), "weighted_minor")
        .column_as(whole(committed(amount)), "committed_minor")
        .column_as(Expr::cust("cast(0 as bigint)"), "won_minor")
        .filter(open(filter))
        .into_query();
    let its_stage = Condition::all()
        .add(Expr::col((stage::Entity, stage::Column::TopicId)).equals((Entity, Column::TopicId)))
        .add(Expr::col((stage::Entity, stage::Column::Code)).equals((Entity, Column::Stage)));
    statement.join(JoinType::InnerJoin, stage::Entity, its_stage);
    statement
}

fn won_sums(filter: Filter, backend: DbBackend) -> SelectStatement {
    let none = || Expr::cust("cast(0 as bigint)");
    grouped(month(Column::ClosedAt, backend))
        .column_as(none(), "open_count")
        .column_as(none(), "committed_count")
        .column_as(Column::Id.count(), "won_count")
        .column_as(none(), "open_minor")
        .column_as(none(), "weighted_minor")
        .column_as(none(), "committed_minor")
        .column_as(whole(Expr::col(Column::AmountMinor)), "won_minor")
        .filter(won(filter))
        .into_query()
}

fn grouped(span: Expr) -> Select<Entity> {
    let mut select = Entity::find()
        .select_only()
        .column_as(span, "span")
        .column(Column::ResponsibleId)
        .column(Column::TopicId)
        .column(Column::Currency)
        .group_by(Column::ResponsibleId)
        .group_by(Column::TopicId)
        .group_by(Column::Currency);
    QuerySelect::query(&mut select).group_by_col(Alias::new("span"));
    select
}

/// A sum that stays a whole number. PostgreSQL would make it a decimal.
fn whole(summed: Expr) -> Expr {
    summed.sum().cast_as("bigint")
}

/// The month of an instant, in UTC. SQLite keeps instants as text that begins with it.
fn month(column: Column, backend: DbBackend) -> Expr {
    let name = column.as_str();
    Expr::cust(match backend {
        DbBackend::Sqlite => format!("substr({name}, 1, 7)"),
        _ => format!("to_char({name} at time zone 'UTC', 'YYYY-MM')"),
    })
}

fn open(filter: Filter) -> Condition {
    let Filter { from, to, .. } = filter;
    mine(filter)
        .add(Column::State.eq("open"))
        .add_option(from.map(|from| Column::ExpectedCloseAt.gte(from)))
        .add_option(to.map(|to| Column::ExpectedCloseAt.lt(to)))
}

fn won(filter: Filter) -> Condition {
    let from = filter.from;
    let from = from.unwrap_or_else(|| Month::of(filter.today).begins_at());
    mine(filter)
        .add(Column::State.eq("won"))
        .add(Column::ClosedAt.gte(from))
        .add_option(filter.to.map(|to| Column::ClosedAt.lt(to)))
}

fn mine(filter: Filter) -> Condition {
    let responsible = filter.responsible.map(StaffId::uuid);
    Condition::all()
        .add_option(filter.topic.map(|topic| Column::TopicId.eq(topic.uuid())))
        .add_option(responsible.map(|staff| Column::ResponsibleId.eq(staff)))
}

fn condition(behind: &Behind) -> Condition {
    let filter = behind.filter;
    let (deals, at) = match behind.figure {
        Figure::Open => (open(filter), Column::ExpectedCloseAt),
        Figure::Committed => (
            open(filter).add(Column::Committed.eq(true)),
            Column::ExpectedCloseAt,
        ),
        Figure::Won => (won(filter), Column::ClosedAt),
    };
    let due = match behind.figure {
        Figure::Open | Figure::Committed => Some(filter.today),
        // What is won is never overdue, nor without a day.
        Figure::Won => None,
    };
    let not_due = || Condition::all().add_option(due.map(|due| at.gte(due)));
    let span = match behind.span {
        SpanFilter::All => Condition::all(),
        SpanFilter::Overdue => match due {
            Some(due) => Condition::all().add(at.lt(due)),
            None => Condition::all().add(at.is_null()),
        },
        SpanFilter::AnyMonth => not_due().add(at.is_not_null()),
        SpanFilter::Month(month) => not_due()
            .add(at.gte(month.begins_at()))
            .add(at.lt(month.ends_at())),
        SpanFilter::Undated => Condition::all().add(at.is_null()),
    };
    let currency = behind.currency.as_ref();
    let nobody = behind.without_responsible;
    deals
        .add(span)
        .add_option(currency.map(|currency| Column::Currency.eq(currency.as_str())))
        .add_option(nobody.then(|| Column::ResponsibleId.is_null()))
}
