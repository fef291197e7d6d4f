//! Whose a submission is: decided by the matching, and noted for the ones after it.

use std::collections::BTreeSet;

use ids::{IdentityId, ReviewId};
use matching::{
    case::Case,
    decide::{self, Verdict},
    explain,
    keys::Key,
};
use serde_json::json;

use super::{Course, Prepared, desk::Desk};
use crate::domain::identity::{Cause, Link, RecordId, Review, ReviewState};

/// A decision of the matching.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) verdict: Verdict<IdentityId>,
    /// Of the best person against all others, in millionths.
    pub(super) probability_ppm: u32,
    /// Each person of a review with its own probability, in millionths.
    asked: Vec<(IdentityId, u32)>,
    barred: BTreeSet<IdentityId>,
    /// The explanation, and all that it rests on.
    pub(super) stored: serde_json::Value,
}

impl Decided {
    /// Whether somebody is out of the question.
    pub(super) fn is_barred(&self, person: IdentityId) -> bool {
        self.barred.contains(&person)
    }
}

impl Desk<'_> {
    /// Decides, with `also` among the candidates even if no key shows it.
    pub(super) fn decide(&self, prepared: &Prepared, also: Option<IdentityId>) -> Decided {
        let record = &*prepared.read.record;
        let known = &self.knowledge.around.known;
        let found = known.look_up(record, also);
        let rulings = known.rulings();
        let decision = decide::decide(
            self.model,
            record,
            &found.candidates,
            &found.counts,
            &rulings,
        );
        let told = explain::explain(self.model, record, &decision);
        let case = Case::of(record, &found.candidates, &found.counts, &rulings);
        let persons = match &decision.verdict {
            Verdict::Review { persons } => persons.clone(),
            _ => Vec::new(),
        };
        let asked = decision
            .ranking
            .iter()
            .filter(|scored| persons.contains(&scored.person))
            .map(|scored| (scored.person, explain::ppm(scored.probability())));
        let barred = decision
            .ranking
            .iter()
            .filter(|scored| scored.bar.is_some());
        Decided {
            asked: asked.collect(),
            barred: barred.map(|scored| scored.person).collect(),
            probability_ppm: told.probability_ppm,
            verdict: decision.verdict,
            stored: json!({"explanation": told, "case": case}),
        }
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
        let reviews = decided.asked.iter().map(|(other, ppm)| Review {
            id: ReviewId::generate(),
            one: identity,
            other: *other,
            submission: Some(prepared.submission.id),
            probability_ppm: *ppm,
            state: ReviewState::Open,
            created_at: self.now,
            decided_by: None,
            decided_at: None,
            note: String::new(),
        });
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
