//! What is remembered of records that were judged and not stored, so that later ones see them.

use std::collections::{HashMap, HashSet};

use clock::Timestamp;
use ids::{LeadId, SubmissionId};

use super::{Prepared, desk::Desk};
use crate::{
    domain::{
        reason::Reason,
        verdict::{Receipt, Verdict},
    },
    reading::ContentHash,
    store::{earlier::Earlier, identity},
};

/// What records before came to.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) around: identity::Carried,
    told: Vec<Told>,
    /// Place in `told` of the first record of each key and of each content.
    keys: HashMap<Box<str>, usize>,
    contents: HashMap<ContentHash, usize>,
    /// Cards that are not stored.
    opened: HashSet<LeadId>,
}

/// What a record came to.
#[derive(Debug)]
struct Told {
    index: u32,
    submission: SubmissionId,
    content_hash: ContentHash,
    verdict: Verdict,
    reason: Option<Reason>,
    lead: Option<LeadId>,
    /// It would be stored: neither the same again nor refused.
    is_filed: bool,
}

impl Memory {
    /// Remembers a record with its receipt, which one that is refused has none of.
    pub(super) fn note(&mut self, index: u32, prepared: &Prepared, receipt: Option<&Receipt>) {
        let submission = &prepared.submission;
        let filed = receipt.filter(|receipt| !receipt.replayed);
        let place = self.told.len();
        if let Some(key) = &submission.key {
            self.keys.entry(key.as_str().into()).or_insert(place);
        }
        if filed.is_some_and(|receipt| receipt.verdict != Verdict::Rejected) {
            let said = submission.content_hash;
            self.contents.entry(said).or_insert(place);
        }
        self.told.push(Told {
            index,
            submission: submission.id,
            content_hash: submission.content_hash,
            verdict: receipt.map_or(Verdict::Rejected, |receipt| receipt.verdict),
            reason: receipt.and_then(|receipt| receipt.reason),
            lead: receipt.and_then(|receipt| receipt.lead),
            is_filed: filed.is_some(),
        });
    }

    /// Remembers what a desk has decided, in place of storing it.
    pub(super) fn keep(&mut self, desk: Desk<'_>) {
        let Desk {
            knowledge, plan, ..
        } = desk;
        let opened = &plan.opened;
        self.around
            .take_over(&knowledge.around, plan.records, &plan.links, |lead| {
                opened.contains(&lead)
            });
        self.opened.extend(opened);
    }

    /// Whether a card is one that earlier records would open.
    pub(super) fn is_opened(&self, lead: LeadId) -> bool {
        self.opened.contains(&lead)
    }

    /// The first record that came under the key.
    pub(super) fn of_key(&self, prepared: &Prepared) -> Option<u32> {
        let place = self.keys.get(prepared.submission.key.as_deref()?)?;
        Some(self.told.get(*place)?.index)
    }

    /// The first record that said the same.
    pub(super) fn of_content(&self, prepared: &Prepared) -> Option<u32> {
        let place = self.contents.get(&prepared.submission.content_hash)?;
        Some(self.told.get(*place)?.index)
    }

    /// Adds what came under the keys of a batch, where nothing stored did.
    pub(super) fn recall_keys(
        &self,
        keys: &mut HashMap<(String, String), Earlier>,
        batch: &[Prepared],
        now: Timestamp,
    ) {
        for submission in batch.iter().map(|prepared| &prepared.submission) {
            let key = submission.key.as_deref();
            let place = key.and_then(|key| self.keys.get(key));
            let told = place.and_then(|place| self.told.get(*place));
            if let (Some(told), Some(key)) = (told.filter(|told| told.is_filed), key) {
                let scoped = (submission.scope.clone(), key.to_owned());
                keys.entry(scoped)
                    .or_insert_with(|| told.earlier(&submission.scope, Some(key), now));
            }
        }
    }

    /// Adds what said the same as one of a batch, where nothing stored did.
    pub(super) fn recall_contents(
        &self,
        contents: &mut HashMap<(String, ContentHash), Earlier>,
        batch: &[&Prepared],
        now: Timestamp,
    ) {
        for submission in batch.iter().map(|prepared| &prepared.submission) {
            let place = self.contents.get(&submission.content_hash);
            let told = place.and_then(|place| self.told.get(*place));
            if let Some(told) = told.filter(|told| told.verdict != Verdict::Duplicate) {
                let said = (submission.scope.clone(), submission.content_hash);
                contents
                    .entry(said)
                    .or_insert_with(|| told.earlier(&submission.scope, None, now));
            }
        }
    }
}

impl Told {
    fn earlier(&self, scope: &str, key: Option<&str>, now: Timestamp) -> Earlier {
        Earlier {
            scope: scope.to_owned(),
            key: key.map(str::to_owned),
            content_hash: self.content_hash,
            receipt: Receipt {
                submission: self.submission,
                verdict: self.verdict,
                reason: self.reason,
                // What was wrong in which field is told with the record itself.
                detail: String::new(),
                lead: self.lead,
                replayed: false,
                sandbox: false,
                trace_id: String::new(),
                received_at: now,
                flags: Vec::new(),
                external_id: key.unwrap_or_default().to_owned(),
            },
        }
    }
}
