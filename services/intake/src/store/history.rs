//! Histories of leads.

use clock::Timestamp;
use database::Error;
use ids::{LeadId, StaffId, SubmissionId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::rows::{Kind, Table, hex, query, time};
use crate::domain::lead::Change;

/// Lines that a card shows.
const SHOWN_MAX: i64 = 500;

const HISTORY: Table = Table {
    name: "lead_history",
    columns: &[
        ("lead_id", Kind::Id),
        ("revision", Kind::Int),
        ("at", Kind::Time),
        ("kind", Kind::Text),
        ("note", Kind::Text),
        ("by_id", Kind::Id),
        ("submission_id", Kind::Id),
    ],
};

/// A line as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: Timestamp,
    pub kind: String,
    pub note: String,
    pub by: Option<StaffId>,
    pub submission: Option<SubmissionId>,
}

/// Writes what happened to leads.
pub async fn insert<C: ConnectionTrait>(db: &C, changes: &[(LeadId, Change)]) -> Result<(), Error> {
    let row = |(lead, change): &(LeadId, Change)| {
        json!([
            hex(lead.uuid()),
            change.revision,
            time(change.at),
            change.kind.as_str(),
            change.note,
            change.by.map(|by| hex(by.uuid())),
            change.submission.map(|submission| hex(submission.uuid())),
        ])
    };
    HISTORY
        .insert(db, changes.iter().map(row).collect())
        .await?;
    Ok(())
}

/// What happened to a lead, newest first.
pub async fn list<C: ConnectionTrait>(db: &C, lead: LeadId) -> Result<Vec<Line>, Error> {
    let sql = format!(
        "select {} from lead_history where lead_id = $1 order by at desc, revision desc limit $2",
        HISTORY.names()
    );
    let rows = query(db, sql, [lead.uuid().into(), SHOWN_MAX.into()]).await?;
    let line = |row: &super::rows::Row| {
        let by: Option<Uuid> = row.get("by_id")?;
        let submission: Option<Uuid> = row.get("submission_id")?;
        Ok(Line {
            at: row.get("at")?,
            kind: row.get("kind")?,
            note: row.get("note")?,
            by: by.map(StaffId::from_uuid),
            submission: submission.map(SubmissionId::from_uuid),
        })
    };
    rows.iter().map(line).collect()
}
