//! Rows of topics and their stages.

use std::collections::HashMap;

use database::Error;
use ids::TopicId;
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    Condition, ExprTrait, IntoActiveModel, QueryOrder, QuerySelect, Set, TryInsertResult,
};

use super::corrupt;
use super::entity::{stage, topic};
use crate::domain::code::Code;
use crate::domain::topic::{Percent, Stage, Stages, Topic};

/// Where a page of the list, by name, goes on.
pub type Cursor = (String, Uuid);

/// The unique index over codes.
pub const CODE_KEY: &str = "topic_code_key";

/// The unique index that leaves one default.
pub const DEFAULT_KEY: &str = "topic_is_default_key";

/// Adds a topic; `false` when there is one with its id.
pub async fn insert(tx: &Tx, topic: &Topic) -> Result<bool, Error> {
    let inserted = topic::Entity::insert(row(topic).into_active_model().reset_all())
        .on_conflict_do_nothing_on([topic::Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(false);
    }
    write_stages(tx, topic).await?;
    Ok(true)
}

/// Saves a topic as its next revision, unless somebody else did so first.
///
/// A stage that is gone and has deals makes this a violated foreign key.
pub async fn save(tx: &Tx, topic: &mut Topic) -> Result<(), Error> {
    let seen = topic.revision;
    topic.revision += 1;
    let saved = topic::Entity::update_many()
        .set(row(topic).into_active_model().reset_all())
        .filter(topic::Column::Id.eq(topic.id.uuid()))
        .filter(topic::Column::Revision.eq(seen))
        .exec(tx.connection())
        .await?;
    if saved.rows_affected == 0 {
        topic.revision = seen;
        return Err(Error::conflict("topic"));
    }
    let kept = topic.stages.iter().map(|stage| stage.code.as_str());
    stage::Entity::delete_many()
        .filter(stage::Column::TopicId.eq(topic.id.uuid()))
        .filter(stage::Column::Code.is_not_in(kept))
        .exec(tx.connection())
        .await?;
    write_stages(tx, topic).await
}

/// Takes the default from the topic that has it, to be given to another; answers which.
pub async fn clear_default(tx: &Tx) -> Result<Option<Topic>, Error> {
    let cleared = default(tx.connection()).await?;
    topic::Entity::update_many()
        .col_expr(topic::Column::IsDefault, Expr::value(false))
        .col_expr(
            topic::Column::Revision,
            Expr::col(topic::Column::Revision).add(1),
        )
        .filter(topic::Column::IsDefault.eq(true))
        .exec(tx.connection())
        .await?;
    Ok(cleared.map(|topic| Topic {
        revision: topic.revision + 1,
        is_default: false,
        ..topic
    }))
}

pub async fn get(db: &impl ConnectionTrait, id: TopicId) -> Result<Option<Topic>, Error> {
    one(db, topic::Column::Id.eq(id.uuid())).await
}

/// The topic, to be changed.
pub async fn lock(tx: &Tx, id: TopicId) -> Result<Option<Topic>, Error> {
    let row = topic::Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(tx.connection())
        .await?;
    Ok(with_stages(tx.connection(), row.into_iter().collect())
        .await?
        .pop())
}

pub async fn by_code(db: &impl ConnectionTrait, code: &Code) -> Result<Option<Topic>, Error> {
    one(db, topic::Column::Code.eq(code.as_str())).await
}

/// The topic of deals that name none.
pub async fn default(db: &impl ConnectionTrait) -> Result<Option<Topic>, Error> {
    one(db, topic::Column::IsDefault.eq(true)).await
}

/// Some topics, by id.
pub async fn some(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = TopicId>,
) -> Result<HashMap<TopicId, Topic>, Error> {
    let ids = ids.into_iter().map(TopicId::uuid);
    let rows = topic::Entity::find()
        .filter(topic::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let topics = with_stages(db, rows).await?;
    Ok(topics.into_iter().map(|topic| (topic.id, topic)).collect())
}

/// A page of all topics, by name.
pub async fn page(
    db: &impl ConnectionTrait,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Topic>, Error> {
    let rows = topic::Entity::find()
        .filter(after.map_or_else(Condition::all, later))
        .order_by_asc(topic::Column::Name)
        .order_by_asc(topic::Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    with_stages(db, rows).await
}

fn later((name, id): Cursor) -> Condition {
    Condition::any()
        .add(topic::Column::Name.gt(name.clone()))
        .add(
            Condition::all()
                .add(topic::Column::Name.eq(name))
                .add(topic::Column::Id.gt(id)),
        )
}

async fn one(db: &impl ConnectionTrait, which: Expr) -> Result<Option<Topic>, Error> {
    let row = topic::Entity::find().filter(which).one(db).await?;
    Ok(with_stages(db, row.into_iter().collect()).await?.pop())
}

async fn with_stages(
    db: &impl ConnectionTrait,
    rows: Vec<topic::Model>,
) -> Result<Vec<Topic>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let stages = stage::Entity::find()
        .filter(stage::Column::TopicId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(stage::Column::Place)
        .all(db)
        .await?;
    let mut by_topic: HashMap<Uuid, Vec<Stage>> = HashMap::new();
    for row in stages {
        by_topic
            .entry(row.topic_id)
            .or_default()
            .push(read_stage(row)?);
    }
    rows.into_iter()
        .map(|row| {
            let stages = by_topic.remove(&row.id).unwrap_or_default();
            Ok(Topic {
                id: TopicId::from_uuid(row.id),
                revision: row.revision,
                code: Code::try_new(&row.code).map_err(|cause| corrupt("topic", cause))?,
                name: row.name,
                stages: Stages::try_new(stages).map_err(|cause| corrupt("topic", cause))?,
                is_default: row.is_default,
            })
        })
        .collect()
}

async fn write_stages(tx: &Tx, topic: &Topic) -> Result<(), Error> {
    use stage::Column::{Code, Gate, LimitDays, Name, Place, ProbabilityPercent, TopicId};

    let rows = (0..)
        .zip(topic.stages.iter())
        .map(|(place, stage)| stage::ActiveModel {
            topic_id: Set(topic.id.uuid()),
            code: Set(stage.code.to_string()),
            place: Set(place),
            name: Set(stage.name.clone()),
            probability_percent: Set(stage.probability.number().into()),
            limit_days: Set(stage.limit_days.map(i32::from)),
            gate: Set(stage.gate.iter().map(ToString::to_string).collect()),
        });
    let overwrite = OnConflict::columns([TopicId, Code])
        .update_columns([Place, Name, ProbabilityPercent, LimitDays, Gate])
        .to_owned();
    stage::Entity::insert_many(rows)
        .on_conflict(overwrite)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

fn row(topic: &Topic) -> topic::Model {
    topic::Model {
        id: topic.id.uuid(),
        revision: topic.revision,
        code: topic.code.to_string(),
        name: topic.name.clone(),
        is_default: topic.is_default,
    }
}

fn read_stage(row: stage::Model) -> Result<Stage, Error> {
    let broken = |cause: &str| corrupt("stage", format!("stage {}: {cause}", row.code));
    let gate: Vec<String> =
        serde_json::from_value(row.gate.clone()).map_err(|cause| corrupt("stage", cause))?;
    Ok(Stage {
        code: Code::try_new(&row.code).map_err(|cause| corrupt("stage", cause))?,
        probability: Percent::try_new(row.probability_percent).ok_or_else(|| broken("chance"))?,
        limit_days: row
            .limit_days
            .map(u16::try_from)
            .transpose()
            .map_err(|_| broken("limit"))?,
        gate: gate
            .iter()
            .map(|wanted| wanted.parse())
            .collect::<Result<_, _>>()
            .map_err(|cause| corrupt("stage", cause))?,
        name: row.name,
    })
}
