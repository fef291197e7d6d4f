//! What follows from a verdict: for leads, for interests, for the receipt.

use std::collections::{BTreeMap, BTreeSet};

use ids::{IdentityId, InterestId, LeadId, StaffId};

use super::{
    Course, Named, Prepared,
    desk::Desk,
    ruling::{Fate, Ruling},
};
use crate::{
    domain::{
        evidence::{Evidence, Flag, Reading},
        lead::{Assignment, Enquiry, Lead},
        reason::Reason,
        source::Channel,
        verdict::{Receipt, Verdict},
    },
    store::{interests::Interest, persons::Person},
};

impl<'a> Desk<'a> {
    /// Does to leads and interests what follows from the verdict, and writes the receipt.
    pub(super) fn carry_out(&mut self, prepared: &'a Prepared, ruling: &Ruling) -> Receipt {
        let fate = &ruling.fate;
        let mut receipt = blank(prepared);
        let sandbox = prepared.submission.sandbox;
        if let Reading::Evidence(evidence) = &prepared.read.reading {
            receipt.flags.clone_from(&evidence.flags);
            receipt.detail = evidence.complaints();
            if ruling.shared {
                receipt.flags.push(Flag::ContactShared);
            }
        }
        let known = self.known_person(fate).is_some();
        let reason = match fate {
            Fate::Rejected { reason, detail } => {
                receipt.detail = joined(&[detail, &receipt.detail]);
                Some(*reason)
            }
            Fate::Duplicate | Fate::Replayed => {
                let first = self.repeated(prepared);
                receipt.lead = first.and_then(|first| first.receipt.lead);
                Some(Reason::SameContent)
            }
            Fate::Interest { reason, .. } | Fate::Held(reason) => Some(*reason),
            Fate::Attach { lead, reason } => {
                receipt.lead = Some(*lead).filter(|_| !sandbox);
                *reason
            }
            Fate::Open { .. } => Some(Reason::KnownPerson).filter(|_| known),
        };
        let verdict = fate.verdict(known);
        receipt.verdict = verdict;
        receipt.reason = reason;
        if let Course::Told { note, .. } = &prepared.course {
            receipt.reason = Some(Reason::DecidedByStaff);
            receipt.detail.clone_from(note);
        } else if let Some(reason) = reason.filter(|_| verdict != Verdict::Rejected) {
            receipt.detail = joined(&[reason.text(), &receipt.detail]);
        }
        if !sandbox {
            self.effect(prepared, ruling, &mut receipt);
        }
        receipt
    }

    /// The person of the client base for whom a card is opened.
    fn known_person(&self, fate: &Fate) -> Option<&Person> {
        let Fate::Open { members, .. } = fate else {
            return None;
        };
        let persons = &self.knowledge.persons;
        members.iter().find_map(|member| persons.get(member))
    }

    fn effect(&mut self, prepared: &'a Prepared, ruling: &Ruling, receipt: &mut Receipt) {
        let blank = Evidence::default();
        let evidence = prepared.read.evidence().unwrap_or(&blank);
        let evidence = Evidence {
            flags: receipt.flags.clone(),
            ..evidence.clone()
        };
        self.leave(prepared, &evidence);
        match (&ruling.fate, ruling.identity) {
            (Fate::Attach { lead, .. }, _) => {
                let enquiry = self.enquiry(prepared, &evidence);
                if let Some(lead) = self.knowledge.leads.get_mut(lead) {
                    lead.attach(&enquiry);
                }
            }
            (Fate::Open { lead, .. }, Some(identity)) => {
                let known = self.known_person(&ruling.fate).cloned();
                self.open(prepared, evidence, (*lead, identity), known.as_ref());
                receipt.lead = Some(*lead);
            }
            (Fate::Interest { near, .. }, _) => {
                let behind = self.organisation(near);
                let interest = interest(prepared, &evidence, behind);
                self.plan.interests.push(interest);
            }
            _ => {}
        }
    }

    /// Takes the enquiry out of the card that it joined by mistake, with the contacts that nothing else
    /// tells of.
    fn leave(&mut self, prepared: &Prepared, evidence: &Evidence) {
        let Course::Told {
            by,
            from: Some(from),
            ..
        } = prepared.course
        else {
            return;
        };
        let known = &self.knowledge.around.known;
        if let Some(lead) = self.knowledge.leads.get_mut(&from) {
            let members = known.members(lead.identity);
            let records = members.iter().flat_map(|member| known.records_of(*member));
            let contacts = records.flat_map(|(_, record)| &record.contacts);
            let kept: BTreeSet<&str> = contacts.map(|contact| contact.value.as_str()).collect();
            lead.part_with(prepared.submission.id, evidence, &kept, (by, self.now));
        }
    }

    /// The organisation of most of those who use a contact.
    fn organisation(&self, near: &[LeadId]) -> String {
        let mut named: BTreeMap<&str, usize> = BTreeMap::new();
        for lead in near.iter().filter_map(|id| self.knowledge.leads.get(id)) {
            if !lead.organisation.is_empty() {
                *named.entry(&lead.organisation).or_default() += 1;
            }
        }
        let most = named.into_iter().max_by_key(|(_, times)| *times);
        most.map(|(name, _)| name.to_owned()).unwrap_or_default()
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
        (id, identity): (LeadId, IdentityId),
        known: Option<&Person>,
    ) {
        if let Some(known) = known {
            if evidence.name.is_empty() {
                evidence.name = known.name.clone();
            }
            if evidence.organisation.is_empty() {
                evidence.organisation.clone_from(&known.organisation);
            }
        }
        let person = known.map(|known| known.id);
        let keeper = known.and_then(|known| known.responsible);
        let assigned = self.assign(id, prepared.responsible.as_ref(), keeper);
        let enquiry = self.enquiry(prepared, &evidence);
        let lead = Lead::open(id, identity, &enquiry, assigned, person);
        self.plan.opened.insert(id);
        self.knowledge.leads.insert(id, lead);
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

fn interest(prepared: &Prepared, evidence: &Evidence, behind: String) -> Interest {
    let emails = evidence.emails.iter().map(|email| email.canonical.clone());
    let phones = evidence.phones.iter().map(|phone| phone.e164.clone());
    Interest {
        id: InterestId::generate(),
        submission: prepared.submission.id,
        organisation: if evidence.organisation.is_empty() {
            behind
        } else {
            evidence.organisation.clone()
        },
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
