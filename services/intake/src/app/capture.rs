//! The one way in: a batch of submissions becomes verdicts, leads and events in one transaction.
//!
//! Unique keys in the database decide between concurrent twins. Whoever comes second begins anew
//! and then sees the first. The number of statements does not depend on the size of the batch.

mod desk;
mod effect;
mod knowledge;
mod memory;
mod plan;
mod ruling;
pub mod scan;
mod whose;

use std::{collections::HashMap, time::Duration};

use clock::Timestamp;
use ids::{IdentityId, LeadId, StaffId, SubmissionId};
use messaging::Tx;

use self::{desk::Desk, knowledge::Knowledge};
use super::{App, metrics};
use crate::{
    domain::verdict::{Receipt, Verdict},
    error::Error,
    reading::Read,
    store::{calls::Announced, submissions::Submission},
};

/// How often a batch is begun anew when others came first.
const BATCH_ATTEMPTS: u32 = 5;
/// How often a single submission is.
const SINGLE_ATTEMPTS: u32 = 12;

/// A submission, read and ready to be judged.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub submission: Submission,
    pub read: Read,
    /// Who is to work what comes of it.
    pub responsible: Option<Named>,
    pub course: Course,
    /// Whose it was by its last verdict.
    pub was: Option<IdentityId>,
    /// Step of the call it tells of.
    pub step: Option<Announced>,
    /// Trace of the caller, which what comes of it continues: a batch has many callers.
    pub traceparent: Option<String>,
}

/// Traces of the callers of a batch.
pub(super) type Traces = HashMap<SubmissionId, String>;

/// Who is to work a lead, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub staff: StaffId,
    pub because: String,
}

/// How a submission comes to its verdict.
#[derive(Debug, Clone)]
pub enum Course {
    /// It has just arrived.
    Fresh,
    /// It is stored, with the verdict `seen`; the present rules judge it anew.
    Again { seen: Verdict },
    /// It is stored with the verdict `seen`; a member of staff decides.
    Told {
        by: StaffId,
        order: Order,
        note: String,
        seen: Verdict,
        /// The card that it leaves.
        from: Option<LeadId>,
    },
}

impl Course {
    /// The card that a submission leaves.
    fn from(&self) -> Option<LeadId> {
        match self {
            Self::Told { from, .. } => *from,
            _ => None,
        }
    }
}

/// What a member of staff decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Create,
    Attach(LeadId),
    Interest,
    Reject,
}

/// Stores submissions and answers each with its receipt, in their order.
pub async fn capture(app: &App, batch: &[Prepared]) -> Vec<Result<Receipt, Error>> {
    let all = |error: &Error| batch.iter().map(|_| Err(error.clone())).collect();
    let attempts = if batch.len() == 1 {
        SINGLE_ATTEMPTS
    } else {
        BATCH_ATTEMPTS
    };
    match attempt(app, batch, attempts).await {
        Ok(answers) => answers,
        Err(error) if error.is_outage() || batch.len() <= 1 => all(&error),
        // One of them may be what the database does not take; the others shall not suffer by it.
        Err(_) => one_by_one(app, batch).await,
    }
}

async fn one_by_one(app: &App, batch: &[Prepared]) -> Vec<Result<Receipt, Error>> {
    let mut answers = Vec::with_capacity(batch.len());
    for single in batch {
        let answer = attempt(app, std::slice::from_ref(single), SINGLE_ATTEMPTS).await;
        answers
            .push(answer.and_then(|mut answers| answers.pop().unwrap_or(Err(Error::Interrupted))));
    }
    answers
}

/// Captures in a transaction of its own, begun anew when somebody else came first.
async fn attempt(
    app: &App,
    batch: &[Prepared],
    attempts: u32,
) -> Result<Vec<Result<Receipt, Error>>, Error> {
    let mut tried = 0;
    loop {
        tried += 1;
        match once(app, batch).await {
            Err(error) if error.is_race() && tried < attempts => {
                metrics::retried();
                tokio::time::sleep(pause(tried)).await;
            }
            Err(error) => return Err(error),
            Ok(answers) => return Ok(answers),
        }
    }
}

async fn once(app: &App, batch: &[Prepared]) -> Result<Vec<Result<Receipt, Error>>, Error> {
    let tx = app.outbox.begin().await?;
    let answers = capture_in(app, &tx, batch).await?;
    tx.commit().await?;
    for (prepared, answer) in batch.iter().zip(&answers) {
        if let Ok(receipt) = answer {
            metrics::captured(prepared.submission.source.channel, receipt);
        }
    }
    Ok(answers)
}

/// Captures in the caller's transaction.
pub async fn capture_in(
    app: &App,
    tx: &Tx,
    batch: &[Prepared],
) -> Result<Vec<Result<Receipt, Error>>, Error> {
    let now = app.clock.now();
    let db = tx.connection();
    let knowledge = Knowledge::load(db, batch, now).await?;
    let knowledge = knowledge.with_given(&app.given());
    let mut desk = Desk::new(knowledge, &app.rules, &app.model, now);
    let answers = desk.take_all(db, batch, true).await?;
    let plan = desk.finish();
    app.give(plan.given());
    let traces: Traces = batch
        .iter()
        .filter_map(|it| Some((it.submission.id, it.traceparent.clone()?)))
        .collect();
    plan.carry_out(tx, now, &traces).await?;
    Ok(answers)
}

/// The receipt that a submission would get, without storing anything.
pub async fn predict(app: &App, prepared: &Prepared) -> Result<Receipt, Error> {
    let now = app.clock.now();
    let batch = std::slice::from_ref(prepared);
    let knowledge = Knowledge::load(app.reader(), batch, now).await?;
    let mut desk = Desk::new(knowledge, &app.rules, &app.model, now);
    let mut answers = desk.take_all(app.reader(), batch, false).await?;
    let receipt = answers.pop().unwrap_or(Err(Error::Interrupted))?;
    let known = receipt.lead.filter(|lead| !desk.finish().is_new(*lead));
    Ok(Receipt {
        lead: known,
        ..receipt
    })
}

/// Longer after each attempt, and different for each who waits.
fn pause(tried: u32) -> Duration {
    let random = SubmissionId::generate().uuid().into_bytes();
    let share = u64::from(random.last().copied().unwrap_or_default());
    let most_us = 2_000_u64 << tried.min(6);
    Duration::from_micros(most_us * share / 256)
}

/// Since when content counts as the same submission again.
fn window(now: Timestamp) -> Timestamp {
    now - chrono::TimeDelta::hours(24)
}
