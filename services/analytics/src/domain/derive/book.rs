//! What the facts of a journey say when they are laid side by side: its leads, deals, contracts and touches.

use std::collections::{BTreeMap, HashSet};

use clock::Timestamp;
use ids::{ContractId, DealId, LeadId, PersonId, StaffId};
use uuid::Uuid;

use super::{Desk, printed};
use crate::domain::{
    fact::{Fact, Source, What},
    journey::Journey,
};

pub(super) mod contract;
pub(super) mod deal;
pub(super) mod lead;
pub(super) mod touch;

use contract::Contract;
use deal::Deal;
use lead::Lead;
use touch::Touch;

/// A journey, laid out.
pub(super) struct Book<'a> {
    pub(super) journey: &'a Journey,
    /// Also those of which the arrival is not known yet.
    pub(super) leads: BTreeMap<LeadId, Lead<'a>>,
    pub(super) deals: BTreeMap<DealId, Deal<'a>>,
    pub(super) contracts: BTreeMap<ContractId, Contract<'a>>,
    /// In the order of time.
    pub(super) touches: Vec<Touch>,
    /// Records of the client base that belong to the journey, oldest first.
    pub(super) persons: Vec<PersonId>,
}

impl<'a> Book<'a> {
    pub(super) fn of(journey: &'a Journey, desk: &mut Desk<'a>) -> Self {
        let mut book = Self {
            journey,
            leads: BTreeMap::new(),
            deals: BTreeMap::new(),
            contracts: BTreeMap::new(),
            touches: Vec::new(),
            persons: Vec::new(),
        };
        for fact in &journey.facts {
            lead::note(&mut book.leads, fact);
            deal::note(&mut book.deals, fact);
            contract::note(&mut book.contracts, fact);
        }
        book.persons = persons(journey);
        lead::settle(&mut book.leads, &journey.facts);
        deal::settle(&mut book.deals, &book.leads, &journey.facts, desk);
        contract::settle(&mut book.contracts, &book.deals, &book.leads, desk);
        book.touches = touch::all(&book);
        book
    }

    /// Leads that have arrived: figures by arrival cannot say anything of others.
    pub(super) fn arrived(&self) -> impl Iterator<Item = (&Lead<'a>, lead::Arrival<'a>)> {
        self.leads
            .values()
            .filter_map(|lead| lead.arrival.map(|arrival| (lead, arrival)))
    }

    /// Deals that count under a lead.
    pub(super) fn deals_of(&self, lead: LeadId) -> impl Iterator<Item = &Deal<'a>> {
        self.deals
            .values()
            .filter(move |deal| deal.home == Some(lead))
    }

    /// Contracts by the lead or deal that they count under.
    pub(super) fn contracts_of(&self, home: Home) -> impl Iterator<Item = &Contract<'a>> {
        self.contracts
            .values()
            .filter(move |contract| contract.home == home)
    }

    /// Touches that earn credit, in the order of time.
    pub(super) fn earning(&self) -> impl Iterator<Item = &Touch> {
        self.touches.iter().filter(|touch| touch.kind.earns())
    }

    /// Signed contracts, in the order of signing.
    pub(super) fn signings(&self) -> Vec<&Contract<'a>> {
        let mut signed: Vec<_> = self
            .contracts
            .values()
            .filter(|contract| contract.signed_at.is_some())
            .collect();
        signed.sort_by_key(|contract| (contract.signed_at, contract.id));
        signed
    }

    /// The channel that a contract counts for when no touch came before it: what its deal came of.
    pub(super) fn origin(&self, contract: &Contract<'a>) -> String {
        let deal = contract.deal().and_then(|deal| self.deals.get(&deal));
        match deal.map_or("", Deal::origin) {
            "" | "lead" => "direct",
            origin => origin,
        }
        .to_owned()
    }

    /// The channel of the first touch, if that came before the contract was signed.
    pub(super) fn first_channel(&self, contract: &Contract<'a>) -> String {
        self.touches
            .first()
            .filter(|touch| contract.signed_at.is_some_and(|signed| touch.at <= signed))
            .map_or_else(
                || self.origin(contract),
                |touch| touch.labels.channel.clone(),
            )
    }

    /// Refused once and qualified later, or reopened and with a deal.
    pub(super) fn recovered(&self, lead: &Lead<'a>) -> bool {
        let Some(refusal) = lead.refusals.first() else {
            return false;
        };
        let qualified = lead.last_qualified_at.is_some_and(|at| at > refusal.at);
        let reopened = lead.reopenings.iter().any(|at| *at > refusal.at);
        qualified || reopened && self.deals_of(lead.id).next().is_some()
    }

    /// What a deal is grouped by.
    pub(super) fn labels_of_deal(&self, deal: &Deal<'a>) -> Labels {
        match deal.home.and_then(|lead| self.leads.get(&lead)) {
            Some(lead) => lead.labels(),
            None => deal.labels(),
        }
    }

    /// What a contract is grouped by.
    pub(super) fn labels_of_contract(&self, contract: &Contract<'a>) -> Labels {
        match contract.home {
            Home::Lead(lead) => self.leads.get(&lead).map(Lead::labels),
            Home::Deal(deal) => self.deals.get(&deal).map(Deal::labels),
            Home::None => None,
        }
        .unwrap_or_else(|| Labels {
            agent: printed(contract.agent()),
            ..Labels::direct()
        })
    }

    /// When a deal counts in the funnel: with its lead, else from its opening.
    pub(super) fn deal_counted_at(&self, deal: &Deal<'a>) -> Timestamp {
        let lead = deal.home.and_then(|lead| self.leads.get(&lead));
        let arrival = lead.and_then(|lead| lead.arrival);
        arrival.map_or(deal.opened_at, |arrival| arrival.at)
    }

    /// The same of a contract that is signed.
    pub(super) fn contract_counted_at(&self, contract: &Contract<'a>) -> Option<Timestamp> {
        let signed_at = contract.signed_at?;
        let home = match contract.home {
            Home::Lead(lead) => self.leads.get(&lead).and_then(|lead| lead.arrival),
            Home::Deal(deal) => return self.deals.get(&deal).map(|deal| deal.opened_at),
            Home::None => None,
        };
        Some(home.map_or(signed_at, |arrival| arrival.at))
    }
}

/// Under what a contract counts: the lead that it came of, else the deal, else nothing but itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Home {
    Lead(LeadId),
    Deal(DealId),
    #[default]
    None,
}

/// What figures are grouped by.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels {
    pub(super) topic: String,
    pub(super) channel: String,
    pub(super) source: String,
    pub(super) campaign: String,
    pub(super) activity: String,
    pub(super) partner: String,
    pub(super) agent: String,
    pub(super) temperature: String,
}

impl Labels {
    pub(super) fn of(source: &Source) -> Self {
        Self {
            channel: source.channel.clone(),
            source: source.name.clone(),
            campaign: printed(source.campaign),
            activity: printed(source.activity),
            partner: printed(source.partner),
            ..Self::default()
        }
    }

    /// Of what came by no channel.
    pub(super) fn direct() -> Self {
        Self {
            channel: "direct".to_owned(),
            ..Self::default()
        }
    }
}

/// How new a statement is: the revision of its aggregate, then how whole the fact is that makes it.
pub(super) type Age = (i64, u8, Timestamp, Uuid);

/// The age of what a fact states; of facts with one revision that of the higher rank counts.
pub(super) fn age(fact: &Fact, rank: u8) -> Age {
    (fact.revision, rank, fact.at, fact.id)
}

/// The newest of several statements about one thing.
#[derive(Debug, Clone)]
pub(super) struct Newest<T>(Option<(Age, T)>);

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Copy> Newest<T> {
    pub(super) fn state(&mut self, age: Age, value: T) {
        if self.0.as_ref().is_none_or(|(known, _)| *known < age) {
            self.0 = Some((age, value));
        }
    }

    pub(super) fn get(&self) -> Option<T> {
        self.0.as_ref().map(|(_, value)| *value)
    }
}

/// A member of staff, when there is one.
pub(super) type Agent = Option<StaffId>;

fn persons(journey: &Journey) -> Vec<PersonId> {
    let members: HashSet<Uuid> = journey.members.iter().copied().collect();
    let mut persons: Vec<PersonId> = Vec::new();
    for fact in &journey.facts {
        match &fact.what {
            What::PersonRecorded { person, .. }
            | What::LeadQualified { person, .. }
            | What::ReferrerCounted {
                referrer: person, ..
            } => persons.push(*person),
            What::PersonsLinked { kept, joined, .. } => persons.extend([*kept, *joined]),
            What::CaseRecorded { person, .. }
            | What::ParticipantRecorded { person, .. }
            | What::ResponseRecorded { person, .. }
            | What::SurveyAnswered { person, .. }
            | What::DealOpened { person, .. }
            | What::DealRecorded { person, .. }
            | What::ContractSigned { person, .. }
            | What::ContractRecorded { person, .. } => persons.extend(*person),
            _ => {}
        }
    }
    persons.retain(|person| members.contains(&person.uuid()));
    persons.sort_unstable();
    persons.dedup();
    persons
}
