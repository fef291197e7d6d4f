//! What a judged batch writes, in an order that cannot lock two batches against each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clock::Timestamp;
use ids::{IdentityId, LeadId, StaffId, SubmissionId};
use messaging::Tx;

use super::{Traces, knowledge::Knowledge};
use crate::{
    app::change_lead::announce,
    domain::{
        identity::{Link, RecordId, Review},
        lead::Lead,
    },
    error::Error,
    store::{
        calls::{self, Announced},
        identity::{self, Around, Ended},
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
    /// What is compared from now on, and whose it is.
    pub(super) records: Vec<(RecordId, IdentityId, String)>,
    /// Records whose submissions are judged anew.
    pub(super) taken_back: Vec<RecordId>,
    pub(super) links: Vec<Link>,
    /// Identities that people told apart, and who did.
    pub(super) parted: Vec<(IdentityId, IdentityId)>,
    pub(super) parted_by: Option<StaffId>,
    pub(super) reviews: Vec<Review>,
    pub(super) opened: BTreeSet<LeadId>,
    pub(super) given: HashMap<StaffId, LeadId>,
    /// Steps of calls, as they were announced.
    pub(super) steps: Vec<(SubmissionId, &'a Announced)>,
    touched: BTreeMap<SubmissionId, i32>,
    leads: Vec<Lead>,
    around: Around,
}

impl Plan<'_> {
    /// Notes that a submission arrived once more.
    pub(super) fn touch(&mut self, submission: SubmissionId) {
        *self.touched.entry(submission).or_default() += 1;
    }

    /// Completes the plan with all as it stands in the end.
    pub(super) fn with(mut self, knowledge: Knowledge) -> Self {
        self.leads = knowledge
            .leads
            .into_values()
            .filter(Lead::is_changed)
            .collect();
        self.around = knowledge.around;
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
        identity::delete_records(db, &self.taken_back).await?;
        identity::insert_records(db, &self.records).await?;
        identity::insert_reviews(db, &self.reviews).await?;
        identity::save_links(db, &self.around, &self.links, now).await?;
        let by = Ended {
            at: now,
            by: self.parted_by,
        };
        identity::keep_apart(db, &self.parted, by).await?;
        for submission in &self.forgotten {
            interests::forget(db, *submission).await?;
        }
        interests::insert(db, &self.interests).await?;
        submissions::touch(db, &self.touched, now).await?;
        calls::note(db, &self.steps).await?;
        announce(tx, &mut self.leads, now, traces).await?;
        // Common words are in many batches: whoever counts them last holds them for the shortest time.
        identity::write_keys(db, &self.around.known.changes()).await?;
        Ok(())
    }
}
