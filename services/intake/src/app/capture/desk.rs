//! Judges the submissions of a batch one after the other; each sees the ones before it.

use clock::Timestamp;

use super::{Course, Prepared, knowledge::Knowledge, plan::Plan, ruling::Fate};
use crate::{
    domain::{
        judge::Rules,
        verdict::{Receipt, Verdict},
    },
    error::Error,
    store::{
        earlier::Earlier,
        submissions::{Judged, Rejudged},
    },
};

/// Where a batch is judged.
pub(super) struct Desk<'a> {
    pub(super) knowledge: Knowledge,
    pub(super) plan: Plan<'a>,
    pub(super) rules: &'a Rules,
    pub(super) now: Timestamp,
}

impl<'a> Desk<'a> {
    pub(super) fn new(knowledge: Knowledge, rules: &'a Rules, now: Timestamp) -> Self {
        Self {
            knowledge,
            plan: Plan::default(),
            rules,
            now,
        }
    }

    /// Gives a submission its verdict.
    pub(super) fn take(&mut self, prepared: &'a Prepared) -> Result<Receipt, Error> {
        let receipt = match self.replay(prepared) {
            Some(answer) => answer?,
            None => self.judge(prepared)?,
        };
        if let Some(step) = &prepared.step {
            self.plan.steps.push((receipt.submission, step));
        }
        Ok(receipt)
    }

    fn judge(&mut self, prepared: &'a Prepared) -> Result<Receipt, Error> {
        let fate = match &prepared.course {
            Course::Told { order, note, .. } => self.told(*order, note)?,
            _ => self.rule(prepared),
        };
        let receipt = self.carry_out(prepared, &fate);
        self.file(prepared, &fate, &receipt);
        Ok(receipt)
    }

    /// What the batch is to write.
    pub(super) fn finish(self) -> Plan<'a> {
        self.plan.with(self.knowledge.leads, &self.knowledge.rows)
    }

    /// The first answer again, when the key is known.
    fn replay(&mut self, prepared: &Prepared) -> Option<Result<Receipt, Error>> {
        if !matches!(prepared.course, Course::Fresh) {
            return None;
        }
        let submission = &prepared.submission;
        let key = (submission.scope.clone(), submission.key.clone()?);
        let earlier = self.knowledge.keys.get(&key)?;
        let first = earlier.receipt.submission;
        if earlier.content_hash != submission.content_hash {
            return Some(Err(Error::KeyReused { first }));
        }
        self.plan.touch(first);
        Some(Ok(Receipt {
            replayed: true,
            ..earlier.receipt.clone()
        }))
    }

    /// Stores the submission with its verdict, and lets later ones of the batch know of it.
    fn file(&mut self, prepared: &'a Prepared, fate: &Fate, receipt: &Receipt) {
        let submission = &prepared.submission;
        let (seen, decided_by) = match prepared.course {
            Course::Fresh => {
                let duplicate_of = match fate {
                    Fate::Duplicate { of, .. } => Some(*of),
                    _ => None,
                };
                self.remember(prepared, receipt);
                let receipt = receipt.clone();
                self.plan.judged.push(Judged {
                    submission,
                    receipt,
                    duplicate_of,
                });
                return;
            }
            Course::Again { seen } => (seen, None),
            Course::Told { by, .. } => (Verdict::Held, Some(by)),
        };
        if receipt.verdict != Verdict::Interest {
            self.plan.forgotten.push(submission.id);
        }
        let receipt = receipt.clone();
        self.plan.rejudged.push(Rejudged {
            receipt,
            seen,
            decided_by,
            decided_at: self.now,
        });
    }

    fn remember(&mut self, prepared: &Prepared, receipt: &Receipt) {
        let submission = &prepared.submission;
        let earlier = Earlier {
            scope: submission.scope.clone(),
            key: submission.key.clone(),
            content_hash: submission.content_hash,
            receipt: receipt.clone(),
        };
        if !matches!(receipt.verdict, Verdict::Rejected | Verdict::Duplicate) {
            let said = (submission.scope.clone(), submission.content_hash);
            self.knowledge
                .contents
                .entry(said)
                .or_insert_with(|| earlier.clone());
        }
        if let (Some(lead), false) = (receipt.lead, submission.message_id.is_empty()) {
            self.knowledge
                .messages
                .insert(submission.message_id.clone(), lead);
        }
        if let Some(key) = submission.key.clone() {
            self.knowledge
                .keys
                .insert((submission.scope.clone(), key), earlier);
        }
    }
}
