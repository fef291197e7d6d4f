//! Telephone calls: one row each, whatever the order of its announcements.

use std::collections::BTreeMap;

use clock::Timestamp;
use database::Error;
use ids::{CallId, DoorId, SubmissionId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::rows::{Kind, Table, execute, hex, query, time};
use crate::reading::call::Step;

const CALL: Table = Table {
    name: "call",
    columns: &[
        ("id", Kind::Id),
        ("door_id", Kind::Id),
        ("reference", Kind::Text),
        ("submission_id", Kind::Id),
        ("ringing_at", Kind::Time),
        ("answered_at", Kind::Time),
        ("ended_at", Kind::Time),
        ("duration_s", Kind::Int),
        ("agent", Kind::Text),
        ("note", Kind::Text),
    ],
};

/// An announcement of a call.
#[derive(Debug, Clone)]
pub struct Announced {
    pub door: DoorId,
    /// The telephony system's id of the call.
    pub reference: String,
    pub step: Step,
    pub at: Timestamp,
    pub duration_s: Option<i64>,
    pub agent: String,
    pub note: String,
}

/// The times of a call, for tests and inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    pub ringing: Option<Timestamp>,
    pub answered: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub duration_s: Option<i64>,
}

/// Notes steps of calls, each with its submission. Of a step announced twice, the first time counts.
pub async fn note<C: ConnectionTrait>(
    db: &C,
    steps: &[(SubmissionId, &Announced)],
) -> Result<(), Error> {
    if steps.is_empty() {
        return Ok(());
    }
    // One statement cannot write a row twice. In the order of the key: no two batches wait for each other.
    let mut calls: BTreeMap<(DoorId, &str), Call<'_>> = BTreeMap::new();
    for (submission, step) in steps {
        let call = calls.entry((step.door, &step.reference));
        call.or_insert_with(|| Call::new(*submission)).add(step);
    }
    let rows: Vec<Json> = calls
        .iter()
        .map(|((door, reference), call)| call.row(*door, reference))
        .collect();
    let sql = format!(
        "insert into call ({}) {} where true \
         on conflict (door_id, reference) do update set \
         ringing_at = coalesce(call.ringing_at, excluded.ringing_at), \
         answered_at = coalesce(call.answered_at, excluded.answered_at), \
         ended_at = coalesce(call.ended_at, excluded.ended_at), \
         duration_s = coalesce(excluded.duration_s, call.duration_s), \
         agent = case when excluded.agent = '' then call.agent else excluded.agent end, \
         note = case when excluded.note = '' then call.note else excluded.note end",
        CALL.names(),
        CALL.unpacked(db.get_database_backend()),
    );
    execute(db, sql, [Json::Array(rows).into()]).await?;
    Ok(())
}

/// What several announcements say of one call.
struct Call<'a> {
    submission: SubmissionId,
    ringing: Option<Timestamp>,
    answered: Option<Timestamp>,
    ended: Option<Timestamp>,
    duration_s: Option<i64>,
    agent: &'a str,
    note: &'a str,
}

impl<'a> Call<'a> {
    fn new(submission: SubmissionId) -> Self {
        Self {
            submission,
            ringing: None,
            answered: None,
            ended: None,
            duration_s: None,
            agent: "",
            note: "",
        }
    }

    fn add(&mut self, step: &'a Announced) {
        let time = match step.step {
            Step::Ringing => &mut self.ringing,
            Step::Answered => &mut self.answered,
            Step::Ended => &mut self.ended,
        };
        time.get_or_insert(step.at);
        self.duration_s = step.duration_s.or(self.duration_s);
        if !step.agent.is_empty() {
            self.agent = &step.agent;
        }
        if !step.note.is_empty() {
            self.note = &step.note;
        }
    }

    fn row(&self, door: DoorId, reference: &str) -> Json {
        json!([
            hex(CallId::generate().uuid()),
            hex(door.uuid()),
            reference,
            hex(self.submission.uuid()),
            self.ringing.map(time),
            self.answered.map(time),
            self.ended.map(time),
            self.duration_s,
            self.agent,
            self.note,
        ])
    }
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
