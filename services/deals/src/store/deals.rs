//! Rows of deals.

mod row;

use std::collections::BTreeSet;

use clock::Timestamp;
use database::Error;
use database::rows::{Kind, Table, hex};
use ids::{DealId, LeadId, OrganisationId, PersonId, StaffId, TopicId};
use messaging::Tx;
use persons::clients::{self, News};
use sea_orm::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, TryInsertResult};
use serde_json::json;
use uuid::Uuid;

use super::entity::deal::{Column, Entity};
use crate::domain::code::Code;
use crate::domain::deal::Deal;

/// Whom deals are with.
const CLIENTS: Table = Table {
    name: "deal",
    columns: &[
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("person_id", Kind::Id),
        ("organisation_id", Kind::Id),
    ],
};

/// Which deals a list shows; empty fields leave all in.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub topic: Option<TopicId>,
    pub state: Option<StateName>,
    pub stage: Option<Code>,
    pub responsible: Option<StaffId>,
    pub lead: Option<LeadId>,
    pub loss_reason: Option<Code>,
    /// Won or lost at or after.
    pub closed_from: Option<Timestamp>,
    /// Won or lost before.
    pub closed_to: Option<Timestamp>,
    /// Records that are one person.
    pub persons: BTreeSet<PersonId>,
}

/// The state of a deal without what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateName {
    Open,
    Won,
    Lost,
}

/// Where a page of the list, newest first, goes on.
pub type Cursor = (Timestamp, Uuid);

/// Adds a deal; `false` when there is one with its id.
pub async fn insert(tx: &Tx, deal: &Deal) -> Result<bool, Error> {
    let row = row::write(deal).into_active_model().reset_all();
    let inserted = Entity::insert(row)
        .on_conflict_do_nothing_on([Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Saves a deal as its next revision, unless somebody else did so first.
pub async fn save(tx: &Tx, deal: &mut Deal) -> Result<(), Error> {
    let seen = deal.revision;
    deal.revision += 1;
    let row = row::write(deal).into_active_model().reset_all();
    let saved = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(deal.id.uuid()))
        .filter(Column::Revision.eq(seen))
        .exec(tx.connection())
        .await?;
    if saved.rows_affected == 0 {
        deal.revision = seen;
        return Err(Error::conflict("deal"));
    }
    Ok(())
}

pub async fn get(db: &impl ConnectionTrait, id: DealId) -> Result<Option<Deal>, Error> {
    let row = Entity::find_by_id(id.uuid()).one(db).await?;
    row.map(row::read).transpose()
}

/// The deal, to be changed. On PostgreSQL others wait for their turn, which spares them a repeat.
pub async fn lock(tx: &Tx, id: DealId) -> Result<Option<Deal>, Error> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(tx.connection())
        .await?;
    row.map(row::read).transpose()
}

/// Saves whom deals are with as their next revisions, unless somebody else saved one first.
pub async fn save_clients(tx: &Tx, deals: &mut [Deal]) -> Result<(), Error> {
    for deal in &mut *deals {
        deal.revision += 1;
    }
    let id = |id: Option<Uuid>| id.map(hex);
    let rows = deals.iter().map(|deal| {
        let person = id(deal.client.person.map(PersonId::uuid));
        let organisation = id(deal.client.organisation.map(OrganisationId::uuid));
        json!([hex(deal.id.uuid()), deal.revision, person, organisation])
    });
    let matching = "deal.id = v.id and deal.revision = v.revision - 1";
    let saved = CLIENTS.update(tx.connection(), rows.collect(), 1, matching);
    if saved.await? != u64::try_from(deals.len()).unwrap_or(u64::MAX) {
        return Err(Error::conflict("deal"));
    }
    Ok(())
}

/// The deals that follow what is new in the client base.
pub async fn followers(tx: &Tx, news: &News) -> Result<Vec<Deal>, Error> {
    let theirs = clients::followers(tx.get_database_backend(), "deal", news);
    let rows = Entity::find()
        .filter(theirs)
        .filter(Column::ClientByHand.eq(false))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(tx.connection())
        .await?;
    rows.into_iter().map(row::read).collect()
}

/// A page of a list, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Deal>, Error> {
    page_where(db, condition(filter), after, limit).await
}

pub(super) async fn page_where(
    db: &impl ConnectionTrait,
    condition: Condition,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Deal>, Error> {
    let rows = Entity::find()
        .filter(condition)
        .filter(after.map_or_else(Condition::all, older))
        .order_by_desc(Column::OpenedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.into_iter().map(row::read).collect()
}

/// How many a list has on all its pages.
pub async fn count(db: &impl ConnectionTrait, filter: &Filter) -> Result<i64, Error> {
    count_where(db, condition(filter)).await
}

pub(super) async fn count_where(
    db: &impl ConnectionTrait,
    condition: Condition,
) -> Result<i64, Error> {
    let count: Option<i64> = Entity::find()
        .filter(condition)
        .select_only()
        .column_as(Column::Id.count(), "count")
        .into_tuple()
        .one(db)
        .await?;
    Ok(count.unwrap_or_default())
}

/// The open deals of a stage, longest in it first.
pub async fn in_stage(
    db: &impl ConnectionTrait,
    topic: TopicId,
    stage: &Code,
    limit: u32,
) -> Result<Vec<Deal>, Error> {
    let filter = Filter {
        topic: Some(topic),
        stage: Some(stage.clone()),
        state: Some(StateName::Open),
        ..Filter::default()
    };
    let rows = Entity::find()
        .filter(condition(&filter))
        .order_by_asc(Column::StageSince)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.into_iter().map(row::read).collect()
}

fn older((opened_at, id): Cursor) -> Condition {
    Condition::any().add(Column::OpenedAt.lt(opened_at)).add(
        Condition::all()
            .add(Column::OpenedAt.eq(opened_at))
            .add(Column::Id.lt(id)),
    )
}

fn condition(filter: &Filter) -> Condition {
    let state = filter.state.map(StateName::as_str);
    Condition::all()
        .add_option(filter.topic.map(|topic| Column::TopicId.eq(topic.uuid())))
        .add_option(state.map(|state| Column::State.eq(state)))
        .add_option(
            filter
                .stage
                .as_ref()
                .map(|stage| Column::Stage.eq(stage.as_str())),
        )
        .add_option(
            filter
                .responsible
                .map(|staff| Column::ResponsibleId.eq(staff.uuid())),
        )
        .add_option(
            filter
                .loss_reason
                .as_ref()
                .map(|reason| Column::LossReason.eq(reason.as_str())),
        )
        .add_option(filter.closed_from.map(|from| Column::ClosedAt.gte(from)))
        .add_option(filter.closed_to.map(|to| Column::ClosedAt.lt(to)))
        .add_option(filter.lead.map(|lead| Column::LeadId.eq(lead.uuid())))
        .add_option((!filter.persons.is_empty()).then(|| {
            let persons = filter.persons.iter().map(|person| person.uuid());
            Column::PersonId.is_in(persons)
        }))
}

impl StateName {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}
