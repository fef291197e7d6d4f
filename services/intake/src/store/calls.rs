//! Telephone calls: one row each, whatever the order of its announcements.

use clock::Timestamp;
use database::Error;
use ids::{CallId, DoorId, SubmissionId};
use sea_orm::ConnectionTrait;

use super::rows::{execute, query};
use crate::reading::call::Step;

/// An announcement of a call.
#[derive(Debug, Clone)]
pub struct Announced<'a> {
    pub door: DoorId,
    /// The telephony system's id of the call.
    pub reference: &'a str,
    pub submission: SubmissionId,
    pub step: Step,
    pub at: Timestamp,
    pub duration_s: Option<i64>,
    pub agent: &'a str,
    pub note: &'a str,
}

/// The times of a call, for tests and inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    pub ringing: Option<Timestamp>,
    pub answered: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub duration_s: Option<i64>,
}

/// Notes a step of a call. Of a step announced twice, the first time counts.
pub async fn note<C: ConnectionTrait>(db: &C, call: &Announced<'_>) -> Result<(), Error> {
    let column = match call.step {
        Step::Ringing => "ringing_at",
        Step::Answered => "answered_at",
        Step::Ended => "ended_at",
    };
    // One statement, so that two announcements at once cannot lose each other.
    let sql = format!(
        "insert into call (id, door_id, reference, submission_id, {column}, duration_s, agent, note) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (door_id, reference) do update set \
         {column} = coalesce(call.{column}, excluded.{column}), \
         duration_s = coalesce(excluded.duration_s, call.duration_s), \
         agent = case when excluded.agent = '' then call.agent else excluded.agent end, \
         note = case when excluded.note = '' then call.note else excluded.note end"
    );
    let values = [
        CallId::generate().uuid().into(),
        call.door.uuid().into(),
        call.reference.into(),
        call.submission.uuid().into(),
        call.at.into(),
        call.duration_s.into(),
        call.agent.into(),
        call.note.into(),
    ];
    execute(db, sql, values).await?;
    Ok(())
}

/// The times of a call.
pub async fn times<C: ConnectionTrait>(
    db: &C,
    door: DoorId,
    reference: &str,
) -> Result<Option<Times>, Error> {
    let sql = "select ringing_at, answered_at, ended_at, duration_s from call \
               where door_id = $1 and reference = $2";
    let rows = query(db, sql, [door.uuid().into(), reference.into()]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Times {
        ringing: row.get("ringing_at")?,
        answered: row.get("answered_at")?,
        ended: row.get("ended_at")?,
        duration_s: row.get("duration_s")?,
    }))
}
