//! A contract as its facts tell it.

use std::collections::BTreeMap;

use clock::Timestamp;
use ids::{ContractId, DealId, GrowthId, LeadId, PaymentId};

pub(crate) mod money;

use money::{Growth, Payment};

use super::{Agent, Home, Newest, age, deal::Deal, lead::Lead};
use crate::domain::{
    derive::{Desk, desk::Worth},
    fact::{Fact, Money, What},
};

/// A contract.
pub(crate) struct Contract<'a> {
    pub(crate) id: ContractId,
    pub(crate) home: Home,
    pub(crate) signed_at: Option<Timestamp>,
    /// When it came into force, absent while it has not.
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    /// `expired`, `terminated`, empty while it is not known.
    pub(crate) end_kind: &'a str,
    /// Of its end.
    pub(crate) reason: &'a str,
    /// Ended, and followed by another contract.
    pub(crate) continued: bool,
    /// What was agreed apart from growth: minor units and currency.
    pub(crate) agreed: Option<(i64, &'a str)>,
    /// That, by the rate of the day of the signing.
    pub(crate) worth: Worth,
    /// By id.
    pub(crate) growths: BTreeMap<GrowthId, Growth<'a>>,
    /// By id, without those taken out.
    pub(crate) payments: BTreeMap<PaymentId, Payment<'a>>,
    kind: Newest<&'a str>,
    deal: Newest<DealId>,
    lead: Newest<Option<LeadId>>,
    state: Newest<&'a str>,
    recorded: Newest<Recorded<'a>>,
    /// By `ContractSigned`.
    signed_for: Option<&'a Money>,
    /// Times and revisions of all states that are known.
    states: Vec<(Timestamp, i64)>,
    signed: Option<Timestamp>,
    activated: Option<Timestamp>,
    end: Newest<(&'a str, &'a str, Timestamp)>,
    seen: Timestamp,
}

/// The part of the state that only the state tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recorded<'a> {
    pub(crate) number: &'a str,
    pub(crate) previous: Option<ContractId>,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
    agent: Agent,
    value: Option<&'a Money>,
    signed_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    at: Timestamp,
    revision: i64,
}

impl<'a> Contract<'a> {
    fn new(id: ContractId, seen: Timestamp) -> Self {
        Self {
            id,
            home: Home::None,
            signed_at: None,
            started_at: None,
            ended_at: None,
            end_kind: "",
            reason: "",
            continued: false,
            agreed: None,
            worth: Worth::default(),
            growths: BTreeMap::new(),
            payments: BTreeMap::new(),
            kind: Newest::default(),
            deal: Newest::default(),
            lead: Newest::default(),
            state: Newest::default(),
            recorded: Newest::default(),
            signed_for: None,
            states: Vec::new(),
            signed: None,
            activated: None,
            end: Newest::default(),
            seen,
        }
    }

    pub(crate) fn deal(&self) -> Option<DealId> {
        self.deal.get()
    }

    /// As the contract says, whether or not anything is known of that lead.
    pub(crate) fn lead(&self) -> Option<LeadId> {
        self.lead.get().flatten()
    }

    pub(crate) fn agent(&self) -> Agent {
        self.recorded.get().and_then(|recorded| recorded.agent)
    }

    pub(crate) fn recorded(&self) -> Option<Recorded<'a>> {
        self.recorded.get()
    }

    pub(crate) fn state(&self) -> &'a str {
        self.state.get().unwrap_or("draft")
    }

    /// `new`, `renewal`, `extension`, `expansion`, `cross_sale`.
    pub(crate) fn kind(&self) -> &'a str {
        self.kind.get().unwrap_or("new")
    }

    fn note(&mut self, fact: &'a Fact) {
        self.seen = self.seen.min(fact.at);
        match &fact.what {
            What::ContractSigned {
                deal,
                lead,
                amount,
                signed_at,
                ..
            } => {
                self.state.state(age(fact, 1), "signed");
                self.deal.state(age(fact, 0), *deal);
                self.lead.state(age(fact, 0), *lead);
                self.signed = Some(*signed_at);
                self.signed_for = amount.as_ref();
            }
            What::ContractActivated { .. } => {
                self.state.state(age(fact, 1), "active");
                self.activate(fact.at);
            }
            What::ContractEnded {
                kind,
                reason,
                ended_at,
                ..
            } => {
                self.state.state(age(fact, 2), "ended");
                self.end.state(age(fact, 2), (kind, reason, *ended_at));
            }
            What::ContractRecorded { .. } => self.note_state(fact),
            _ => self.note_money(fact),
        }
    }

    fn note_state(&mut self, fact: &'a Fact) {
        let What::ContractRecorded {
            number,
            state,
            kind,
            previous,
            deal,
            lead,
            responsible,
            value,
            starts_at,
            ends_at,
            signed_at,
            ended_at,
            ..
        } = &fact.what
        else {
            return;
        };
        let age = age(fact, 3);
        self.state.state(age, state);
        if !kind.is_empty() {
            self.kind.state(age, kind);
        }
        self.deal.state(age, *deal);
        self.lead.state(age, *lead);
        let recorded = Recorded {
            number,
            previous: *previous,
            starts_at: *starts_at,
            ends_at: *ends_at,
            agent: *responsible,
            value: value.as_ref(),
            signed_at: *signed_at,
            ended_at: *ended_at,
            at: fact.at,
            revision: fact.revision,
        };
        self.states.push((fact.at, fact.revision));
        self.recorded.state(age, recorded);
    }

    fn activate(&mut self, at: Timestamp) {
        self.activated = self.activated.into_iter().chain([at]).min();
    }

    fn settle(
        &mut self,
        deals: &BTreeMap<DealId, Deal<'a>>,
        leads: &BTreeMap<LeadId, Lead<'a>>,
        desk: &mut Desk<'a>,
    ) {
        let recorded = self.recorded.get();
        self.signed_at = self.signed.or(recorded.and_then(|told| told.signed_at));
        self.end(recorded);
        self.start(recorded);
        let deal = self.deal.get().and_then(|deal| deals.get(&deal));
        if self.kind.get().is_none()
            && let Some(deal) = deal
            && matches!(
                deal.origin(),
                "renewal" | "extension" | "expansion" | "cross_sale"
            )
        {
            self.kind
                .state((i64::MIN, 0, self.seen, self.id.uuid()), deal.origin());
        }
        let own = self
            .lead
            .get()
            .flatten()
            .filter(|lead| leads.get(lead).is_some_and(|lead| lead.arrival.is_some()));
        self.home = match (own.or(deal.and_then(|deal| deal.home)), deal) {
            (Some(lead), _) => Home::Lead(lead),
            (None, Some(deal)) => Home::Deal(deal.id),
            (None, None) => Home::None,
        };
        self.convert(desk);
    }

    fn end(&mut self, recorded: Option<Recorded<'a>>) {
        if let Some((kind, reason, at)) = self.end.get() {
            (self.end_kind, self.reason) = (kind, reason);
            self.ended_at = Some(at);
        } else {
            self.ended_at = recorded.and_then(|told| told.ended_at);
        }
    }

    fn start(&mut self, recorded: Option<Recorded<'a>>) {
        let in_force = self.activated.is_some() || matches!(self.state(), "active" | "ended");
        // A contract that ended was in force before, whatever is known of its start.
        let known = self
            .activated
            .or(recorded.and_then(|told| told.starts_at))
            .or(self.signed_at)
            .unwrap_or(self.seen);
        self.started_at = (in_force || self.ended_at.is_some())
            .then(|| self.ended_at.map_or(known, |ended| known.min(ended)));
    }
}

/// Writes down what a fact says of a contract.
pub(super) fn note<'a>(contracts: &mut BTreeMap<ContractId, Contract<'a>>, fact: &'a Fact) {
    match &fact.what {
        What::ContractSigned { contract, .. }
        | What::ContractActivated { contract }
        | What::ContractEnded { contract, .. }
        | What::ContractRecorded { contract, .. }
        | What::ContractGrown { contract, .. }
        | What::PaymentRecorded { contract, .. } => contracts
            .entry(*contract)
            .or_insert_with(|| Contract::new(*contract, fact.at))
            .note(fact),
        _ => {}
    }
}

/// Puts what was written down in order, and tells which ended contracts were followed by another one: one
/// that names it as the one before, or any of the journey that was signed later.
pub(super) fn settle<'a>(
    contracts: &mut BTreeMap<ContractId, Contract<'a>>,
    deals: &BTreeMap<DealId, Deal<'a>>,
    leads: &BTreeMap<LeadId, Lead<'a>>,
    desk: &mut Desk<'a>,
) {
    for contract in contracts.values_mut() {
        contract.settle(deals, leads, desk);
    }
    let signed: Vec<(Timestamp, Option<ContractId>)> = contracts
        .values()
        .filter_map(|contract| {
            let previous = contract.recorded().and_then(|told| told.previous);
            Some((contract.signed_at?, previous))
        })
        .collect();
    for contract in contracts.values_mut() {
        contract.continued = contract.ended_at.is_some()
            && signed.iter().any(|(at, previous)| {
                *previous == Some(contract.id)
                    || contract.signed_at.is_some_and(|signed| *at > signed)
            });
    }
}
