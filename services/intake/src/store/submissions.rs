//! Submissions as rows: what arrived, its verdict, and by what a repeat is known.

use std::collections::BTreeMap;

use bytes::Bytes;
use clock::Timestamp;
use database::Error;
use ids::{DoorId, IdentityId, LeadId, StaffId, SubmissionId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    json::{SourceJson, flags, read_flags},
    leads::where_all,
    rows::{Kind, Row, Table, bytes, hex, query, time, unpacked},
};
use crate::{
    domain::{
        reason::Reason,
        source::{Channel, Source},
        verdict::{Receipt, Verdict},
    },
    reading::ContentHash,
};

const SUBMISSION: Table = Table {
    name: "submission",
    columns: &[
        ("id", Kind::Id),
        ("received_at", Kind::Time),
        ("channel", Kind::Text),
        ("door_id", Kind::Id),
        ("scope", Kind::Text),
        ("idempotency_key", Kind::Text),
        ("content_hash", Kind::Bytes),
        ("message_id", Kind::Text),
        ("content_type", Kind::Text),
        ("raw", Kind::Bytes),
        ("source", Kind::Json),
        ("verdict", Kind::Text),
        ("reason", Kind::Text),
        ("detail", Kind::Text),
        ("flags", Kind::Json),
        ("lead_id", Kind::Id),
        ("duplicate_of", Kind::Id),
        ("sandbox", Kind::Flag),
        ("trace_id", Kind::Text),
        ("arrivals", Kind::Int),
        ("last_arrived_at", Kind::Time),
        ("identity_id", Kind::Id),
        ("decision", Kind::Json),
    ],
};

/// A verdict that takes the place of an earlier one.
const VERDICT: Table = Table {
    name: "submission",
    columns: &[
        ("id", Kind::Id),
        ("seen", Kind::Text),
        ("verdict", Kind::Text),
        ("reason", Kind::Text),
        ("detail", Kind::Text),
        ("flags", Kind::Json),
        ("lead_id", Kind::Id),
        ("decided_by", Kind::Id),
        ("decided_at", Kind::Time),
        ("identity_id", Kind::Id),
        ("decision", Kind::Json),
    ],
};

/// What a receipt is read from.
pub(super) const RECEIPT: &str = "t.id, t.received_at, t.channel, t.scope, t.idempotency_key, t.content_hash, \
    t.verdict, t.reason, t.detail, t.flags, t.lead_id, t.sandbox, t.trace_id";

/// A submission as it arrived.
#[derive(Debug, Clone)]
pub struct Submission {
    pub id: SubmissionId,
    pub received_at: Timestamp,
    pub door: Option<DoorId>,
    pub scope: String,
    pub key: Option<String>,
    pub content_hash: ContentHash,
    /// Of an e-mail; empty for the rest.
    pub message_id: String,
    pub content_type: String,
    pub raw: Bytes,
    pub source: Source,
    pub sandbox: bool,
    pub trace_id: String,
}

/// A submission with what became of it.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    pub submission: &'a Submission,
    pub receipt: Receipt,
    pub duplicate_of: Option<SubmissionId>,
    pub whose: Whose,
}

/// Whose a submission is, and why.
#[derive(Debug, Clone, Default)]
pub struct Whose {
    pub identity: Option<IdentityId>,
    /// The decision of the matching with all that it rests on, as stored.
    pub decision: Option<Json>,
}

/// A new verdict on a stored submission.
#[derive(Debug, Clone)]
pub struct Rejudged {
    pub receipt: Receipt,
    /// The verdict that this one takes the place of.
    pub seen: Verdict,
    pub decided_by: Option<StaffId>,
    pub decided_at: Timestamp,
    pub whose: Whose,
}

/// A stored submission.
#[derive(Debug, Clone)]
pub struct Stored {
    pub submission: Submission,
    pub receipt: Receipt,
    pub arrivals: i32,
    pub identity: Option<IdentityId>,
}

/// What a list of submissions is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub verdict: Option<Verdict>,
    pub channel: Option<Channel>,
    pub lead: Option<LeadId>,
}

/// Stores submissions, in the order of their keys: twins wait for each other.
pub async fn insert<C: ConnectionTrait>(db: &C, judged: &[Judged<'_>]) -> Result<(), Error> {
    let mut judged: Vec<&Judged<'_>> = judged.iter().collect();
    judged.sort_by_key(|it| (&it.submission.scope, &it.submission.key, it.submission.id));
    SUBMISSION
        .insert(db, judged.into_iter().map(row).collect())
        .await?;
    Ok(())
}

/// Replaces verdicts; answers whether each was still the one that was seen.
pub async fn rejudge<C: ConnectionTrait>(db: &C, rejudged: &[Rejudged]) -> Result<bool, Error> {
    let row = |it: &Rejudged| {
        let Receipt {
            submission,
            verdict,
            reason,
            detail,
            flags: quality,
            lead,
            ..
        } = &it.receipt;
        json!([
            hex(submission.uuid()),
            it.seen.as_str(),
            verdict.as_str(),
            reason.map_or("", Reason::code),
            detail,
            flags(quality),
            lead.map(|lead| hex(lead.uuid())),
            it.decided_by.map(|by| hex(by.uuid())),
            time(it.decided_at),
            it.whose.identity.map(|identity| hex(identity.uuid())),
            it.whose.decision,
        ])
    };
    let rows = rejudged.iter().map(row).collect();
    let matching = "submission.id = v.id and submission.verdict = v.seen";
    let replaced = VERDICT.update(db, rows, 2, matching).await?;
    Ok(replaced == u64::try_from(rejudged.len()).unwrap_or(u64::MAX))
}

/// Notes that submissions arrived again, so many times each.
pub async fn touch<C: ConnectionTrait>(
    db: &C,
    times: &BTreeMap<SubmissionId, i32>,
    now: Timestamp,
) -> Result<(), Error> {
    if times.is_empty() {
        return Ok(());
    }
    let more = unpacked(
        db.get_database_backend(),
        &[("id", Kind::Id), ("more", Kind::Int)],
        1,
    );
    let sql = format!(
        "update submission set arrivals = submission.arrivals + v.more, last_arrived_at = $2 \
         from ({more}) as v where submission.id = v.id"
    );
    let rows: Vec<Json> = times
        .iter()
        .map(|(id, more)| json!([hex(id.uuid()), more]))
        .collect();
    super::rows::execute(db, sql, [Json::Array(rows).into(), now.into()]).await?;
    Ok(())
}

/// A submission with all that was received.
pub async fn find<C: ConnectionTrait>(db: &C, id: SubmissionId) -> Result<Option<Stored>, Error> {
    let sql = format!("select {} from submission as t where t.id = $1", all(true));
    query(db, sql, [id.uuid().into()])
        .await?
        .first()
        .map(|row| stored(row, true))
        .transpose()
}

/// Up to `limit` submissions before `before`, newest first, without what was received.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    filter: &Filter,
    before: Option<SubmissionId>,
    limit: u64,
) -> Result<Vec<Stored>, Error> {
    let (mut conditions, mut values): (Vec<String>, Vec<sea_orm::Value>) = (Vec::new(), Vec::new());
    let mut narrow = |column: &str, value: sea_orm::Value| {
        values.push(value);
        conditions.push(format!("t.{column} ${}", values.len()));
    };
    if let Some(verdict) = filter.verdict {
        narrow("verdict =", verdict.as_str().into());
    }
    if let Some(channel) = filter.channel {
        narrow("channel =", channel.as_str().into());
    }
    if let Some(lead) = filter.lead {
        narrow("lead_id =", lead.uuid().into());
    }
    if let Some(before) = before {
        narrow("id <", before.uuid().into());
    }
    values.push(limit.into());
    let sql = format!(
        "select {} from submission as t{} order by t.id desc limit ${}",
        all(false),
        where_all(&conditions),
        values.len()
    );
    query(db, sql, values)
        .await?
        .iter()
        .map(|row| stored(row, false))
        .collect()
}

/// The stored decision of the matching about a submission.
pub async fn decision<C: ConnectionTrait>(db: &C, id: SubmissionId) -> Result<Option<Json>, Error> {
    let sql = "select decision from submission where id = $1";
    let rows = query(db, sql, [id.uuid().into()]).await?;
    let decision: Option<Json> = match rows.first() {
        Some(row) => row.get("decision")?,
        None => None,
    };
    Ok(decision.filter(|decision| !decision.is_null()))
}

fn all(raw: bool) -> String {
    let more = "t.door_id, t.message_id, t.content_type, t.source, t.arrivals, t.identity_id";
    if raw {
        format!("{RECEIPT}, {more}, t.raw")
    } else {
        format!("{RECEIPT}, {more}")
    }
}

fn row(judged: &Judged<'_>) -> Json {
    let Judged {
        submission,
        receipt,
        duplicate_of,
        whose,
    } = judged;
    let id = |id: Option<Uuid>| id.map(hex);
    Json::Array(vec![
        json!(hex(submission.id.uuid())),
        json!(time(submission.received_at)),
        json!(submission.source.channel.as_str()),
        json!(id(submission.door.map(DoorId::uuid))),
        json!(submission.scope),
        json!(submission.key),
        json!(bytes(&submission.content_hash)),
        json!(Some(&submission.message_id).filter(|id| !id.is_empty())),
        json!(submission.content_type),
        json!(bytes(&submission.raw)),
        json!(SourceJson::from(&submission.source)),
        json!(receipt.verdict.as_str()),
        json!(receipt.reason.map_or("", Reason::code)),
        json!(receipt.detail),
        json!(flags(&receipt.flags)),
        json!(id(receipt.lead.map(LeadId::uuid))),
        json!(id(duplicate_of.map(SubmissionId::uuid))),
        json!(submission.sandbox),
        json!(submission.trace_id),
        json!(1),
        json!(time(submission.received_at)),
        json!(id(whose.identity.map(IdentityId::uuid))),
        whose.decision.clone().unwrap_or_default(),
    ])
}

pub(super) fn receipt(row: &Row) -> Result<Receipt, Error> {
    let reason: String = row.get("reason")?;
    let lead: Option<Uuid> = row.get("lead_id")?;
    let channel: String = row.get("channel")?;
    let key: Option<String> = row.get("idempotency_key")?;
    let own = matches!(
        Channel::parse(&channel),
        Some(Channel::Partner | Channel::Manual)
    );
    Ok(Receipt {
        submission: SubmissionId::from_uuid(row.get("id")?),
        verdict: row.read("verdict", Verdict::parse)?,
        reason: Reason::parse(&reason),
        detail: row.get("detail")?,
        lead: lead.map(LeadId::from_uuid),
        replayed: false,
        sandbox: row.get("sandbox")?,
        trace_id: row.get("trace_id")?,
        received_at: row.get("received_at")?,
        flags: read_flags(&row.json::<Vec<String>>("flags")?),
        external_id: key.filter(|_| own).unwrap_or_default(),
    })
}

pub(super) fn content_hash(row: &Row) -> Result<ContentHash, Error> {
    let bytes: Vec<u8> = row.get("content_hash")?;
    bytes
        .try_into()
        .map_err(|_| Error::Other("a content hash has another length".into()))
}

fn stored(row: &Row, raw: bool) -> Result<Stored, Error> {
    let receipt = receipt(row)?;
    let door: Option<Uuid> = row.get("door_id")?;
    let message_id: Option<String> = row.get("message_id")?;
    let identity: Option<Uuid> = row.get("identity_id")?;
    let raw: Vec<u8> = if raw { row.get("raw")? } else { Vec::new() };
    Ok(Stored {
        submission: Submission {
            id: receipt.submission,
            received_at: receipt.received_at,
            door: door.map(DoorId::from_uuid),
            scope: row.get("scope")?,
            key: row.get("idempotency_key")?,
            content_hash: content_hash(row)?,
            message_id: message_id.unwrap_or_default(),
            content_type: row.get("content_type")?,
            raw: raw.into(),
            source: row.json::<SourceJson>("source")?.into(),
            sandbox: receipt.sandbox,
            trace_id: receipt.trace_id.clone(),
        },
        arrivals: row.get("arrivals")?,
        identity: identity.map(IdentityId::from_uuid),
        receipt,
    })
}
