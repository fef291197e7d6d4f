//! Whose a submission is: decided by the matching, and noted for the ones after it.

use std::collections::BTreeSet;

use ids::IdentityId;
use matching::{decide, keys::Key};
use serde_json::{Value as Json, json};

use super::{Course, Prepared, desk::Desk};
use crate::domain::{
    decision::{self, Decided},
    identity::{Cause, Link, RecordId},
};

impl Desk<'_> {
    /// Decides, with `also` among the candidates even if no key shows it.
    pub(super) fn decide(&self, prepared: &Prepared, also: Option<IdentityId>) -> Decided {
        let known = &self.knowledge.around.known;
        decision::decide(self.model, known, &prepared.read.record, also)
    }

    /// Which member of a person the submission is nearest to: whose it would be, were they not one. So
    /// it stays right when they are parted again.
    pub(super) fn nearest(&self, prepared: &Prepared, person: IdentityId) -> IdentityId {
        let known = &self.knowledge.around.known;
        if known.members(person).len() < 2 {
            return person;
        }
        let record = &*prepared.read.record;
        let found = known.severally(record, person);
        let rulings = decide::Rulings::default();
        let decision = decide::decide(
            self.model,
            record,
            &found.candidates,
            &found.counts,
            &rulings,
        );
        let nearest = decision.ranking.first();
        nearest.map_or(person, |scored| scored.person)
    }

    /// Notes whose a submission is.
    pub(super) fn give(&mut self, prepared: &Prepared, identity: IdentityId) {
        if prepared.submission.sandbox {
            return;
        }
        let id = RecordId(prepared.submission.id.uuid());
        let record = &*prepared.read.record;
        self.knowledge
            .around
            .known
            .add(identity, id, record.clone());
        self.plan.records.push((id, identity, record.to_string()));
    }

    /// Takes back whose a stored submission was.
    pub(super) fn take_back(&mut self, prepared: &Prepared, was: IdentityId) {
        let id = RecordId(prepared.submission.id.uuid());
        self.knowledge.around.known.remove(was, id);
        self.plan.taken_back.push(id);
    }

    /// People said that the submission is not of whom it was given to.
    pub(super) fn part(&mut self, prepared: &Prepared, identity: IdentityId) {
        let Course::Told {
            by, from: Some(_), ..
        } = prepared.course
        else {
            return;
        };
        if let Some(was) = prepared.was.filter(|was| *was != identity) {
            self.knowledge.around.known.know_apart(was, identity);
            self.plan.parted.push((was, identity));
            self.plan.parted_by = Some(by);
        }
    }

    /// The submission shows that some identities are one person.
    pub(super) fn link(
        &mut self,
        prepared: &Prepared,
        person: IdentityId,
        merges: &[IdentityId],
        probability_ppm: u32,
    ) {
        if prepared.submission.sandbox {
            return;
        }
        for other in merges {
            if self.knowledge.around.known.link(person, *other) {
                self.plan.links.push(Link {
                    source: Some(prepared.submission.id.uuid()),
                    probability_ppm: Some(probability_ppm),
                    ..Link::new(person, *other, Cause::Matched, self.now)
                });
            }
        }
    }

    /// Asks people whether somebody new is one of those who are known.
    pub(super) fn ask(&mut self, prepared: &Prepared, identity: IdentityId, decided: &Decided) {
        if prepared.submission.sandbox || matches!(prepared.course, Course::Told { .. }) {
            return;
        }
        let submission = Some(prepared.submission.id);
        let reviews = decided.reviews(identity, submission, self.now);
        self.plan.reviews.extend(reviews);
    }

    /// Who is known by the contacts.
    pub(super) fn holders(&self, prepared: &Prepared) -> BTreeSet<IdentityId> {
        let contacts = prepared.read.record.telling_contacts();
        contacts
            .flat_map(|contact| {
                let key = Key::of_contact(contact);
                self.knowledge.around.known.holders_of(key)
            })
            .collect()
    }

    /// Somebody else is known by one of the contacts.
    pub(super) fn is_shared(&self, prepared: &Prepared, identity: Option<IdentityId>) -> bool {
        let known = &self.knowledge.around.known;
        let own = identity.map(|identity| known.head(identity));
        let mut holders = self.holders(prepared).into_iter();
        holders.any(|holder| Some(holder) != own)
    }
}

/// A decision with all that it rests on, as it is stored.
pub(super) fn stored(decided: &Decided) -> Json {
    json!({"explanation": decided.explanation, "case": decided.case})
}
