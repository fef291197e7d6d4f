//! What a judged batch writes, in an order that cannot lock two batches against each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clock::Timestamp;
use ids::{LeadId, StaffId, SubmissionId};
use matching::identity::Key;
use messaging::Tx;

use super::Traces;
use crate::{
    app::change_lead::announce,
    domain::lead::Lead,
    error::Error,
    store::{
        calls::{self, Announced},
        identity::{self, KeyRow},
        interests::{self, Interest},
        leads,
        submissions::{self, Judged, Rejudged},
    },
};

/// What a batch writes.
#[derive(Default)]
pub(super) struct Plan<'a> {
    pub(super) judged: Vec<Judged<'a>>,
    pub(super) rejudged: Vec<Rejudged>,
    pub(super) interests: Vec<Interest>,
    /// Submissions that are no interest any more.
    pub(super) forgotten: Vec<SubmissionId>,
    /// Places of contact points that are taken.
    pub(super) added: BTreeSet<(Key, u16)>,
    /// Places whose holder has a fuller name now.
    pub(super) renamed: BTreeSet<(Key, u16)>,
    pub(super) opened: BTreeSet<LeadId>,
    pub(super) given: HashMap<StaffId, LeadId>,
    /// Steps of calls, as they were announced.
    pub(super) steps: Vec<(SubmissionId, &'a Announced)>,
    touched: BTreeMap<SubmissionId, i32>,
    leads: Vec<Lead>,
    added_rows: Vec<KeyRow>,
    renamed_rows: Vec<KeyRow>,
}

impl Plan<'_> {
    /// Notes that a submission arrived once more.
    pub(super) fn touch(&mut self, submission: SubmissionId) {
        *self.touched.entry(submission).or_default() += 1;
    }

    /// Completes the plan with the leads and contact points as they stand in the end.
    pub(super) fn with(
        mut self,
        leads: BTreeMap<LeadId, Lead>,
        rows: &BTreeMap<(Key, u16), KeyRow>,
    ) -> Self {
        self.leads = leads.into_values().filter(Lead::is_changed).collect();
        let row = |place: &(Key, u16)| rows.get(place).cloned();
        self.added_rows = self.added.iter().filter_map(row).collect();
        self.renamed_rows = self
            .renamed
            .difference(&self.added)
            .filter_map(row)
            .collect();
        self
    }

    pub(super) fn given(&self) -> &HashMap<StaffId, LeadId> {
        &self.given
    }

    pub(super) fn is_new(&self, lead: LeadId) -> bool {
        self.opened.contains(&lead)
    }

    /// Writes it all.
    pub(super) async fn carry_out(
        mut self,
        tx: &Tx,
        now: Timestamp,
        traces: &Traces,
    ) -> Result<(), Error> {
        let db = tx.connection();
        submissions::insert(db, &self.judged).await?;
        if !submissions::rejudge(db, &self.rejudged).await? {
            return Err(Error::NotHeld);
        }
        let (new, old): (Vec<&Lead>, Vec<&Lead>) = self
            .leads
            .iter()
            .partition(|lead| self.opened.contains(&lead.id));
        leads::insert(db, &new).await?;
        leads::update(db, &old).await?;
        identity::insert(db, &self.added_rows).await?;
        identity::update(db, &self.renamed_rows).await?;
        for submission in &self.forgotten {
            interests::forget(db, *submission).await?;
        }
        interests::insert(db, &self.interests).await?;
        submissions::touch(db, &self.touched, now).await?;
        calls::note(db, &self.steps).await?;
        announce(tx, &mut self.leads, now, traces).await
    }
}
