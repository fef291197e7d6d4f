//! Merges of persons.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;
use ids::{MergeBatchId, MergeId, PersonId, StaffId};
use messaging::{Tx, erased};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, sea_query::Condition,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    duplicates,
    entity::{person_member, person_merge},
    rows::{self, Kind, Table, hex},
};
use crate::domain::{
    duplicate::Pair,
    identity::Identity,
    merge::{Merge, Split},
};

const MEMBER: Table = Table {
    name: "person_member",
    columns: &[("person_id", Kind::Id), ("canonical_id", Kind::Id)],
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
    identity_with(db, person, &Supposed::default()).await
}

/// Merges that a dry run would have made.
#[derive(Debug, Default)]
pub struct Supposed(BTreeMap<PersonId, Vec<Merge>>);

impl Supposed {
    pub fn add(&mut self, merge: &Merge) {
        for end in [merge.kept, merge.joined] {
            self.0.entry(end).or_default().push(merge.clone());
        }
    }

    fn of(&self, persons: &BTreeSet<PersonId>) -> Vec<Merge> {
        let ends = persons.iter().filter_map(|person| self.0.get(person));
        ends.flatten().cloned().collect()
    }
}

/// The identity of a person, as merges in force and supposed ones make it.
pub async fn identity_with(
    db: &impl ConnectionTrait,
    person: PersonId,
    supposed: &Supposed,
) -> Result<Identity, Error> {
    let mut merges: BTreeMap<MergeId, Merge> = BTreeMap::new();
    let mut asked: BTreeSet<PersonId> = BTreeSet::new();
    let mut next = BTreeSet::from([person]);
    // Each round is one step further from the person; the number of its records is limited.
    while !next.is_empty() {
        let mut found = in_force(db, &next).await?;
        found.extend(supposed.of(&next));
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

/// Those of these pairs of which nobody said yet that they are one, or that they are two by a split
/// or in the review queue, and neither was erased. The number of statements does not depend on that of the pairs.
pub async fn undecided(
    db: &impl ConnectionTrait,
    pairs: impl IntoIterator<Item = Pair>,
) -> Result<BTreeSet<Pair>, Error> {
    let mut pairs: BTreeSet<Pair> = pairs.into_iter().collect();
    if pairs.is_empty() {
        return Ok(pairs);
    }
    let persons: BTreeSet<PersonId> = pairs.iter().flat_map(|it| [it.one, it.other]).collect();
    for apart in kept_apart(db, &persons).await? {
        pairs.remove(&apart);
    }
    erased::hold(db).await?;
    let erased = erased::of(db, persons.iter().map(|person| person.uuid())).await?;
    let gone = |person: PersonId| erased.contains_key(&person.uuid());
    pairs.retain(|pair| !gone(pair.one) && !gone(pair.other));
    let known = sizes(db, &persons).await?;
    let canonical = |person: PersonId| known.get(&person).map_or(person, |(oldest, _)| *oldest);
    pairs.retain(|pair| canonical(pair.one) != canonical(pair.other));
    Ok(pairs)
}

/// Up to `limit` merges before that one, newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    person: Option<PersonId>,
    batch: Option<MergeBatchId>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Merge>, Error> {
    let mut condition = Condition::all();
    if let Some(batch) = batch {
        condition = condition.add(person_merge::Column::BatchId.eq(batch.uuid()));
    }
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

/// Up to `limit` merges in force of a scan.
pub async fn in_force_of(
    db: &impl ConnectionTrait,
    batch: MergeBatchId,
    limit: u64,
) -> Result<Vec<Merge>, Error> {
    let rows = person_merge::Entity::find()
        .filter(person_merge::Column::BatchId.eq(batch.uuid()))
        .filter(person_merge::Column::SplitAt.is_null())
        .order_by_desc(person_merge::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Of each of these records that is merged, the oldest record and how many there are.
pub async fn sizes(
    db: &impl ConnectionTrait,
    persons: &BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, (PersonId, usize)>, Error> {
    let own = person_member::Entity::find()
        .filter(rows::one_of(db, "person_id", uuids(persons)))
        .all(db)
        .await?;
    if own.is_empty() {
        return Ok(BTreeMap::new());
    }
    let canonical = own.iter().map(|row| row.canonical_id);
    let all = person_member::Entity::find()
        .filter(rows::one_of(db, "canonical_id", canonical))
        .all(db)
        .await?;
    let mut counts: BTreeMap<Uuid, usize> = BTreeMap::new();
    for row in all {
        *counts.entry(row.canonical_id).or_default() += 1;
    }
    let size = |row: person_member::Model| {
        let count = counts.get(&row.canonical_id).copied().unwrap_or(1);
        let canonical = PersonId::from_uuid(row.canonical_id);
        (PersonId::from_uuid(row.person_id), (canonical, count))
    };
    Ok(own.into_iter().map(size).collect())
}

/// Notes for lists who is one with whom now. The turn keeps others away.
pub async fn remember(tx: &Tx, identities: &[&Identity]) -> Result<(), Error> {
    let mut rows: BTreeMap<PersonId, PersonId> = BTreeMap::new();
    let mut all: BTreeSet<PersonId> = BTreeSet::new();
    for identity in identities {
        all.extend(&identity.members);
        if identity.members.len() > 1 {
            let members = identity.members.iter();
            rows.extend(members.map(|member| (*member, identity.canonical)));
        }
    }
    person_member::Entity::delete_many()
        .filter(rows::one_of(&**tx, "person_id", uuids(&all)))
        .exec(&**tx)
        .await?;
    let row = |(member, canonical): (PersonId, PersonId)| {
        json!([hex(member.uuid()), hex(canonical.uuid())])
    };
    MEMBER
        .insert(&**tx, rows.into_iter().map(row).collect())
        .await?;
    Ok(())
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
        batch_id: Set(merge.batch.map(MergeBatchId::uuid)),
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
        batch: row.batch_id.map(MergeBatchId::from_uuid),
        at: row.merged_at,
        split: row.split_at.map(|at| Split {
            by: row.split_by.map(StaffId::from_uuid),
            at,
        }),
    }
}
