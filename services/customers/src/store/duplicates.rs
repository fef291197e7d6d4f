//! Pairs that are likely one person.

use std::collections::BTreeSet;

use database::Error;
use ids::{PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Condition,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    entity::duplicate,
    rows::{self, Kind, Table, hex, time},
};
use crate::domain::duplicate::{Duplicate, Pair, State};

const NEW: Table = Table {
    name: "duplicate",
    columns: &[
        ("one_id", Kind::Id),
        ("other_id", Kind::Id),
        ("state", Kind::Text),
        ("place", Kind::Int),
        ("probability_ppm", Kind::Int),
        ("rules", Kind::Text),
        ("explanation", Kind::Json),
        ("found_at", Kind::Time),
    ],
};

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub place: i64,
    pub one: Uuid,
    pub other: Uuid,
}

/// Writes pairs that were never found before; answers how many. The others keep what was decided.
pub async fn insert_new(tx: &Tx, found: &[(Duplicate, Json)]) -> Result<u64, Error> {
    let row = |(duplicate, explanation): &(Duplicate, Json)| {
        json!([
            hex(duplicate.pair.one.uuid()),
            hex(duplicate.pair.other.uuid()),
            duplicate.state.as_str(),
            duplicate.place,
            duplicate.probability_ppm,
            duplicate.rules,
            explanation,
            time(duplicate.found_at),
        ])
    };
    NEW.insert_new(&**tx, found.iter().map(row).collect()).await
}

pub async fn find(db: &impl ConnectionTrait, pair: Pair) -> Result<Option<Duplicate>, Error> {
    let key = (pair.one.uuid(), pair.other.uuid());
    let row = duplicate::Entity::find_by_id(key).one(db).await?;
    Ok(row.map(|row| from_row(row).0))
}

/// Pairs among these persons that are different by a person's decision.
pub async fn different(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<Pair>, Error> {
    let ids = || persons.iter().map(|person| person.uuid());
    let found = duplicate::Entity::find()
        .filter(rows::one_of(db, "one_id", ids()))
        .filter(rows::one_of(db, "other_id", ids()))
        .filter(duplicate::Column::State.eq(State::Different.as_str()))
        .all(db)
        .await?;
    Ok(found.into_iter().map(|row| from_row(row).0.pair).collect())
}

/// Up to `limit` pairs in one of these states after the cursor, each with its explanation.
pub async fn page(
    db: &impl ConnectionTrait,
    states: &[State],
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<(Duplicate, Json)>, Error> {
    let states = states.iter().map(|state| state.as_str());
    let mut condition = Condition::all().add(duplicate::Column::State.is_in(states));
    if let Some(after) = after {
        condition = condition.add(behind(&after));
    }
    let found = duplicate::Entity::find()
        .filter(condition)
        .order_by_asc(duplicate::Column::Place)
        .order_by_asc(duplicate::Column::OneId)
        .order_by_asc(duplicate::Column::OtherId)
        .limit(limit)
        .all(db)
        .await?;
    Ok(found.into_iter().map(from_row).collect())
}

fn behind(after: &Cursor) -> Condition {
    let same_place = Condition::all()
        .add(duplicate::Column::Place.eq(after.place))
        .add(
            Condition::any()
                .add(duplicate::Column::OneId.gt(after.one))
                .add(
                    Condition::all()
                        .add(duplicate::Column::OneId.eq(after.one))
                        .add(duplicate::Column::OtherId.gt(after.other)),
                ),
        );
    Condition::any()
        .add(duplicate::Column::Place.gt(after.place))
        .add(same_place)
}

/// Notes of a pair that waits in the queue that the scan merged it; of one that does not, nothing.
pub async fn close(tx: &Tx, duplicate: &Duplicate) -> Result<(), Error> {
    let row = duplicate::ActiveModel {
        state: Set(duplicate.state.as_str().to_owned()),
        decided_at: Set(duplicate.decided_at),
        ..duplicate::ActiveModel::default()
    };
    duplicate::Entity::update_many()
        .set(row)
        .filter(duplicate::Column::OneId.eq(duplicate.pair.one.uuid()))
        .filter(duplicate::Column::OtherId.eq(duplicate.pair.other.uuid()))
        .filter(duplicate::Column::State.eq(State::Open.as_str()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Saves a decision.
pub async fn save(tx: &Tx, duplicate: &Duplicate) -> Result<(), Error> {
    let row = duplicate::ActiveModel {
        one_id: Set(duplicate.pair.one.uuid()),
        other_id: Set(duplicate.pair.other.uuid()),
        state: Set(duplicate.state.as_str().to_owned()),
        place: Set(duplicate.place),
        decided_by: Set(duplicate.decided_by.map(StaffId::uuid)),
        decided_at: Set(duplicate.decided_at),
        ..duplicate::ActiveModel::default()
    };
    duplicate::Entity::update(row)
        .validate()?
        .exec(&**tx)
        .await?;
    Ok(())
}

fn from_row(row: duplicate::Model) -> (Duplicate, Json) {
    let duplicate = Duplicate {
        pair: Pair {
            one: PersonId::from_uuid(row.one_id),
            other: PersonId::from_uuid(row.other_id),
        },
        state: State::parse(&row.state).unwrap_or(State::Open),
        place: row.place,
        probability_ppm: row.probability_ppm,
        rules: row.rules,
        found_at: row.found_at,
        decided_by: row.decided_by.map(StaffId::from_uuid),
        decided_at: row.decided_at,
    };
    (duplicate, row.explanation)
}
