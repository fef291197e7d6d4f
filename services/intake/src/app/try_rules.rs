//! Tells what other rules would have decided about all that is stored, and changes nothing.

use std::time::{Duration, Instant};

use ids::{IdentityId, LeadId, SubmissionId};
use matching::{
    model::Model,
    trial::{self, Trial},
};

use super::{App, explain::StoredDecision};
use crate::{
    error::Error,
    store::decisions::{self, Decision},
};

/// Decisions between two queries: some milliseconds of deciding.
const PAGE: u64 = 100;
/// How long decisions are tried before it is told how far it is.
const WORD: Duration = Duration::from_secs(1);

/// A submission, and the card it came to.
pub type Tried = (SubmissionId, Option<LeadId>);
pub type Report = trial::Report<Tried, IdentityId>;

/// Rules on trial.
pub struct Trying {
    model: Model,
    samples_max: usize,
    position: Option<SubmissionId>,
    progress: Progress,
}

/// How far a trial is.
#[derive(Debug, Clone)]
pub struct Progress {
    pub report: Report,
    pub total: i64,
    /// Decisions that this version cannot decide anew.
    pub unreadable: i64,
    pub done: bool,
}

/// Puts rules on trial.
pub async fn try_rules(app: &App, model: Model, samples_max: usize) -> Result<Trying, Error> {
    let total = decisions::count(app.reader()).await?;
    let report = Trial::new(&model, samples_max).finish();
    Ok(Trying {
        model,
        samples_max,
        position: None,
        progress: Progress {
            report,
            total,
            unreadable: 0,
            done: false,
        },
    })
}

impl Trying {
    /// How far it is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Goes on for about a second, or to the end.
    pub async fn go_on(self, app: &App) -> Result<Self, Error> {
        let Self {
            model,
            samples_max,
            mut position,
            mut progress,
        } = self;
        let begun = Instant::now();
        let mut trial = Trial::resume(&model, samples_max, progress.report);
        while !progress.done && begun.elapsed() < WORD {
            let page = decisions::after(app.reader(), position, PAGE).await?;
            for decision in &page {
                progress.unreadable += i64::from(!examine(&mut trial, decision));
            }
            position = page.last().map(|decision| decision.submission);
            progress.done = page.is_empty();
        }
        progress.report = trial.finish();
        Ok(Self {
            model,
            samples_max,
            position,
            progress,
        })
    }
}

/// Tries a decision; answers whether it can be.
fn examine(trial: &mut Trial<'_, Tried, IdentityId>, decision: &Decision) -> bool {
    let stored = serde::Deserialize::deserialize(&decision.stored);
    let Ok(StoredDecision { explanation, case }) = stored else {
        return false;
    };
    trial.examine(&(decision.submission, decision.lead), &case, &explanation);
    true
}
