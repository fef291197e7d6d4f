//! Which records of the client base are one person at this moment.
//!
//! Each event tells of one merge, under a revision that counts up over all merges and splits; the
//! highest one of a merge is kept. Who is one with whom is asked when it is needed and never
//! stored: after a split each record is as it would be without the merge.

use std::collections::{BTreeMap, BTreeSet};

use database::{
    Error, Migration,
    rows::{self, Kind, Table, hex, unpacked},
};
use ids::{MergeId, ParseIdError, PersonId};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value as Json, json};

/// The table, to stand among the migrations of a service.
pub const MIGRATION: Migration = Migration {
    version: 20_261_125_220_000,
    name: "create_person_link",
    sql: include_str!("../migrations/create_person_link.sql"),
};

const LINK: Table = Table {
    name: "person_link",
    columns: &[
        ("merge_id", Kind::Id),
        ("from_id", Kind::Id),
        ("to_id", Kind::Id),
        ("revision", Kind::Int),
        ("in_force", Kind::Flag),
    ],
};

/// What an event tells of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub merge: MergeId,
    /// Of the event; counts up over all merges and splits.
    pub revision: i64,
    pub kept: PersonId,
    pub joined: PersonId,
    /// `false` of a split.
    pub in_force: bool,
}

impl Link {
    /// Reads the ids that an event carries, printed; of a merge, until it is [`Self::ended`].
    pub fn read(
        merge: &str,
        kept: &str,
        joined: &str,
        revision: i64,
    ) -> Result<Self, ParseIdError> {
        Ok(Self {
            merge: merge.parse()?,
            revision,
            kept: kept.parse()?,
            joined: joined.parse()?,
            in_force: true,
        })
    }

    /// The same, of a split.
    #[must_use]
    pub fn ended(self) -> Self {
        Self {
            in_force: false,
            ..self
        }
    }
}

/// Keeps what an event tells, unless a later one of the same merge came first.
pub async fn save<C: ConnectionTrait>(db: &C, link: Link) -> Result<(), Error> {
    let row = |from: PersonId, to: PersonId| {
        let (merge, from, to) = (hex(link.merge.uuid()), hex(from.uuid()), hex(to.uuid()));
        json!([merge, from, to, link.revision, link.in_force])
    };
    // In the order of the keys, so that no two wait for each other crosswise.
    let (one, other) = (link.kept.min(link.joined), link.kept.max(link.joined));
    let sql = format!(
        "insert into person_link ({}) {} where true \
         on conflict (merge_id, from_id) do update set \
         revision = excluded.revision, in_force = excluded.in_force \
         where person_link.revision < excluded.revision",
        LINK.names(),
        LINK.unpacked(db.get_database_backend())
    );
    let both = Json::Array(vec![row(one, other), row(other, one)]);
    rows::execute(db, sql, [both.into()]).await?;
    Ok(())
}

/// All records that are one person with this one, itself among them.
pub async fn members<C: ConnectionTrait>(
    db: &C,
    person: PersonId,
) -> Result<BTreeSet<PersonId>, Error> {
    let mut all = members_of_all(db, [person]).await?;
    Ok(all.remove(&person).unwrap_or_default())
}

/// All records that are one person with any of these; none of none.
pub async fn as_one<C: ConnectionTrait>(
    db: &C,
    persons: BTreeSet<PersonId>,
) -> Result<BTreeSet<PersonId>, Error> {
    let members = members_of_all(db, persons).await?;
    Ok(members.into_values().flatten().collect())
}

/// Of each of these records, all that are one person with it, itself among them.
pub async fn members_of_all<C: ConnectionTrait>(
    db: &C,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, BTreeSet<PersonId>>, Error> {
    let persons: BTreeSet<PersonId> = persons.into_iter().collect();
    if persons.is_empty() {
        return Ok(BTreeMap::new());
    }
    let backend = db.get_database_backend();
    // `union` ends the walk in circles: a record is reached once from each root. How many there are
    // is limited where they are merged.
    let sql = format!(
        "with recursive member (root_id, id) as ( \
             select v.id, v.id from ({}) as v \
             union \
             select member.root_id, person_link.to_id from member \
             join person_link on person_link.from_id = member.id and person_link.in_force \
         ) select root_id, id from member",
        unpacked(backend, &[("id", Kind::Id)], 1)
    );
    let roots = persons.iter().map(|person| json!([hex(person.uuid())]));
    let roots = Json::Array(roots.collect());
    let statement = Statement::from_sql_and_values(backend, sql, [roots.into()]);
    let mut members: BTreeMap<PersonId, BTreeSet<PersonId>> = BTreeMap::new();
    for row in db.query_all_raw(statement).await? {
        let root = PersonId::from_uuid(row.try_get("", "root_id")?);
        let member = PersonId::from_uuid(row.try_get("", "id")?);
        members.entry(root).or_default().insert(member);
    }
    Ok(members)
}
