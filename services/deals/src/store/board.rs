//! Counts and sums of the open deals of a topic.

use std::collections::HashMap;

use database::Error;
use ids::TopicId;
use sea_orm::prelude::*;
use sea_orm::{ExprTrait, QuerySelect};

use super::entity::deal::{Column, Entity};

/// What stands in one stage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    pub count: i64,
    pub sums: Vec<Sum>,
}

/// Amounts of one currency added up, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub currency: String,
    pub minor: i64,
}

impl Figures {
    /// Adds the deals of one currency, or those without an amount.
    pub(super) fn add(&mut self, count: i64, currency: Option<String>, minor: Option<i64>) {
        self.count += count;
        if let Some((currency, minor)) = currency.zip(minor) {
            self.sums.push(Sum { currency, minor });
            self.sums
                .sort_by(|one, other| one.currency.cmp(&other.currency));
        }
    }
}

/// The figures of each stage that has open deals, by its code.
pub async fn figures(
    db: &impl ConnectionTrait,
    topic: TopicId,
) -> Result<HashMap<String, Figures>, Error> {
    let rows: Vec<(String, Option<String>, i64, Option<i64>)> = Entity::find()
        .select_only()
        .column(Column::Stage)
        .column(Column::Currency)
        .column_as(Column::Id.count(), "deals")
        .column_as(total(), "total")
        .filter(Column::TopicId.eq(topic.uuid()))
        .filter(Column::State.eq("open"))
        .group_by(Column::Stage)
        .group_by(Column::Currency)
        .into_tuple()
        .all(db)
        .await?;
    let mut stages: HashMap<String, Figures> = HashMap::new();
    for (stage, currency, count, minor) in rows {
        stages.entry(stage).or_default().add(count, currency, minor);
    }
    Ok(stages)
}

/// The sum of the amounts. PostgreSQL would make it a decimal.
pub(super) fn total() -> Expr {
    Column::AmountMinor.sum().cast_as("bigint")
}
