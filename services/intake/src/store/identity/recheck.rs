//! What was read before a transaction, looked at once more in it.

use std::collections::BTreeSet;

use database::Error;
use ids::IdentityId;
use sea_orm::ConnectionTrait;

use super::{
    super::rows::{Row, ids, lookup, query, select_ids},
    Around,
};

/// Whether identities are one with those whom they were one with when they were read.
pub async fn is_as_read<C: ConnectionTrait>(
    db: &C,
    around: &Around,
    identities: &BTreeSet<IdentityId>,
) -> Result<bool, Error> {
    let backend = db.get_database_backend();
    let found = lookup(
        backend,
        &select_ids(backend, 1),
        "identity_member",
        "t.identity_id = w.id",
    );
    let sql = format!("select t.identity_id as one_id, t.head_id as other_id {found}");
    let now: BTreeSet<_> = pairs(db, sql, identities).await?.into_iter().collect();
    let heads = around.heads.iter();
    let then = heads.filter(|(identity, _)| identities.contains(identity));
    Ok(now == then.map(|(identity, head)| (*identity, *head)).collect())
}

/// The pairs with some of the identities that people are asked about or have decided.
pub async fn asked_about<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<IdentityId>,
) -> Result<Vec<(IdentityId, IdentityId)>, Error> {
    let backend = db.get_database_backend();
    let of = |column: &str| {
        let matching = format!("t.{column} = w.id and t.state <> 'settled'");
        let found = lookup(
            backend,
            &select_ids(backend, 1),
            "identity_review",
            &matching,
        );
        format!("select t.one_id, t.other_id {found}")
    };
    let sql = format!("{} union {}", of("one_id"), of("other_id"));
    pairs(db, sql, identities).await
}

/// The pairs with some of the identities that people told apart, found by the first of each.
pub async fn told_apart<C: ConnectionTrait>(
    db: &C,
    identities: &BTreeSet<IdentityId>,
) -> Result<Vec<(IdentityId, IdentityId)>, Error> {
    let backend = db.get_database_backend();
    let found = lookup(
        backend,
        &select_ids(backend, 1),
        "identity_apart",
        "t.one_id = w.id",
    );
    pairs(
        db,
        format!("select t.one_id, t.other_id {found}"),
        identities,
    )
    .await
}

async fn pairs<C: ConnectionTrait>(
    db: &C,
    sql: String,
    identities: &BTreeSet<IdentityId>,
) -> Result<Vec<(IdentityId, IdentityId)>, Error> {
    let wanted = ids(identities.iter().map(|identity| identity.uuid()));
    let id = |row: &Row, column| Ok::<_, Error>(IdentityId::from_uuid(row.get(column)?));
    query(db, sql, [wanted])
        .await?
        .iter()
        .map(|row| Ok((id(row, "one_id")?, id(row, "other_id")?)))
        .collect()
}
