//! Judges the submissions of a batch one after the other; each sees the ones before it.

use clock::Timestamp;
use ids::{InterestId, LeadId, PersonId, SubmissionId};
use matching::identity::{Change, Decision};

use super::{Course, Named, Order, Prepared, knowledge::Knowledge, plan::Plan};
use crate::{
    domain::{
        evidence::{Evidence, Flag, Reading},
        judge::{Doubt, Judgement, Rules, judge},
        lead::{Assignment, Enquiry, Lead},
        reason::Reason,
        verdict::{Receipt, Verdict},
    },
    error::Error,
    store::{
        identity::{KeyRow, Who},
        interests::Interest,
        submissions::{Earlier, Judged, Rejudged},
    },
};

/// What is to become of a submission.
enum Fate {
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

/// Where a batch is judged.
pub(super) struct Desk<'a> {
    knowledge: Knowledge,
    plan: Plan<'a>,
    rules: &'a Rules,
    now: Timestamp,
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
        if let Some(answer) = self.replay(prepared) {
            return answer;
        }
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

    /// What the rules make of a submission.
    fn rule(&self, prepared: &Prepared) -> Fate {
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
    fn told(&self, order: Order, note: &str) -> Result<Fate, Error> {
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

    /// Does to leads and contact points what follows from the verdict, and writes the receipt.
    fn carry_out(&mut self, prepared: &'a Prepared, fate: &Fate) -> Receipt {
        let mut receipt = self.blank(prepared);
        let sandbox = prepared.submission.sandbox;
        if let Reading::Evidence(evidence) = &prepared.read.reading {
            receipt.flags.clone_from(&evidence.flags);
            receipt.detail = evidence.complaints();
            if self.is_shared(prepared, fate) {
                receipt.flags.push(Flag::ContactShared);
            }
        }
        let (verdict, reason) = match fate {
            Fate::Rejected { reason, detail } => {
                receipt.detail = joined(&[detail, &receipt.detail]);
                (Verdict::Rejected, Some(*reason))
            }
            Fate::Duplicate { lead, .. } => {
                receipt.lead = *lead;
                (Verdict::Duplicate, Some(Reason::SameContent))
            }
            Fate::Interest(reason) => (Verdict::Interest, Some(*reason)),
            Fate::Held(reason) => (Verdict::Held, Some(*reason)),
            Fate::Attach { lead, reason, .. } => {
                receipt.lead = Some(*lead).filter(|_| !sandbox);
                (Verdict::Attached, *reason)
            }
            Fate::Open { person: Some(_) } => (Verdict::Attached, Some(Reason::KnownPerson)),
            Fate::Open { person: None } => (Verdict::Created, None),
        };
        receipt.verdict = verdict;
        receipt.reason = reason;
        if let Course::Told { note, .. } = &prepared.course {
            receipt.reason = Some(Reason::DecidedByStaff);
            receipt.detail.clone_from(note);
        } else if let Some(reason) = reason.filter(|_| verdict != Verdict::Rejected) {
            receipt.detail = joined(&[reason.text(), &receipt.detail]);
        }
        if !sandbox {
            self.effect(prepared, fate, &mut receipt);
        }
        receipt
    }

    fn effect(&mut self, prepared: &'a Prepared, fate: &Fate, receipt: &mut Receipt) {
        let blank = Evidence::default();
        let evidence = prepared.read.evidence().unwrap_or(&blank);
        let evidence = Evidence {
            flags: receipt.flags.clone(),
            ..evidence.clone()
        };
        match fate {
            Fate::Attach { lead, who, .. } => {
                let enquiry = self.enquiry(prepared, &evidence);
                if let Some(lead) = self.knowledge.leads.get_mut(lead) {
                    lead.attach(&enquiry);
                }
                self.hold(prepared, *who);
            }
            Fate::Open { person } => {
                let lead = self.open(prepared, evidence, *person);
                receipt.lead = Some(lead);
                self.hold(prepared, person.map_or(Who::Lead(lead), Who::Person));
            }
            Fate::Interest(_) => self.plan.interests.push(interest(prepared, &evidence)),
            Fate::Rejected { .. } | Fate::Duplicate { .. } | Fate::Held(_) => {}
        }
    }

    fn enquiry<'b>(&self, prepared: &'b Prepared, evidence: &'b Evidence) -> Enquiry<'b> {
        // What was stored long ago and is judged now joins the card now.
        let at = match prepared.course {
            Course::Fresh => prepared.submission.received_at,
            _ => self.now,
        };
        Enquiry {
            submission: prepared.submission.id,
            evidence,
            source: &prepared.submission.source,
            at,
        }
    }

    fn open(
        &mut self,
        prepared: &Prepared,
        mut evidence: Evidence,
        person: Option<PersonId>,
    ) -> LeadId {
        let id = LeadId::generate();
        let known = person.and_then(|person| self.knowledge.persons.get(&person));
        if let Some(known) = known {
            if evidence.name.is_empty() {
                evidence.name = known.name.clone();
            }
            if evidence.organisation.is_empty() {
                evidence.organisation.clone_from(&known.organisation);
            }
        }
        let keeper = known.and_then(|known| known.responsible);
        let assigned = self.assign(id, prepared.responsible.as_ref(), keeper);
        let lead = Lead::open(id, &self.enquiry(prepared, &evidence), assigned, person);
        self.plan.opened.insert(id);
        self.knowledge.leads.insert(id, lead);
        if let Some(person) = person {
            self.knowledge.cards.insert(person, id);
        }
        id
    }

    fn assign(
        &mut self,
        lead: LeadId,
        named: Option<&Named>,
        keeper: Option<ids::StaffId>,
    ) -> Assignment {
        let keeper = keeper.map(|staff| Named {
            staff,
            because: "looks after the person in the client base".to_owned(),
        });
        let works_here = |named: &Named| !self.knowledge.gone.contains(&named.staff);
        if let Some(named) = named
            .cloned()
            .filter(&works_here)
            .or(keeper.filter(works_here))
        {
            return Assignment {
                responsible: Some(named.staff),
                because: named.because,
            };
        }
        match self.knowledge.rota.give(lead) {
            Some(agent) => {
                self.plan.given.insert(agent, lead);
                let because = "round robin: longest without a new lead".to_owned();
                Assignment {
                    responsible: Some(agent),
                    because,
                }
            }
            None => Assignment {
                responsible: None,
                because: "queue: there is no active agent".to_owned(),
            },
        }
    }

    /// Notes whose the contact points of a submission are.
    fn hold(&mut self, prepared: &Prepared, who: Who) {
        let (lead, person) = match who {
            Who::Lead(lead) => (Some(lead), None),
            Who::Person(person) => (self.knowledge.cards.get(&person).copied(), Some(person)),
        };
        for change in self.knowledge.known.apply(&prepared.read.identity, who) {
            match change {
                Change::Added(key, holder) => {
                    self.plan.added.insert((key.clone(), holder.slot));
                    let row = KeyRow {
                        key: key.clone(),
                        slot: holder.slot,
                        name: holder.name,
                        lead,
                        person,
                    };
                    self.knowledge.rows.insert((key, holder.slot), row);
                }
                Change::Renamed(key, holder) => {
                    let place = (key, holder.slot);
                    if let Some(row) = self.knowledge.rows.get_mut(&place) {
                        row.name = holder.name;
                        self.plan.renamed.insert(place);
                    }
                }
            }
        }
    }

    /// Somebody else is known by one of the contacts.
    fn is_shared(&self, prepared: &Prepared, fate: &Fate) -> bool {
        let others = |who: Option<Who>| {
            let known = &self.knowledge.known;
            prepared.read.identity.keys().any(|key| {
                known
                    .holders(key)
                    .iter()
                    .any(|holder| Some(holder.person) != who)
            })
        };
        match fate {
            Fate::Attach { who, .. } => others(Some(*who)),
            Fate::Open { person } => others(person.map(Who::Person)),
            Fate::Interest(Reason::SharedContact) => true,
            _ => false,
        }
    }

    /// Stores the submission with its verdict, and lets later ones of the batch know of it.
    fn file(&mut self, prepared: &'a Prepared, fate: &Fate, receipt: &Receipt) {
        let submission = &prepared.submission;
        let decided_by = match prepared.course {
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
            Course::Again => None,
            Course::Told { by, .. } => Some(by),
        };
        if receipt.verdict != Verdict::Interest {
            self.plan.forgotten.push(submission.id);
        }
        let receipt = receipt.clone();
        self.plan.rejudged.push(Rejudged {
            receipt,
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

    fn blank(&self, prepared: &Prepared) -> Receipt {
        use crate::domain::source::Channel;
        let submission = &prepared.submission;
        let own = matches!(
            submission.source.channel,
            Channel::Partner | Channel::Manual
        );
        Receipt {
            submission: submission.id,
            verdict: Verdict::Rejected,
            reason: None,
            detail: String::new(),
            lead: None,
            replayed: false,
            sandbox: submission.sandbox,
            trace_id: submission.trace_id.clone(),
            received_at: submission.received_at,
            flags: Vec::new(),
            external_id: submission.key.clone().filter(|_| own).unwrap_or_default(),
        }
    }
}

fn interest(prepared: &Prepared, evidence: &Evidence) -> Interest {
    let emails = evidence.emails.iter().map(|email| email.canonical.clone());
    let phones = evidence.phones.iter().map(|phone| phone.e164.clone());
    Interest {
        id: InterestId::generate(),
        submission: prepared.submission.id,
        organisation: evidence.organisation.clone(),
        contacts: emails.chain(phones).collect(),
        source: prepared.submission.source.clone(),
        received_at: prepared.submission.received_at,
    }
}

fn joined(parts: &[&str]) -> String {
    let told: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    told.join("; ")
}
