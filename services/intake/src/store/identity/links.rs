//! Why identities are one person, and which ones people told apart.

use std::collections::BTreeSet;

use clock::Timestamp;
use database::Error;
use ids::{IdentityId, LinkId, StaffId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::super::rows::{Kind, Row, Table, hex, ids, lookup, query, select_ids, time, unpacked};
use crate::domain::identity::{Cause, Link};

const LINK: Table = Table {
    name: "identity_link",
    columns: &[
        ("id", Kind::Id),
        ("one_id", Kind::Id),
        ("other_id", Kind::Id),
        ("cause", Kind::Text),
        ("source_id", Kind::Id),
        ("probability_ppm", Kind::Int),
        ("by_id", Kind::Id),
        ("linked_at", Kind::Time),
        ("ended_at", Kind::Time),
        ("ended_by", Kind::Id),
    ],
};

const APART: Table = Table {
    name: "identity_apart",
    columns: &[
        ("one_id", Kind::Id),
        ("other_id", Kind::Id),
        ("by_id", Kind::Id),
        ("at", Kind::Time),
    ],
};

/// Who ends a link, and when.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    pub at: Timestamp,
    pub by: Option<StaffId>,
}

/// Writes new links.
pub async fn insert<C: ConnectionTrait>(db: &C, links: &[Link]) -> Result<(), Error> {
    LINK.insert(db, links.iter().map(row).collect()).await?;
    Ok(())
}

/// Ends a link; answers whether it held.
pub async fn end<C: ConnectionTrait>(db: &C, link: LinkId, ended: Ended) -> Result<bool, Error> {
    let sql = "update identity_link set ended_at = $2, ended_by = $3 \
               where id = $1 and ended_at is null";
    let values = [
        link.uuid().into(),
        ended.at.into(),
        ended.by.map(StaffId::uuid).into(),
    ];
    Ok(super::execute(db, sql, values).await? > 0)
}

/// Ends the links that a source showed; answers them as they were.
pub async fn end_by_source<C: ConnectionTrait>(
    db: &C,
    source: Uuid,
    ended: Ended,
) -> Result<Vec<Link>, Error> {
    let sql = format!(
        "update identity_link set ended_at = $2, ended_by = $3 \
         where source_id = $1 and ended_at is null returning {}",
        LINK.names()
    );
    let values = [
        source.into(),
        ended.at.into(),
        ended.by.map(StaffId::uuid).into(),
    ];
    query(db, sql, values).await?.iter().map(link).collect()
}

/// A link.
pub async fn find<C: ConnectionTrait>(db: &C, id: LinkId) -> Result<Option<Link>, Error> {
    let sql = format!("select {} from identity_link where id = $1", LINK.names());
    query(db, sql, [id.uuid().into()])
        .await?
        .first()
        .map(link)
        .transpose()
}

/// The link that a source showed, ended or not.
pub async fn by_source<C: ConnectionTrait>(db: &C, source: Uuid) -> Result<Option<Link>, Error> {
    Ok(shown_by(db, source).await?.pop())
}

/// All links that a source showed.
pub async fn shown_by<C: ConnectionTrait>(db: &C, source: Uuid) -> Result<Vec<Link>, Error> {
    let sql = format!(
        "select {} from identity_link where source_id = $1 order by id",
        LINK.names()
    );
    query(db, sql, [source.into()])
        .await?
        .iter()
        .map(link)
        .collect()
}

/// The links that hold between identities.
pub async fn of_identities<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<IdentityId>,
) -> Result<Vec<Link>, Error> {
    let backend = db.get_database_backend();
    let of = |column: &str| {
        let matching = format!("t.{column} = w.id and t.ended_at is null");
        let found = lookup(backend, &select_ids(backend, 1), "identity_link", &matching);
        let columns: Vec<String> = LINK
            .columns
            .iter()
            .map(|(name, _)| format!("t.{name}"))
            .collect();
        format!("select {} {found}", columns.join(", "))
    };
    let sql = format!("{} union {}", of("one_id"), of("other_id"));
    let wanted = ids(identities.iter().map(|identity| identity.uuid()));
    let rows = query(db, sql, [wanted]).await?;
    let mut links: Vec<Link> = rows.iter().map(link).collect::<Result<_, _>>()?;
    links.sort_by_key(|link| link.id);
    Ok(links)
}

/// Up to `limit` links before `before`, newest first; all of them, or those that hold.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    holding: bool,
    before: Option<LinkId>,
    limit: u64,
) -> Result<Vec<Link>, Error> {
    let mut conditions = Vec::new();
    let mut values: Vec<sea_orm::Value> = vec![limit.into()];
    if holding {
        conditions.push("ended_at is null".to_owned());
    }
    if let Some(before) = before {
        values.push(before.uuid().into());
        conditions.push("id < $2".to_owned());
    }
    let sql = format!(
        "select {} from identity_link{} order by id desc limit $1",
        LINK.names(),
        super::super::leads::where_all(&conditions)
    );
    query(db, sql, values).await?.iter().map(link).collect()
}

/// Keeps identities apart: a pair that is apart already stays as it is.
pub async fn keep_apart<C: ConnectionTrait>(
    db: &C,
    pairs: &[(IdentityId, IdentityId)],
    by: Ended,
) -> Result<(), Error> {
    let row = |(one, other): &(IdentityId, IdentityId)| {
        json!([
            hex(one.min(other).uuid()),
            hex(one.max(other).uuid()),
            by.by.map(|staff| hex(staff.uuid())),
            time(by.at),
        ])
    };
    APART
        .insert_new(db, pairs.iter().map(row).collect())
        .await?;
    Ok(())
}

/// Takes back that identities were told apart.
pub async fn join_again<C: ConnectionTrait>(
    db: &C,
    one: &BTreeSet<IdentityId>,
    other: &BTreeSet<IdentityId>,
) -> Result<(), Error> {
    let pairs: Vec<Json> = one
        .iter()
        .flat_map(|one| other.iter().map(move |other| (*one, *other)))
        .map(|(one, other)| json!([hex(one.min(other).uuid()), hex(one.max(other).uuid())]))
        .collect();
    let columns = [("one_id", Kind::Id), ("other_id", Kind::Id)];
    let sql = format!(
        "delete from identity_apart where (one_id, other_id) in ({})",
        unpacked(db.get_database_backend(), &columns, 1)
    );
    super::execute(db, sql, [Json::Array(pairs).into()]).await?;
    Ok(())
}

fn row(link: &Link) -> Json {
    json!([
        hex(link.id.uuid()),
        hex(link.one.uuid()),
        hex(link.other.uuid()),
        link.cause.as_str(),
        link.source.map(hex),
        link.probability_ppm,
        link.by.map(|by| hex(by.uuid())),
        time(link.at),
        link.ended_at.map(time),
        link.ended_by.map(|by| hex(by.uuid())),
    ])
}

fn link(row: &Row) -> Result<Link, Error> {
    let ppm: Option<i32> = row.get("probability_ppm")?;
    let by: Option<Uuid> = row.get("by_id")?;
    let ended_by: Option<Uuid> = row.get("ended_by")?;
    Ok(Link {
        id: LinkId::from_uuid(row.get("id")?),
        one: IdentityId::from_uuid(row.get("one_id")?),
        other: IdentityId::from_uuid(row.get("other_id")?),
        cause: row.read("cause", Cause::parse)?,
        source: row.get("source_id")?,
        probability_ppm: ppm.and_then(|ppm| u32::try_from(ppm).ok()),
        by: by.map(StaffId::from_uuid),
        at: row.get("linked_at")?,
        ended_at: row.get("ended_at")?,
        ended_by: ended_by.map(StaffId::from_uuid),
    })
}
