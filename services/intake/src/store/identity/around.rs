//! What is known around some records and identities: what a decision takes.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;
use ids::{IdentityId, LeadId};
use matching::{
    keys::{Key, Kind as KeyKind, Lookup, RECORDS_PER_PERSON_MAX},
    known::Posting,
    record::Record,
};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::super::rows::{Kind, Row, ids, lookup, query, select_ids, unpacked};
use super::{carried::Carried, stored_hash};
use crate::domain::identity::{Known, RecordId};

/// Keys that are looked up, and what finds them.
const WANTED: &[(&str, Kind)] = &[("hash", Kind::Int), ("kind", Kind::Int)];
const SAME_KEY: &str = "t.hash = w.hash and t.kind = w.kind";

/// Bytes of an id in a posting.
const ID_BYTES: usize = 16;

/// What is known around some records and identities, in two queries.
#[derive(Debug, Default)]
pub struct Around {
    pub known: Known,
    /// The newest card of each identity, by the identity under which it was opened.
    pub cards: BTreeMap<IdentityId, LeadId>,
    pub(super) heads: BTreeMap<IdentityId, IdentityId>,
}

impl Around {
    /// Who an identity was one with when it was read, by the head.
    pub fn head_before(&self, identity: IdentityId) -> IdentityId {
        self.heads.get(&identity).copied().unwrap_or(identity)
    }
}

/// Reads what deciding the records takes, and what is known of `also`.
pub async fn load<C: ConnectionTrait>(
    db: &C,
    records: &[&Record],
    also: &BTreeSet<IdentityId>,
) -> Result<Around, Error> {
    load_over(db, records, also, &Carried::default()).await
}

/// The same, with what is carried on top of what is stored.
pub async fn load_over<C: ConnectionTrait>(
    db: &C,
    records: &[&Record],
    also: &BTreeSet<IdentityId>,
    carried: &Carried,
) -> Result<Around, Error> {
    let mut around = Around::default();
    let keys: BTreeSet<Key> = records
        .iter()
        .flat_map(|record| Lookup::of(record).counted())
        .collect();
    load_keys(db, &mut around, &keys).await?;
    carried.recall_keys(&mut around.known, &keys);
    let mut wanted = also.clone();
    for record in records {
        wanted.extend(around.known.wanted(record));
    }
    carried.widen(&mut wanted);
    load_identities(db, &mut around, &wanted).await?;
    carried.recall_persons(&mut around, &wanted)?;
    Ok(around)
}

/// Reads what deciding the records takes, and what taking back `gone` takes, which are records of the
/// identities: the keys under which they are found.
pub async fn load_replacing<C: ConnectionTrait>(
    db: &C,
    records: &[&Record],
    identities: &BTreeSet<IdentityId>,
    gone: &BTreeSet<RecordId>,
) -> Result<Around, Error> {
    let mut around = load(db, records, identities).await?;
    let stored = identities
        .iter()
        .flat_map(|identity| around.known.records_of(*identity));
    let held: BTreeSet<Key> = stored
        .filter(|(id, _)| gone.contains(id))
        .flat_map(|(_, record)| Lookup::of(record).counted())
        .collect();
    load_keys(db, &mut around, &held).await?;
    Ok(around)
}

async fn load_keys<C: ConnectionTrait>(
    db: &C,
    around: &mut Around,
    keys: &BTreeSet<Key>,
) -> Result<(), Error> {
    for (key, posting) in postings(db, keys).await? {
        around.known.know_key(key, posting);
    }
    Ok(())
}

/// Who has these keys.
pub async fn postings<C: ConnectionTrait>(
    db: &C,
    keys: &BTreeSet<Key>,
) -> Result<Vec<(Key, Posting<IdentityId>)>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let found = lookup(
        backend,
        &unpacked(backend, WANTED, 1),
        "identity_key",
        SAME_KEY,
    );
    let sql = format!("select t.hash, t.kind, t.count, t.identities {found}");
    let pairs: Vec<Json> = keys
        .iter()
        .map(|key| json!([stored_hash(*key), key.kind.number()]))
        .collect();
    let found = query(db, sql, [Json::Array(pairs).into()]).await?;
    found.iter().map(posting).collect()
}

fn posting(row: &Row) -> Result<(Key, Posting<IdentityId>), Error> {
    let kind: i16 = row.get("kind")?;
    let hash: i64 = row.get("hash")?;
    let count: i32 = row.get("count")?;
    let identities: Vec<u8> = row.get("identities")?;
    let kind = KeyKind::of_number(kind)
        .ok_or_else(|| Error::Other("a key is of another version's kind".into()))?;
    let key = Key {
        kind,
        hash: hash.cast_unsigned(),
    };
    let persons = identities.chunks_exact(ID_BYTES);
    let persons = persons.filter_map(|id| Uuid::from_slice(id).ok());
    let posting = Posting {
        count: u32::try_from(count).unwrap_or(0),
        persons: persons.map(IdentityId::from_uuid).collect(),
    };
    Ok((key, posting))
}

/// Records, newest cards and rulings of identities and of all that are one with them.
async fn load_identities<C: ConnectionTrait>(
    db: &C,
    around: &mut Around,
    identities: &BTreeSet<IdentityId>,
) -> Result<(), Error> {
    if identities.is_empty() {
        return Ok(());
    }
    let sql = around_identities(db.get_database_backend());
    let wanted = ids(identities.iter().map(|identity| identity.uuid()));
    for row in query(db, sql, [wanted]).await? {
        let identity = IdentityId::from_uuid(row.get("identity_id")?);
        let other: Uuid = row.get("other_id")?;
        match row.get::<String>("what")?.as_str() {
            "record" => {
                let record = row.read("body", |body| body.parse().ok())?;
                around.known.know_record(identity, RecordId(other), record);
            }
            "member" => {
                let head = IdentityId::from_uuid(other);
                around.known.know_member(identity, head);
                around.heads.insert(identity, head);
            }
            "card" => {
                around.cards.insert(identity, LeadId::from_uuid(other));
            }
            _ => around
                .known
                .know_apart(identity, IdentityId::from_uuid(other)),
        }
    }
    Ok(())
}

/// One query for all that is known of the identities bound as `$1`.
fn around_identities(backend: DbBackend) -> String {
    let of = |table: &str, columns: &str, newest: usize| match backend {
        DbBackend::Sqlite => format!(
            "select {columns} from member as m cross join {table} as t where t.id in \
             (select n.id from {table} as n where n.identity_id = m.id order by n.id desc limit {newest})"
        ),
        _ => format!(
            "select {columns} from member as m cross join lateral \
             (select * from {table} as n where n.identity_id = m.id order by n.id desc limit {newest}) as t"
        ),
    };
    let none = match backend {
        DbBackend::Sqlite => "''",
        _ => "''::text",
    };
    let records = of(
        "identity_record",
        "'record' as what, m.id as identity_id, t.id as other_id, t.body as body",
        RECORDS_PER_PERSON_MAX,
    );
    let cards = of(
        "lead",
        &format!("'card' as what, m.id as identity_id, t.id as other_id, {none} as body"),
        1,
    );
    let heads = lookup(
        backend,
        "select id from wanted",
        "identity_member",
        "t.identity_id = w.id",
    );
    let members = lookup(
        backend,
        "select distinct head_id as id from head",
        "identity_member",
        "t.head_id = w.id",
    );
    let one = lookup(
        backend,
        "select id from member",
        "identity_apart",
        "t.one_id = w.id",
    );
    format!(
        "with wanted as ({}), head as (select t.identity_id, t.head_id {heads}), \
         grouped as (select t.identity_id, t.head_id {members}), \
         member as (select id from wanted union select identity_id from grouped) \
         {records} union all {cards} \
         union all select 'member', identity_id, head_id, {none} from grouped \
         union all select 'apart', t.one_id, t.other_id, {none} {one}",
        select_ids(backend, 1)
    )
}
