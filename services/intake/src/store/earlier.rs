//! Submissions that came before: by key, by content, by the e-mail they answer.

use std::collections::BTreeMap;

use clock::Timestamp;
use database::Error;
use ids::LeadId;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    rows::{Kind, Row, bytes, lookup, query, unpacked},
    submissions::{RECEIPT, content_hash, receipt},
};
use crate::{domain::verdict::Receipt, reading::ContentHash};

/// What is known of a submission that came before.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub scope: String,
    pub key: Option<String>,
    pub content_hash: ContentHash,
    pub receipt: Receipt,
}

/// Submissions that came under the same keys.
pub async fn by_key<C: ConnectionTrait>(
    db: &C,
    keys: &[(&str, &str)],
) -> Result<Vec<Earlier>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let columns = [("scope", Kind::Text), ("idempotency_key", Kind::Text)];
    let wanted = unpacked(backend, &columns, 1);
    let matching = "t.scope = w.scope and t.idempotency_key = w.idempotency_key";
    let found = lookup(backend, &wanted, "submission", matching);
    let sql = format!("select {RECEIPT} {found}");
    let rows: Vec<Json> = keys
        .iter()
        .map(|(scope, key)| json!([scope, key]))
        .collect();
    query(db, sql, [Json::Array(rows).into()])
        .await?
        .iter()
        .map(earlier)
        .collect()
}

/// Submissions since `since` that said the same and were worth something.
pub async fn by_content<C: ConnectionTrait>(
    db: &C,
    contents: &[(&str, &ContentHash)],
    since: Timestamp,
) -> Result<Vec<Earlier>, Error> {
    if contents.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let columns = [("scope", Kind::Text), ("content_hash", Kind::Bytes)];
    let wanted = unpacked(backend, &columns, 1);
    // The condition on the verdict is that of the partial index. The scope is put so that no index serves it:
    // while the table is new, PostgreSQL takes that of the keys for as good, and reads all of a scope.
    let matching = "t.content_hash = w.content_hash and t.scope || '' = w.scope \
        and t.verdict in ('created', 'attached', 'interest', 'held') and t.received_at > $2";
    let found = lookup(backend, &wanted, "submission", matching);
    let sql = format!("select {RECEIPT} {found} order by t.id");
    let rows: Vec<Json> = contents
        .iter()
        .map(|(scope, hash)| json!([scope, bytes(hash.as_slice())]))
        .collect();
    query(db, sql, [Json::Array(rows).into(), since.into()])
        .await?
        .iter()
        .map(earlier)
        .collect()
}

/// Leads that e-mails with these Message-IDs belong to.
pub async fn by_message<C: ConnectionTrait>(
    db: &C,
    message_ids: &[&str],
) -> Result<BTreeMap<String, LeadId>, Error> {
    if message_ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let backend = db.get_database_backend();
    let wanted = unpacked(backend, &[("message_id", Kind::Text)], 1);
    let matching = "t.message_id = w.message_id and t.message_id is not null \
        and t.lead_id is not null";
    let found = lookup(backend, &wanted, "submission", matching);
    let sql = format!("select t.message_id, t.lead_id {found} order by t.id");
    let rows: Vec<Json> = message_ids.iter().map(|id| json!([id])).collect();
    let rows = query(db, sql, [Json::Array(rows).into()]).await?;
    let pair = |row: &Row| {
        Ok((
            row.get("message_id")?,
            LeadId::from_uuid(row.get::<Uuid>("lead_id")?),
        ))
    };
    rows.iter().map(pair).collect()
}

fn earlier(row: &Row) -> Result<Earlier, Error> {
    Ok(Earlier {
        scope: row.get("scope")?,
        key: row.get("idempotency_key")?,
        content_hash: content_hash(row)?,
        receipt: receipt(row)?,
    })
}
