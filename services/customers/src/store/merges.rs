//! Merges of persons.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;
use ids::{MergeId, PersonId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, sea_query::Condition,
};
use uuid::Uuid;

use super::{duplicates, entity::person_merge, rows};
use crate::domain::{
    duplicate::Pair,
    identity::Identity,
    merge::{Merge, Split},
};

/// Waits until nobody else merges or splits, and answers with the revision of what comes next.
/// Whoever decides about identities takes the turn first: they span rows that no one row locks.
pub async fn take_turn(tx: &Tx) -> Result<i64, Error> {
    let sql = "update merge_turn set revision = revision + 1 where id = 1 returning revision";
    let statement = Statement::from_string(tx.get_database_backend(), sql);
    let row = tx.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| Error::conflict("turn"))?;
    Ok(row.try_get("", "revision")?)
}

pub async fn find(db: &impl ConnectionTrait, id: MergeId) -> Result<Option<Merge>, Error> {
    let row = person_merge::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.map(from_row))
}

/// The identity of a person, as merges in force make it.
pub async fn identity(db: &impl ConnectionTrait, person: PersonId) -> Result<Identity, Error> {
    let mut merges: BTreeMap<MergeId, Merge> = BTreeMap::new();
    let mut asked: BTreeSet<PersonId> = BTreeSet::new();
    let mut next = BTreeSet::from([person]);
    // Each round is one step further from the person; the number of its records is limited.
    while !next.is_empty() {
        let found = in_force(db, &next).await?;
        asked.append(&mut next);
        let ends = found.iter().flat_map(|merge| [merge.kept, merge.joined]);
        next = ends.filter(|end| !asked.contains(end)).collect();
        merges.extend(found.into_iter().map(|merge| (merge.id, merge)));
    }
    Ok(Identity::of(person, merges.values()))
}

/// Merges in force of any of these persons. Two statements: each has its index.
async fn in_force(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<Merge>, Error> {
    let mut found = Vec::new();
    for column in ["kept_id", "joined_id"] {
        let rows = person_merge::Entity::find()
            .filter(rows::one_of(db, column, uuids(persons)))
            .filter(person_merge::Column::SplitAt.is_null())
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(from_row));
    }
    Ok(found)
}

/// Pairs among these persons that somebody said are two: by a split, or in the review queue.
pub async fn kept_apart(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<Pair>, Error> {
    let mut apart = duplicates::different(db, persons).await?;
    let rows = person_merge::Entity::find()
        .filter(rows::one_of(db, "kept_id", uuids(persons)))
        .filter(rows::one_of(db, "joined_id", uuids(persons)))
        .filter(person_merge::Column::SplitAt.is_not_null())
        .all(db)
        .await?;
    apart.extend(rows.into_iter().map(|row| from_row(row).pair()));
    Ok(apart)
}

/// Whether nobody said yet that these two are one, or that they are two by a split.
pub async fn is_undecided(db: &impl ConnectionTrait, pair: Pair) -> Result<bool, Error> {
    let apart = kept_apart(db, &BTreeSet::from([pair.one, pair.other])).await?;
    Ok(apart.is_empty() && !identity(db, pair.one).await?.has(pair.other))
}

/// Up to `limit` merges before that one, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    person: Option<PersonId>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Merge>, Error> {
    let mut condition = Condition::all();
    if let Some(person) = person.map(PersonId::uuid) {
        let either = Condition::any()
            .add(person_merge::Column::KeptId.eq(person))
            .add(person_merge::Column::JoinedId.eq(person));
        condition = condition.add(either);
    }
    if let Some(before) = before {
        condition = condition.add(person_merge::Column::Id.lt(before));
    }
    let rows = person_merge::Entity::find()
        .filter(condition)
        .order_by_desc(person_merge::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

pub async fn insert(tx: &Tx, merge: &Merge) -> Result<(), Error> {
    let row = person_merge::ActiveModel {
        id: Set(merge.id.uuid()),
        revision: Set(merge.revision),
        kept_id: Set(merge.kept.uuid()),
        joined_id: Set(merge.joined.uuid()),
        note: Set(merge.note.clone()),
        merged_by: Set(merge.by.map(StaffId::uuid)),
        merged_at: Set(merge.at),
        split_by: Set(None),
        split_at: Set(None),
    };
    let insert = person_merge::Entity::insert(row);
    insert.exec_without_returning(&**tx).await?;
    Ok(())
}

/// Saves that a merge was taken back. The turn keeps others away.
pub async fn save(tx: &Tx, merge: &Merge) -> Result<(), Error> {
    let row = person_merge::ActiveModel {
        id: Set(merge.id.uuid()),
        revision: Set(merge.revision),
        split_by: Set(merge.split.and_then(|split| split.by).map(StaffId::uuid)),
        split_at: Set(merge.split.map(|split| split.at)),
        ..person_merge::ActiveModel::default()
    };
    person_merge::Entity::update(row)
        .validate()?
        .exec(&**tx)
        .await?;
    Ok(())
}

fn uuids(persons: &BTreeSet<PersonId>) -> impl Iterator<Item = Uuid> {
    persons.iter().map(|person| person.uuid())
}

fn from_row(row: person_merge::Model) -> Merge {
    Merge {
        id: MergeId::from_uuid(row.id),
        revision: row.revision,
        kept: PersonId::from_uuid(row.kept_id),
        joined: PersonId::from_uuid(row.joined_id),
        note: row.note,
        by: row.merged_by.map(StaffId::from_uuid),
        at: row.merged_at,
        split: row.split_at.map(|at| Split {
            by: row.split_by.map(StaffId::from_uuid),
            at,
        }),
    }
}
