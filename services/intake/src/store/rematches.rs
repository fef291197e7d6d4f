//! Rematches as rows, and what they go over.

use std::collections::{BTreeMap, BTreeSet};

use database::Error;
use ids::{IdentityId, RematchId, StaffId, SubmissionId};
use matching::record::Record;
use sea_orm::{ConnectionTrait, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{Kind, Row, Table, hex, ids, locking, lookup, query, select_ids, time};
use crate::domain::{
    identity::RecordId,
    rematch::{Rematch, State, Tally},
};

const REMATCH: Table = Table {
    name: "identity_rematch",
    columns: &[
        ("id", Kind::Id),
        ("revision", Kind::Int),
        ("rules", Kind::Text),
        ("state", Kind::Text),
        ("position", Kind::Id),
        ("total", Kind::Int),
        ("examined", Kind::Int),
        ("linked", Kind::Int),
        ("asked", Kind::Int),
        ("would_part", Kind::Int),
        ("parting", Kind::Json),
        ("errors", Kind::Int),
        ("started_by", Kind::Id),
        ("started_at", Kind::Time),
        ("updated_at", Kind::Time),
        ("finished_at", Kind::Time),
        ("seen_at", Kind::Time),
    ],
};

/// What changes of a rematch over the revision that was seen.
const CHANGED: Table = Table {
    name: "identity_rematch",
    columns: &[
        ("id", Kind::Id),
        ("seen", Kind::Int),
        ("revision", Kind::Int),
        ("state", Kind::Text),
        ("position", Kind::Id),
        ("total", Kind::Int),
        ("examined", Kind::Int),
        ("linked", Kind::Int),
        ("asked", Kind::Int),
        ("would_part", Kind::Int),
        ("parting", Kind::Json),
        ("errors", Kind::Int),
        ("updated_at", Kind::Time),
        ("finished_at", Kind::Time),
        ("seen_at", Kind::Time),
    ],
};

/// A record as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: RecordId,
    pub identity: IdentityId,
    /// Absent when another program wrote it.
    pub record: Option<Record>,
}

/// Writes a new rematch; answers whether no other one is under way.
pub async fn insert<C: ConnectionTrait>(db: &C, rematch: &Rematch) -> Result<bool, Error> {
    Ok(REMATCH.insert_new(db, vec![row(rematch)]).await? > 0)
}

/// A rematch.
pub async fn find<C: ConnectionTrait>(db: &C, id: RematchId) -> Result<Option<Rematch>, Error> {
    one(db, "t.id = $1", [id.uuid().into()]).await
}

/// The rematch that was started last.
pub async fn latest<C: ConnectionTrait>(db: &C) -> Result<Option<Rematch>, Error> {
    one(db, "true order by t.id desc limit 1", []).await
}

/// The rematch that runs or is paused.
pub async fn active<C: ConnectionTrait>(db: &C) -> Result<Option<Rematch>, Error> {
    one(db, "t.finished_at is null", []).await
}

/// A rematch, which nobody else changes until the transaction ends.
pub async fn lock<C: ConnectionTrait>(db: &C, id: RematchId) -> Result<Option<Rematch>, Error> {
    let found = format!("t.id = $1{}", locking(db.get_database_backend()));
    one(db, &found, [id.uuid().into()]).await
}

async fn one<C: ConnectionTrait>(
    db: &C,
    found: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<Rematch>, Error> {
    let sql = format!(
        "select {} from identity_rematch as t where {found}",
        REMATCH.names()
    );
    query(db, sql, values)
        .await?
        .first()
        .map(rematch)
        .transpose()
}

/// Saves over the revision that was seen; a conflict if somebody else came first.
pub async fn save<C: ConnectionTrait>(db: &C, rematch: &Rematch, seen: i64) -> Result<(), Error> {
    let tally = &rematch.tally;
    let row = json!([
        hex(rematch.id.uuid()),
        seen,
        rematch.revision,
        rematch.state.as_str(),
        rematch.position.map(|position| hex(position.0)),
        rematch.total,
        tally.examined,
        tally.linked,
        tally.asked,
        tally.would_part,
        named(&tally.parting),
        tally.errors,
        time(rematch.updated_at),
        rematch.finished_at.map(time),
        rematch.seen_at.map(time),
    ]);
    let matching = "identity_rematch.id = v.id and identity_rematch.revision = v.seen";
    if CHANGED.update(db, vec![row], 2, matching).await? == 1 {
        Ok(())
    } else {
        Err(Error::conflict("identity_rematch"))
    }
}

/// How many records there are.
pub async fn count_records<C: ConnectionTrait>(db: &C) -> Result<i64, Error> {
    let sql = "select count(*) as total from identity_record";
    match query(db, sql, []).await?.first() {
        Some(row) => row.get("total"),
        None => Ok(0),
    }
}

/// Up to `limit` records after a position, in the order of their ids.
pub async fn records_after<C: ConnectionTrait>(
    db: &C,
    position: Option<RecordId>,
    limit: u64,
) -> Result<Vec<Stored>, Error> {
    let sql = "select id, identity_id, body from identity_record \
               where id > $1 order by id limit $2";
    let position = position.map_or(Uuid::nil(), |position| position.0);
    query(db, sql, [position.into(), limit.into()])
        .await?
        .iter()
        .map(|row| {
            let body: String = row.get("body")?;
            Ok(Stored {
                id: RecordId(row.get("id")?),
                identity: IdentityId::from_uuid(row.get("identity_id")?),
                record: body.parse().ok(),
            })
        })
        .collect()
}

/// Under which identities records are.
pub async fn whose<C: ConnectionTrait>(
    db: &C,
    records: &BTreeSet<RecordId>,
) -> Result<BTreeMap<RecordId, IdentityId>, Error> {
    let backend = db.get_database_backend();
    let found = lookup(
        backend,
        &select_ids(backend, 1),
        "identity_record",
        "t.id = w.id",
    );
    let sql = format!("select t.id, t.identity_id {found}");
    let wanted = ids(records.iter().map(|record| record.0));
    query(db, sql, [wanted])
        .await?
        .iter()
        .map(|row| {
            let identity = IdentityId::from_uuid(row.get("identity_id")?);
            Ok((RecordId(row.get("id")?), identity))
        })
        .collect()
}

/// The verdicts of the matching on those of the records that are submissions; none where it was not
/// the matching that decided.
pub async fn verdicts<C: ConnectionTrait>(
    db: &C,
    records: &[RecordId],
) -> Result<BTreeMap<RecordId, Option<String>>, Error> {
    let backend = db.get_database_backend();
    let found = lookup(
        backend,
        &select_ids(backend, 1),
        "submission",
        "t.id = w.id",
    );
    let sql = format!("select t.id, t.decision -> 'explanation' ->> 'verdict' as verdict {found}");
    let wanted = ids(records.iter().map(|record| record.0));
    query(db, sql, [wanted])
        .await?
        .iter()
        .map(|row| Ok((RecordId(row.get("id")?), row.get("verdict")?)))
        .collect()
}

fn row(rematch: &Rematch) -> Json {
    let tally = &rematch.tally;
    json!([
        hex(rematch.id.uuid()),
        rematch.revision,
        rematch.rules,
        rematch.state.as_str(),
        rematch.position.map(|position| hex(position.0)),
        rematch.total,
        tally.examined,
        tally.linked,
        tally.asked,
        tally.would_part,
        named(&tally.parting),
        tally.errors,
        rematch.started_by.map(|by| hex(by.uuid())),
        time(rematch.started_at),
        time(rematch.updated_at),
        rematch.finished_at.map(time),
        rematch.seen_at.map(time),
    ])
}

fn named(submissions: &[SubmissionId]) -> Vec<String> {
    submissions.iter().map(ToString::to_string).collect()
}

fn rematch(row: &Row) -> Result<Rematch, Error> {
    let position: Option<Uuid> = row.get("position")?;
    let by: Option<Uuid> = row.get("started_by")?;
    let parting: Vec<String> = row.json("parting")?;
    let parting: Option<Vec<SubmissionId>> = parting.iter().map(|id| id.parse().ok()).collect();
    Ok(Rematch {
        id: RematchId::from_uuid(row.get("id")?),
        revision: row.get("revision")?,
        rules: row.get("rules")?,
        state: row.read("state", State::parse)?,
        position: position.map(RecordId),
        total: row.get("total")?,
        tally: Tally {
            examined: row.get("examined")?,
            linked: row.get("linked")?,
            asked: row.get("asked")?,
            would_part: row.get("would_part")?,
            parting: parting.unwrap_or_default(),
            errors: row.get("errors")?,
        },
        started_by: by.map(StaffId::from_uuid),
        started_at: row.get("started_at")?,
        updated_at: row.get("updated_at")?,
        finished_at: row.get("finished_at")?,
        seen_at: row.get("seen_at")?,
    })
}
