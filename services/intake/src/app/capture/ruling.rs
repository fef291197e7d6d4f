//! What is to become of a submission, in the light of what is known.

use ids::{LeadId, PersonId, SubmissionId};
use matching::identity::Decision;

use super::{Course, Order, Prepared, desk::Desk};
use crate::{
    domain::{
        evidence::{Evidence, Reading},
        judge::{Doubt, Judgement, judge},
        reason::Reason,
    },
    error::Error,
    store::{earlier::Earlier, identity::Who},
};

/// What is to become of a submission.
pub(super) enum Fate {
    Rejected {
        reason: Reason,
        detail: String,
    },
    Duplicate {
        of: SubmissionId,
        lead: Option<LeadId>,
    },
    Interest(Reason),
    Held(Reason),
    Attach {
        lead: LeadId,
        who: Who,
        reason: Option<Reason>,
    },
    Open {
        person: Option<PersonId>,
    },
}

impl Desk<'_> {
    /// What the rules make of a submission.
    pub(super) fn rule(&self, prepared: &Prepared) -> Fate {
        let evidence = match &prepared.read.reading {
            Reading::Evidence(evidence) => evidence,
            Reading::Refused { reason, detail } => {
                return Fate::Rejected {
                    reason: *reason,
                    detail: detail.clone(),
                };
            }
        };
        if let Some(earlier) = self.same_content(prepared) {
            return Fate::Duplicate {
                of: earlier.receipt.submission,
                lead: earlier.receipt.lead,
            };
        }
        match judge(evidence, self.rules) {
            Judgement::Rejected(reason) => Fate::Rejected {
                reason,
                detail: reason.text().to_owned(),
            },
            Judgement::Interest(reason) => Fate::Interest(reason),
            Judgement::Person(doubt) => self
                .answered(evidence)
                .unwrap_or_else(|| self.identify(prepared, evidence, doubt)),
        }
    }

    fn same_content(&self, prepared: &Prepared) -> Option<&Earlier> {
        let submission = &prepared.submission;
        let said = (submission.scope.clone(), submission.content_hash);
        self.knowledge
            .contents
            .get(&said)
            .filter(|_| matches!(prepared.course, Course::Fresh))
    }

    /// A reply belongs to the lead of the message it answers.
    fn answered(&self, evidence: &Evidence) -> Option<Fate> {
        let lead = evidence
            .answers
            .iter()
            .find_map(|id| self.knowledge.messages.get(id))?;
        let who = self.who(*lead)?;
        Some(Fate::Attach {
            lead: *lead,
            who,
            reason: Some(Reason::Reply),
        })
    }

    fn identify(&self, prepared: &Prepared, evidence: &Evidence, doubt: Option<Doubt>) -> Fate {
        match self.knowledge.known.decide(&prepared.read.identity) {
            Decision::Same(found) => self.known(found.person),
            Decision::Unidentified { .. } if evidence.organisation.is_empty() => {
                Fate::Interest(Reason::SharedContact)
            }
            Decision::Unidentified { .. } => Fate::Interest(Reason::CompanyOnly),
            Decision::New => match doubt {
                Some(Doubt::Held(reason)) => Fate::Held(reason),
                Some(Doubt::Interest(reason)) => Fate::Interest(reason),
                None => Fate::Open { person: None },
            },
        }
    }

    /// The card of somebody known; one is opened where there is none.
    fn known(&self, who: Who) -> Fate {
        let (card, person) = match who {
            Who::Lead(lead) => (Some(lead), None),
            Who::Person(person) => (self.knowledge.cards.get(&person).copied(), Some(person)),
        };
        match card {
            Some(lead) => Fate::Attach {
                lead,
                who,
                reason: None,
            },
            None => Fate::Open { person },
        }
    }

    /// What a member of staff decided.
    pub(super) fn told(&self, order: Order, note: &str) -> Result<Fate, Error> {
        let reason = Reason::DecidedByStaff;
        Ok(match order {
            Order::Create => Fate::Open { person: None },
            Order::Interest => Fate::Interest(reason),
            Order::Reject => Fate::Rejected {
                reason,
                detail: note.to_owned(),
            },
            Order::Attach(lead) => {
                let who = self.who(lead).ok_or(Error::LeadNotFound(lead))?;
                Fate::Attach {
                    lead,
                    who,
                    reason: Some(reason),
                }
            }
        })
    }

    fn who(&self, lead: LeadId) -> Option<Who> {
        let lead = self.knowledge.leads.get(&lead)?;
        Some(lead.person.map_or(Who::Lead(lead.id), Who::Person))
    }
}
