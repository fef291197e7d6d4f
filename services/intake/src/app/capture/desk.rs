//! Judges the submissions of a batch one after the other; each sees the ones before it.
//!
//! Ruling on all of them takes what is known of contacts and names; only then it is known which cards
//! have to be read, and what was ruled is carried out.

use std::collections::{BTreeSet, HashSet};

use clock::Timestamp;
use ids::{IdentityId, LeadId};
use matching::model::Model;

use super::{
    Course, Prepared,
    knowledge::Knowledge,
    plan::Plan,
    ruling::{Fate, Ruling},
};
use crate::{
    domain::{
        judge::Rules,
        verdict::{Receipt, Verdict},
    },
    error::Error,
    reading::ContentHash,
    store::{
        Connection,
        earlier::Earlier,
        submissions::{Judged, Rejudged, Whose},
    },
};

/// Where a batch is judged.
pub(super) struct Desk<'a> {
    pub(super) knowledge: Knowledge,
    pub(super) plan: Plan<'a>,
    pub(super) rules: &'a Rules,
    pub(super) model: &'a Model,
    pub(super) now: Timestamp,
    /// Keys of the batch.
    pub(super) seen: HashSet<(String, String)>,
    /// Contents of the batch.
    pub(super) said: HashSet<(String, ContentHash)>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        knowledge: Knowledge,
        rules: &'a Rules,
        model: &'a Model,
        now: Timestamp,
    ) -> Self {
        Self {
            knowledge,
            plan: Plan::default(),
            rules,
            model,
            now,
            seen: HashSet::new(),
            said: HashSet::new(),
        }
    }

    /// Gives each submission its verdict.
    pub(super) async fn take_all<C: Connection>(
        &mut self,
        db: &C,
        batch: &'a [Prepared],
        lock: bool,
    ) -> Result<Vec<Result<Receipt, Error>>, Error> {
        let rulings: Vec<_> = batch.iter().map(|prepared| self.rule(prepared)).collect();
        let (mut leads, mut identities) = (BTreeSet::new(), BTreeSet::new());
        for ruling in rulings.iter().flatten() {
            reach(ruling, &mut leads, &mut identities);
        }
        leads.extend(batch.iter().filter_map(|prepared| prepared.course.from()));
        self.knowledge
            .load_cards(db, leads, identities, lock)
            .await?;
        let answers = batch.iter().zip(rulings);
        Ok(answers
            .map(|(prepared, ruling)| self.take(prepared, ruling?))
            .collect())
    }

    fn take(&mut self, prepared: &'a Prepared, ruling: Ruling) -> Result<Receipt, Error> {
        let receipt = if matches!(ruling.fate, Fate::Replayed) {
            self.replay(prepared)?
        } else {
            let receipt = self.carry_out(prepared, &ruling);
            self.file(prepared, ruling, &receipt);
            receipt
        };
        if let Some(step) = &prepared.step {
            self.plan.steps.push((receipt.submission, step));
        }
        Ok(receipt)
    }

    /// What the batch is to write.
    pub(super) fn finish(self) -> Plan<'a> {
        self.plan.with(self.knowledge)
    }

    /// The first answer again.
    fn replay(&mut self, prepared: &Prepared) -> Result<Receipt, Error> {
        let submission = &prepared.submission;
        let key = submission.key.clone().unwrap_or_default();
        let key = (submission.scope.clone(), key);
        // Whatever came under the key failed in this batch.
        let earlier = self.knowledge.keys.get(&key).ok_or(Error::Interrupted)?;
        let first = earlier.receipt.submission;
        if earlier.content_hash != submission.content_hash {
            return Err(Error::KeyReused { first });
        }
        self.plan.touch(first);
        Ok(Receipt {
            replayed: true,
            ..earlier.receipt.clone()
        })
    }

    /// The first submission that said the same.
    pub(super) fn repeated(&self, prepared: &Prepared) -> Option<&Earlier> {
        let submission = &prepared.submission;
        let said = (submission.scope.clone(), submission.content_hash);
        self.knowledge.contents.get(&said)
    }

    /// Stores the submission with its verdict, and lets later ones of the batch know of it.
    fn file(&mut self, prepared: &'a Prepared, ruling: Ruling, receipt: &Receipt) {
        let submission = &prepared.submission;
        let is_real = !submission.sandbox;
        let whose = Whose {
            identity: ruling.identity.filter(|_| is_real),
            decision: ruling.decision.filter(|_| is_real),
        };
        let (seen, decided_by) = match prepared.course {
            Course::Fresh => {
                let duplicate_of = match ruling.fate {
                    Fate::Duplicate => self.repeated(prepared).map(|it| it.receipt.submission),
                    _ => None,
                };
                self.remember(prepared, receipt);
                let receipt = receipt.clone();
                self.plan.judged.push(Judged {
                    submission,
                    receipt,
                    duplicate_of,
                    whose,
                });
                return;
            }
            Course::Again { seen } => (seen, None),
            Course::Told { by, seen, .. } => (seen, Some(by)),
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
            whose,
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
        if let Some(key) = submission.key.clone() {
            self.knowledge
                .keys
                .insert((submission.scope.clone(), key), earlier);
        }
    }
}

/// Which cards and whose persons a ruling touches.
fn reach(ruling: &Ruling, leads: &mut BTreeSet<LeadId>, identities: &mut BTreeSet<IdentityId>) {
    match &ruling.fate {
        Fate::Attach { lead, .. } => {
            leads.insert(*lead);
        }
        Fate::Interest { near, .. } => leads.extend(near),
        Fate::Open { members, .. } => identities.extend(members),
        _ => {}
    }
}
