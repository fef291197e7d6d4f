//! Counts and sums of lost deals by reason and stage.

use std::collections::BTreeMap;

use clock::Timestamp;
use database::Error;
use ids::{StaffId, TopicId};
use sea_orm::prelude::*;
use sea_orm::{Condition, QuerySelect};

use super::board::{Figures, total};
use super::entity::deal::{Column, Entity};

/// Which losses are counted; empty fields leave all in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub topic: Option<TopicId>,
    pub responsible: Option<StaffId>,
    /// Lost at or after.
    pub from: Option<Timestamp>,
    /// Lost before.
    pub to: Option<Timestamp>,
}

/// Losses of one reason at one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub reason: String,
    pub stage: String,
    pub figures: Figures,
}

/// Most deals first.
pub async fn by_reason_and_stage(
    db: &impl ConnectionTrait,
    filter: Filter,
) -> Result<Vec<Row>, Error> {
    type Group = (Option<String>, String, Option<String>, i64, Option<i64>);
    let groups: Vec<Group> = Entity::find()
        .select_only()
        .column(Column::LossReason)
        .column(Column::Stage)
        .column(Column::Currency)
        .column_as(Column::Id.count(), "deals")
        .column_as(total(), "total")
        .filter(condition(filter))
        .group_by(Column::LossReason)
        .group_by(Column::Stage)
        .group_by(Column::Currency)
        .into_tuple()
        .all(db)
        .await?;
    let mut rows: BTreeMap<(String, String), Figures> = BTreeMap::new();
    for (reason, stage, currency, count, minor) in groups {
        let key = (reason.unwrap_or_default(), stage);
        rows.entry(key).or_default().add(count, currency, minor);
    }
    let mut rows: Vec<Row> = rows
        .into_iter()
        .map(|((reason, stage), figures)| Row {
            reason,
            stage,
            figures,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.figures.count));
    Ok(rows)
}

fn condition(filter: Filter) -> Condition {
    Condition::all()
        .add(Column::State.eq("lost"))
        .add_option(filter.topic.map(|topic| Column::TopicId.eq(topic.uuid())))
        .add_option(
            filter
                .responsible
                .map(|staff| Column::ResponsibleId.eq(staff.uuid())),
        )
        .add_option(filter.from.map(|from| Column::ClosedAt.gte(from)))
        .add_option(filter.to.map(|to| Column::ClosedAt.lt(to)))
}
