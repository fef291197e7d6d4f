//! What follows from a verdict: for leads, for contact points, for the receipt.

use ids::{InterestId, LeadId, PersonId, StaffId};
use matching::identity::Change;

use super::{Course, Named, Prepared, desk::Desk, ruling::Fate};
use crate::{
    domain::{
        evidence::{Evidence, Flag, Reading},
        lead::{Assignment, Enquiry, Lead},
        reason::Reason,
        source::Channel,
        verdict::{Receipt, Verdict},
    },
    store::{
        identity::{KeyRow, Who},
        interests::Interest,
    },
};

impl<'a> Desk<'a> {
    /// Does to leads and contact points what follows from the verdict, and writes the receipt.
    pub(super) fn carry_out(&mut self, prepared: &'a Prepared, fate: &Fate) -> Receipt {
        let mut receipt = blank(prepared);
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
        keeper: Option<StaffId>,
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
}

fn blank(prepared: &Prepared) -> Receipt {
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
