//! What is to become of a submission, in the light of what is known.

use std::collections::BTreeSet;

use ids::{IdentityId, LeadId};
use matching::decide::Verdict;

use super::{Course, Order, Prepared, desk::Desk, whose::stored};
use crate::{
    domain::{
        evidence::{Evidence, Reading},
        judge::{Doubt, Judgement, judge},
        reason::Reason,
        verdict,
    },
    error::Error,
};

/// Cards behind a shared contact that are asked for the organisation.
const NEAR_MAX: usize = 8;

/// What is to become of a submission.
#[derive(Debug)]
pub(super) enum Fate {
    /// The same key came before.
    Replayed,
    Rejected {
        reason: Reason,
        detail: String,
    },
    /// The same content came before.
    Duplicate,
    Interest {
        reason: Reason,
        /// Cards of those who use the contact.
        near: Vec<LeadId>,
    },
    Held(Reason),
    /// Joins a card.
    Attach {
        lead: LeadId,
        reason: Option<Reason>,
    },
    /// Opens a card.
    Open {
        lead: LeadId,
        /// All who are one with its identity by now: what later submissions show comes later.
        members: BTreeSet<IdentityId>,
    },
}

/// What is to become of a submission, and whose it is.
#[derive(Debug)]
pub(super) struct Ruling {
    pub(super) fate: Fate,
    /// Absent of what is nobody's.
    pub(super) identity: Option<IdentityId>,
    pub(super) decision: Option<serde_json::Value>,
    /// Somebody else is known by one of the contacts.
    pub(super) shared: bool,
}

impl From<Fate> for Ruling {
    fn from(fate: Fate) -> Self {
        Self {
            fate,
            identity: None,
            decision: None,
            shared: false,
        }
    }
}

impl Desk<'_> {
    /// Rules on a submission; later ones of the batch see what came of it.
    pub(super) fn rule(&mut self, prepared: &Prepared) -> Result<Ruling, Error> {
        let submission = &prepared.submission;
        let is_fresh = matches!(prepared.course, Course::Fresh);
        if let Some(key) = submission.key.clone().filter(|_| is_fresh) {
            let key = (submission.scope.clone(), key);
            if self.knowledge.keys.contains_key(&key) || !self.seen.insert(key) {
                return Ok(Fate::Replayed.into());
            }
        }
        if let Some(was) = prepared.was {
            self.take_back(prepared, was);
        }
        let ruling = match &prepared.course {
            Course::Told { order, note, .. } => self.told(prepared, *order, note)?,
            _ => self.judge(prepared),
        };
        if is_fresh && !matches!(ruling.fate, Fate::Rejected { .. } | Fate::Duplicate) {
            let said = (submission.scope.clone(), submission.content_hash);
            self.said.insert(said);
        }
        let card = match &ruling.fate {
            Fate::Attach { lead, .. } | Fate::Open { lead, .. } => Some(*lead),
            _ => None,
        };
        if let Some(card) = card.filter(|_| !submission.message_id.is_empty()) {
            let message = submission.message_id.clone();
            self.knowledge.messages.insert(message, card);
            if let Some(identity) = ruling.identity {
                self.knowledge.identities.insert(card, identity);
            }
        }
        Ok(ruling)
    }

    /// What the rules make of a submission.
    fn judge(&mut self, prepared: &Prepared) -> Ruling {
        let evidence = match &prepared.read.reading {
            Reading::Evidence(evidence) => evidence,
            Reading::Refused { reason, detail } => {
                let (reason, detail) = (*reason, detail.clone());
                return Fate::Rejected { reason, detail }.into();
            }
        };
        if self.is_said(prepared) {
            return Fate::Duplicate.into();
        }
        match judge(evidence, self.rules) {
            Judgement::Rejected(reason) => Fate::Rejected {
                reason,
                detail: reason.text().to_owned(),
            }
            .into(),
            Judgement::Interest(reason) => interest(reason).into(),
            Judgement::Person(doubt) => match self.answered(evidence) {
                Some((lead, identity)) => self.reply(prepared, lead, identity),
                None => self.identify(prepared, evidence, doubt),
            },
        }
    }

    /// The same content came before.
    fn is_said(&self, prepared: &Prepared) -> bool {
        let submission = &prepared.submission;
        let said = (submission.scope.clone(), submission.content_hash);
        matches!(prepared.course, Course::Fresh)
            && (self.knowledge.contents.contains_key(&said) || self.said.contains(&said))
    }

    /// A reply belongs to the lead of the message it answers.
    fn answered(&self, evidence: &Evidence) -> Option<(LeadId, IdentityId)> {
        let mut answered = evidence.answers.iter();
        let lead = answered.find_map(|id| self.knowledge.messages.get(id))?;
        Some((*lead, *self.knowledge.identities.get(lead)?))
    }

    /// The reply joins the card; that its sender is the card's person is not believed against the
    /// evidence, as of a colleague who answers.
    fn reply(&mut self, prepared: &Prepared, lead: LeadId, identity: IdentityId) -> Ruling {
        let decided = self.decide(prepared, Some(identity));
        let shared = self.is_shared(prepared, Some(identity));
        let head = self.knowledge.around.known.head(identity);
        let whose = match (&decided.verdict, decided.is_barred(head)) {
            (Verdict::Same { person, .. }, true) => *person,
            (_, true) => IdentityId::generate(),
            (_, false) => identity,
        };
        self.give(prepared, whose);
        Ruling {
            fate: Fate::Attach {
                lead,
                reason: Some(Reason::Reply),
            },
            identity: Some(whose),
            decision: Some(stored(&decided)),
            shared,
        }
    }

    fn identify(
        &mut self,
        prepared: &Prepared,
        evidence: &Evidence,
        doubt: Option<Doubt>,
    ) -> Ruling {
        let decided = self.decide(prepared, None);
        let (fate, identity) = match (&decided.verdict, doubt) {
            (Verdict::Same { person, merges }, _) => {
                self.link(prepared, *person, merges, decided.probability_ppm());
                self.card_of(self.nearest(prepared, *person))
            }
            (Verdict::Unidentified, _) => {
                let reason = match evidence.organisation.as_str() {
                    "" => Reason::SharedContact,
                    _ => Reason::CompanyOnly,
                };
                let near = self.near(prepared);
                (Fate::Interest { reason, near }, IdentityId::generate())
            }
            // Whoever decides it tells whose it is.
            (_, Some(Doubt::Held(reason))) => return Fate::Held(reason).into(),
            (_, Some(Doubt::Interest(reason))) => (interest(reason), IdentityId::generate()),
            (Verdict::Review { .. } | Verdict::New, None) => {
                let identity = IdentityId::generate();
                (self.open_card(identity), identity)
            }
        };
        let shared = self.is_shared(prepared, Some(identity))
            || matches!(
                fate,
                Fate::Interest {
                    reason: Reason::SharedContact,
                    ..
                }
            );
        if let Fate::Open { .. } = fate {
            self.ask(prepared, identity, &decided);
        }
        self.opened(&fate, identity, prepared);
        self.give(prepared, identity);
        Ruling {
            fate,
            identity: Some(identity),
            decision: Some(stored(&decided)),
            shared,
        }
    }

    /// The card of somebody known: its own, else that of one who is the same person. One is opened where
    /// there is none.
    fn card_of(&self, person: IdentityId) -> (Fate, IdentityId) {
        let own = self.knowledge.around.cards.get(&person).copied();
        match own.or_else(|| self.knowledge.card(person)) {
            Some(lead) => (Fate::Attach { lead, reason: None }, person),
            None => (self.open_card(person), person),
        }
    }

    fn open_card(&self, identity: IdentityId) -> Fate {
        Fate::Open {
            lead: LeadId::generate(),
            members: self.knowledge.around.known.members(identity),
        }
    }

    /// Cards of those who use the contacts.
    fn near(&self, prepared: &Prepared) -> Vec<LeadId> {
        let holders = self.holders(prepared);
        let cards = holders
            .into_iter()
            .filter_map(|holder| self.knowledge.card(holder));
        cards.take(NEAR_MAX).collect()
    }

    /// What a member of staff decided.
    fn told(&mut self, prepared: &Prepared, order: Order, note: &str) -> Result<Ruling, Error> {
        let reason = Reason::DecidedByStaff;
        Ok(match order {
            Order::Create => {
                let identity = IdentityId::generate();
                let fate = self.open_card(identity);
                self.opened(&fate, identity, prepared);
                self.settled(prepared, fate, identity)
            }
            Order::Interest => interest(reason).into(),
            Order::Reject => Fate::Rejected {
                reason,
                detail: note.to_owned(),
            }
            .into(),
            Order::Attach(lead) => {
                let identity = self.knowledge.identities.get(&lead).copied();
                let identity = identity.ok_or(Error::LeadNotFound(lead))?;
                let reason = Some(reason);
                self.settled(prepared, Fate::Attach { lead, reason }, identity)
            }
        })
    }

    fn settled(&mut self, prepared: &Prepared, fate: Fate, identity: IdentityId) -> Ruling {
        self.part(prepared, identity);
        let shared = self.is_shared(prepared, Some(identity));
        self.give(prepared, identity);
        Ruling {
            fate,
            identity: Some(identity),
            decision: None,
            shared,
        }
    }

    /// Lets later submissions of the batch know of a card that is opened.
    fn opened(&mut self, fate: &Fate, identity: IdentityId, prepared: &Prepared) {
        if let (Fate::Open { lead, .. }, false) = (fate, prepared.submission.sandbox) {
            self.knowledge.around.cards.insert(identity, *lead);
        }
    }
}

fn interest(reason: Reason) -> Fate {
    Fate::Interest {
        reason,
        near: Vec::new(),
    }
}

impl Fate {
    /// The verdict on somebody who is, or is not, in the client base.
    pub(super) fn verdict(&self, known: bool) -> verdict::Verdict {
        match self {
            Self::Rejected { .. } => verdict::Verdict::Rejected,
            Self::Replayed | Self::Duplicate => verdict::Verdict::Duplicate,
            Self::Interest { .. } => verdict::Verdict::Interest,
            Self::Held(_) => verdict::Verdict::Held,
            Self::Attach { .. } => verdict::Verdict::Attached,
            Self::Open { .. } if known => verdict::Verdict::Attached,
            Self::Open { .. } => verdict::Verdict::Created,
        }
    }
}
