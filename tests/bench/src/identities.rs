//! Records and keys of persons in PostgreSQL: what a service keeps to decide by `matching`, and its
//! look-ups.
//!
//! A key holds the ids of its persons itself, as long as it is followed, so that a decision is two
//! queries: one for all keys, one for all records behind them.

mod batch;
mod load;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use matching::{
    compare::Candidate,
    keys::{CANDIDATES_MAX, Counts, FOLLOWED_MAX, Key, Kind, Lookup, RECORDS_PER_PERSON_MAX},
    record::Record,
};
use sqlx::{
    ConnectOptions as _, PgPool, Row as _,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow},
};
use uuid::Uuid;

pub use batch::decide;
pub use load::{Load, Loaded};

/// A key's count goes up in place, without a word to the index, where its page has room for it.
const TABLES: &str = "
create table identity_record (id uuid not null, identity_id uuid not null, body text not null);
create table identity_key (hash bigint not null, kind smallint not null, count integer not null,
    step smallint not null default 0, identities bytea not null default '') with (fillfactor = 90);
create table identity_member (identity_id uuid primary key, head_id uuid not null);
create index identity_member_head on identity_member (head_id);
";

const INDEXES: &str = "
set maintenance_work_mem = '512MB';
alter table identity_record add primary key (id);
create index identity_record_identity on identity_record (identity_id, id);
alter table identity_key add primary key (kind, hash);
";

const KEYS: &str = "
select k.kind, k.hash, k.count, k.identities
from unnest($1::smallint[], $2::bigint[]) as asked (kind, hash)
join identity_key k on k.kind = asked.kind and k.hash = asked.hash";

/// The latest records of the persons, with those of whoever was merged with them. A subquery finds
/// a member's head: a join, planned while there are few members, would go through all of them.
const RECORDS: &str = "
select head.id as head_id, part.id as part_id, record.id, record.body
from (
    select distinct coalesce(
        (select member.head_id from identity_member member where member.identity_id = asked.id),
        asked.id
    ) as id
    from unnest($1::uuid[]) as asked (id)
) head
cross join lateral (
    select head.id
    union all
    select member.identity_id from identity_member member where member.head_id = head.id
) part
cross join lateral (
    select id, body from identity_record where identity_id = part.id order by id desc limit $2
) record";

const STORE_RECORDS: &str = "
insert into identity_record (id, identity_id, body)
select * from unnest($1::uuid[], $2::uuid[], $3::text[])";

/// A key that has become too common forgets its persons.
const STORE_KEYS: &str = "
insert into identity_key as k (kind, hash, count, identities)
select * from unnest($1::smallint[], $2::bigint[], $3::integer[], $4::bytea[])
on conflict (kind, hash) do update set
    count = k.count + excluded.count,
    identities = case
        when k.count + excluded.count > $5 then ''::bytea
        when position(excluded.identities in k.identities) > 0 then k.identities
        else k.identities || excluded.identities
    end";

const STORE_MEMBERS: &str = "
insert into identity_member (identity_id, head_id)
select * from unnest($1::uuid[], $2::uuid[])
on conflict (identity_id) do update set head_id = excluded.head_id";

/// A record of which it is decided whose it is.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The record's id; later ones are greater.
    pub id: Uuid,
    /// Whose it is.
    pub person: Uuid,
    /// It is the person's first.
    pub is_new: bool,
    /// Persons who are the same one.
    pub merges: Vec<Uuid>,
    /// The record.
    pub record: Record,
}

/// What the look-ups of one decision found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The counts of the record's keys and words.
    pub counts: Counts,
    /// The persons whom the keys show, in order of their ids, with their latest records.
    pub persons: Vec<(Uuid, Vec<Record>)>,
}

impl Found {
    /// The persons, as a decision takes them.
    pub fn candidates(&self) -> Vec<Candidate<'_, Uuid>> {
        let persons = self.persons.iter();
        persons
            .map(|(person, records)| Candidate::new(*person, records.iter().collect()))
            .collect()
    }
}

/// Bytes of a table.
#[derive(Clone, Debug)]
pub struct Size {
    /// Which one.
    pub table: String,
    /// Of the rows.
    pub rows: u64,
    /// Of the indexes.
    pub indexes: u64,
}

/// The tables.
#[derive(Clone, Debug)]
pub struct Identities {
    pool: PgPool,
}

impl Identities {
    /// Opens a database that has the tables, with the sessions of a service.
    pub async fn connect(url: &str) -> Result<Self> {
        let options = url
            .parse::<PgConnectOptions>()?
            .options([("synchronous_commit", "on"), ("jit", "off")])
            .options(
                ["seqscan", "bitmapscan", "hashjoin", "mergejoin"]
                    .map(|plan| (format!("enable_{plan}"), "off")),
            )
            .disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(2);
        Ok(Self {
            pool: pool.connect_with(options).await?,
        })
    }

    /// Makes the tables in an empty database and fills them; see [`Load`].
    pub async fn load(url: &str) -> Result<Load> {
        let this = Self::connect(url).await?;
        sqlx::raw_sql(TABLES).execute(&this.pool).await?;
        Load::start(this).await
    }

    /// What is known that bears on each of some records.
    pub async fn look_up(&self, records: &[&Record]) -> Result<Vec<Found>> {
        let lookups: Vec<Lookup> = records.iter().map(|record| Lookup::of(record)).collect();
        let keys = self.keys(&lookups).await?;
        let followed: Vec<(Counts, Vec<Uuid>)> = lookups
            .iter()
            .map(|lookup| followed(lookup, &keys))
            .collect();
        let persons = self.persons(&followed).await?;
        Ok(followed
            .into_iter()
            .map(|(counts, shown)| Found {
                counts,
                persons: persons.latest(&shown),
            })
            .collect())
    }

    async fn keys(&self, lookups: &[Lookup]) -> Result<HashMap<Key, Posting>> {
        let keys: BTreeSet<Key> = lookups.iter().flat_map(Lookup::counted).collect();
        let (kinds, hashes): (Vec<i16>, Vec<i64>) = keys.iter().map(stored).unzip();
        let query = sqlx::query(KEYS).bind(kinds).bind(hashes);
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(posting).collect()
    }

    async fn persons(&self, followed: &[(Counts, Vec<Uuid>)]) -> Result<Persons> {
        let asked: BTreeSet<Uuid> = followed
            .iter()
            .flat_map(|(_, persons)| persons)
            .copied()
            .collect();
        let mut found = Persons::default();
        if asked.is_empty() {
            return Ok(found);
        }
        let query = sqlx::query(RECORDS)
            .bind(asked.into_iter().collect::<Vec<Uuid>>())
            .bind(i64::try_from(RECORDS_PER_PERSON_MAX)?);
        for row in query.fetch_all(&self.pool).await? {
            let head: Uuid = row.try_get("head_id")?;
            found.heads.insert(row.try_get("part_id")?, head);
            let record: Record = row.try_get::<&str, _>("body")?.parse()?;
            let records = found.records.entry(head).or_default();
            records.insert(row.try_get("id")?, record);
        }
        Ok(found)
    }

    /// Stores records for good, all or none.
    pub async fn store(&self, batch: &[Decided]) -> Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(STORE_RECORDS)
            .bind(batch.iter().map(|one| one.id).collect::<Vec<Uuid>>())
            .bind(batch.iter().map(|one| one.person).collect::<Vec<Uuid>>())
            .bind(
                batch
                    .iter()
                    .map(|one| one.record.to_string())
                    .collect::<Vec<String>>(),
            )
            .execute(&mut *tx)
            .await?;
        let mut steps: BTreeMap<Key, Posting> = BTreeMap::new();
        for one in batch {
            for key in Lookup::of(&one.record).steps(one.is_new, |_| false) {
                steps.entry(key).or_default().add(key.kind, one.person);
            }
        }
        // In order of the keys, so that two transactions wait for one another in one order.
        let (kinds, hashes): (Vec<i16>, Vec<i64>) = steps.keys().map(stored).unzip();
        sqlx::query(STORE_KEYS)
            .bind(kinds)
            .bind(hashes)
            .bind(steps.values().map(Posting::count).collect::<Vec<i32>>())
            .bind(steps.values().map(Posting::bytes).collect::<Vec<Vec<u8>>>())
            .bind(i32::try_from(FOLLOWED_MAX)?)
            .execute(&mut *tx)
            .await?;
        let merges = batch.iter().flat_map(|one| {
            let merges = one.merges.iter();
            merges.map(move |gone| (*gone, one.person))
        });
        // Of one person merged twice, the last word counts.
        let merges: BTreeMap<Uuid, Uuid> = merges.collect();
        let (gone, kept): (Vec<Uuid>, Vec<Uuid>) = merges.into_iter().unzip();
        if !gone.is_empty() {
            let move_parts = "update identity_member m set head_id = moved.kept
                from unnest($1::uuid[], $2::uuid[]) as moved (gone, kept) where m.head_id = moved.gone";
            for statement in [move_parts, STORE_MEMBERS] {
                let query = sqlx::query(statement).bind(&gone).bind(&kept);
                query.execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Bytes of each table.
    pub async fn sizes(&self) -> Result<Vec<Size>> {
        let sizes = "select relname::text, pg_table_size(oid), pg_indexes_size(oid) from pg_class
            where relkind = 'r' and relname like 'identity%' order by relname";
        let rows = sqlx::query(sizes).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                Ok(Size {
                    table: row.try_get(0)?,
                    rows: u64::try_from(row.try_get::<i64, _>(1)?)?,
                    indexes: u64::try_from(row.try_get::<i64, _>(2)?)?,
                })
            })
            .collect()
    }
}

/// How many records carry a key, and whose they are, in order of arrival.
#[derive(Clone, Debug, Default)]
struct Posting {
    count: u32,
    persons: Vec<Uuid>,
}

impl Posting {
    fn add(&mut self, kind: Kind, person: Uuid) {
        self.count += 1;
        if self.count > FOLLOWED_MAX || matches!(kind, Kind::Word | Kind::Everybody) {
            self.persons.clear();
        } else if !self.persons.contains(&person) {
            self.persons.push(person);
        }
    }

    fn count(&self) -> i32 {
        i32::try_from(self.count).unwrap_or(i32::MAX)
    }

    fn bytes(&self) -> Vec<u8> {
        let persons = self.persons.iter();
        persons.flat_map(|person| *person.as_bytes()).collect()
    }
}

/// The records that a query found, by person and by id.
#[derive(Debug, Default)]
struct Persons {
    heads: HashMap<Uuid, Uuid>,
    records: HashMap<Uuid, BTreeMap<Uuid, Record>>,
}

impl Persons {
    /// The persons whom keys show, until enough records are together.
    fn latest(&self, shown: &[Uuid]) -> Vec<(Uuid, Vec<Record>)> {
        let mut latest: BTreeMap<Uuid, Vec<Record>> = BTreeMap::new();
        let mut compared = 0;
        for person in shown.iter().filter_map(|part| self.heads.get(part)) {
            let Some(records) = self.records.get(person) else {
                continue;
            };
            if compared < CANDIDATES_MAX && !latest.contains_key(person) {
                let records = records.values().rev().take(RECORDS_PER_PERSON_MAX);
                let records: Vec<Record> = records.cloned().collect();
                compared += records.len();
                latest.insert(*person, records);
            }
        }
        latest.into_iter().collect()
    }
}

/// The counts of a look-up, and the persons under the keys that are followed.
fn followed(lookup: &Lookup, keys: &HashMap<Key, Posting>) -> (Counts, Vec<Uuid>) {
    let counts: Counts = lookup
        .counted()
        .into_iter()
        .filter_map(|key| Some((key, keys.get(&key)?.count)))
        .collect();
    let mut persons: Vec<Uuid> = Vec::new();
    for posting in lookup
        .followed(&counts)
        .iter()
        .filter_map(|key| keys.get(key))
    {
        for person in &posting.persons {
            if persons.len() < CANDIDATES_MAX && !persons.contains(person) {
                persons.push(*person);
            }
        }
    }
    (counts, persons)
}

fn stored(key: &Key) -> (i16, i64) {
    (key.kind.number(), key.hash.cast_signed())
}

fn posting(row: &PgRow) -> Result<(Key, Posting)> {
    let kind = Kind::of_number(row.try_get("kind")?);
    let key = Key {
        kind: kind.ok_or_else(|| anyhow::anyhow!("a key of an unknown kind is stored"))?,
        hash: row.try_get::<i64, _>("hash")?.cast_unsigned(),
    };
    let persons = row.try_get::<&[u8], _>("identities")?.chunks_exact(16);
    let posting = Posting {
        count: u32::try_from(row.try_get::<i32, _>("count")?)?,
        persons: persons.map(Uuid::from_slice).collect::<Result<_, _>>()?,
    };
    Ok((key, posting))
}
