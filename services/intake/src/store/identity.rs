//! Identities as rows: what is compared, under which keys it is found, and who is one with whom.

mod around;
mod carried;
mod links;
mod recheck;
mod reviews;

use std::collections::BTreeSet;

use clock::Timestamp;
use database::{Error, rows};
use ids::IdentityId;
use matching::{keys::Key, known::Change};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

pub use around::{Around, load, load_over, load_replacing, postings};
pub use carried::Carried;
pub use links::{
    Ended, by_source, end, end_by_source, find, insert, join_again, keep_apart, list,
    of_identities, shown_by,
};
pub use recheck::{asked_about, is_as_read, told_apart};
pub use reviews::{
    Asked, decide as decide_review, find as find_review, insert as insert_reviews,
    list as list_reviews, of_submission as reviews_of, settle,
};

use super::rows::{Kind, Table, bytes, execute, hex, unpacked};
use crate::domain::identity::{Link, RecordId};

const RECORD: Table = Table {
    name: "identity_record",
    columns: &[
        ("id", Kind::Id),
        ("identity_id", Kind::Id),
        ("body", Kind::Text),
    ],
};

const KEY: Table = Table {
    name: "identity_key",
    columns: &[
        ("hash", Kind::Int),
        ("kind", Kind::Int),
        ("count", Kind::Int),
        ("step", Kind::Int),
        ("identities", Kind::Bytes),
    ],
};

const MEMBER: Table = Table {
    name: "identity_member",
    columns: &[
        ("identity_id", Kind::Id),
        ("head_id", Kind::Id),
        ("before_id", Kind::Id),
    ],
};

/// Writes new records, each under its identity.
pub async fn insert_records<C: ConnectionTrait>(
    db: &C,
    records: &[(RecordId, IdentityId, String)],
) -> Result<(), Error> {
    let row = |(id, identity, body): &(RecordId, IdentityId, String)| {
        json!([hex(id.0), hex(identity.uuid()), body])
    };
    RECORD.insert(db, records.iter().map(row).collect()).await?;
    Ok(())
}

/// Writes records that may be there already, in another form or under another identity.
pub async fn replace_records<C: ConnectionTrait>(
    db: &C,
    records: &[(RecordId, IdentityId, String)],
) -> Result<(), Error> {
    if records.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "insert into identity_record ({}) {} where true on conflict (id) do update \
         set identity_id = excluded.identity_id, body = excluded.body",
        RECORD.names(),
        RECORD.unpacked(db.get_database_backend()),
    );
    let mut records: Vec<&(RecordId, IdentityId, String)> = records.iter().collect();
    records.sort_by_key(|(id, ..)| *id);
    let row = |(id, identity, body): &(RecordId, IdentityId, String)| {
        json!([hex(id.0), hex(identity.uuid()), body])
    };
    let rows: Vec<Json> = records.into_iter().map(row).collect();
    execute(db, sql, [Json::Array(rows).into()]).await?;
    Ok(())
}

/// Writes postings in the order of their keys. One that is not as it was read is a conflict.
pub async fn write_keys<C: ConnectionTrait>(
    db: &C,
    changes: &[Change<IdentityId>],
) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    // A key that is not guarded carries no postings, and its count is not the one that was read.
    let columns = [KEY.columns, &[("guarded", Kind::Int)]].concat();
    let (guarded, counted): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.guarded);
    let names = KEY.names();
    for (changes, then) in [
        (
            guarded,
            "count = excluded.count, step = excluded.step, identities = excluded.identities \
             where identity_key.count = excluded.count - excluded.step",
        ),
        (
            counted,
            "count = identity_key.count + excluded.step, step = excluded.step, \
             identities = excluded.identities",
        ),
    ] {
        if changes.is_empty() {
            continue;
        }
        let wanted = u64::try_from(changes.len()).unwrap_or(u64::MAX);
        let sql = format!(
            "insert into identity_key ({names}) select {names} from ({}) as v \
             where true order by kind, hash on conflict (hash, kind) do update set {then}",
            unpacked(backend, &columns, 1)
        );
        let rows: Vec<Json> = changes.into_iter().map(key_row).collect();
        if execute(db, sql, [Json::Array(rows).into()]).await? != wanted {
            return Err(Error::conflict("identity_key"));
        }
    }
    Ok(())
}

fn key_row(change: &Change<IdentityId>) -> Json {
    let ids = change.posting.persons.iter();
    let ids: Vec<u8> = ids.flat_map(|id| id.uuid().into_bytes()).collect();
    json!([
        stored_hash(change.key),
        change.key.kind.number(),
        change.posting.count,
        change.step,
        bytes(&ids),
        i32::from(change.guarded),
    ])
}

/// Gives records up.
pub async fn delete_records<C: ConnectionTrait>(db: &C, records: &[RecordId]) -> Result<(), Error> {
    if records.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "delete from identity_record where {}",
        rows::one_of(db.get_database_backend(), "id", "$1")
    );
    execute(db, sql, [rows::ids(records.iter().map(|id| id.0))]).await?;
    Ok(())
}

/// Writes new links with what follows from them: who is one with whom, and that nobody needs to be
/// asked any more.
pub async fn save_links<C: ConnectionTrait>(
    db: &C,
    around: &Around,
    links: &[Link],
    now: Timestamp,
) -> Result<(), Error> {
    if links.is_empty() {
        return Ok(());
    }
    insert(db, links).await?;
    let linked: BTreeSet<IdentityId> = links.iter().map(|link| link.one).collect();
    write_members(db, around, &linked).await?;
    let members = linked.iter().flat_map(|one| around.known.members(*one));
    settle(db, &members.collect(), now).await
}

/// Writes who is one with whom, where it is not as it was read; if it was changed meanwhile, that is
/// a conflict.
pub async fn write_members<C: ConnectionTrait>(
    db: &C,
    around: &Around,
    identities: &BTreeSet<IdentityId>,
) -> Result<(), Error> {
    let rows: Vec<(IdentityId, IdentityId, IdentityId)> = identities
        .iter()
        .flat_map(|identity| around.known.members(*identity))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|member| {
            let head = around.known.head(member);
            (member, head, around.head_before(member))
        })
        .filter(|(member, head, before)| head != before || !around.heads.contains_key(member))
        .collect();
    set_heads(db, &rows).await
}

/// Sets heads: identity, head, head before.
pub async fn set_heads<C: ConnectionTrait>(
    db: &C,
    rows: &[(IdentityId, IdentityId, IdentityId)],
) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "insert into identity_member ({}) {} where true on conflict (identity_id) do update \
         set head_id = excluded.head_id, before_id = excluded.before_id \
         where identity_member.head_id = excluded.before_id",
        MEMBER.names(),
        MEMBER.unpacked(db.get_database_backend()),
    );
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    let wanted = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let row = |(identity, head, before): &(IdentityId, IdentityId, IdentityId)| {
        json!([hex(identity.uuid()), hex(head.uuid()), hex(before.uuid())])
    };
    let rows: Vec<Json> = rows.iter().map(row).collect();
    if execute(db, sql, [Json::Array(rows).into()]).await? == wanted {
        Ok(())
    } else {
        Err(Error::conflict("identity_member"))
    }
}

/// The key's hash as PostgreSQL and SQLite keep it: with a sign.
fn stored_hash(key: Key) -> i64 {
    key.hash.cast_signed()
}
