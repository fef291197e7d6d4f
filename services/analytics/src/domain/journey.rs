//! Journeys: what belongs to one person, found by what facts link to one another.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::fact::{Fact, What};
use super::forest::Forest;

/// All that belongs together at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// The smallest member.
    pub id: Uuid,
    /// Subjects of its facts and the ids that they are linked to, in order.
    pub members: Vec<Uuid>,
    /// In the order of their ids, none twice.
    pub facts: Vec<Fact>,
}

/// Parts facts into journeys. Order and repeats do not matter; the journeys come in the order of their ids.
///
/// Whether a fact links depends on others (the newest state of a person, of a merge …), so the facts have to
/// be complete: with each one there must be all that are kept under one of its [`Fact::nodes`], and with each
/// of those nodes the journey that it is a member of.
pub fn components(facts: Vec<Fact>) -> Vec<Journey> {
    let facts = distinct(facts);
    let links = Links::of(&facts);
    let mut forest = Forest::default();
    for fact in &facts {
        let subject = fact.subject();
        forest.join_all(&[subject]);
        if links.hold(fact) {
            for node in fact.linked().filter(|node| links.reaches(fact, *node)) {
                forest.join_all(&[subject, node]);
            }
        }
    }
    gather(facts, forest)
}

fn distinct(mut facts: Vec<Fact>) -> Vec<Fact> {
    facts.retain(|fact| !fact.is_parameter());
    facts.sort_by_key(|fact| fact.id);
    facts.dedup_by(|one, other| one.id == other.id);
    facts
}

fn gather(facts: Vec<Fact>, mut forest: Forest) -> Vec<Journey> {
    let mut nodes = forest.roots();
    nodes.sort_unstable();
    let mut journeys: Vec<Journey> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    for (node, root) in nodes {
        let place = *places.entry(root).or_insert(journeys.len());
        if place == journeys.len() {
            journeys.push(Journey {
                id: node,
                members: Vec::new(),
                facts: Vec::new(),
            });
        }
        if let Some(journey) = journeys.get_mut(place) {
            journey.members.push(node);
        }
    }
    for fact in facts {
        let root = forest.root_of(fact.subject());
        let place = root.and_then(|root| places.get(&root)).copied();
        let place = place.unwrap_or_default();
        if let Some(journey) = journeys.get_mut(place) {
            journey.facts.push(fact);
        }
    }
    journeys
}

/// Which facts say how things are now.
#[derive(Default)]
struct Links<'a> {
    /// By kind and aggregate the newest fact that states it as a whole.
    newest: HashMap<(State, Uuid), &'a Fact>,
    /// Persons and participants of whom a state is known, and submissions that became a lead of their own.
    known: HashSet<Uuid>,
}

/// Kinds of facts that carry a whole state and link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum State {
    /// Of an enquiry, which lead it joined.
    Submission,
    Person,
    Merge,
    Case,
    Participant,
    Deal,
    Contract,
}

impl State {
    fn of(fact: &Fact) -> Option<Self> {
        match fact.what {
            What::EnquiryAttached { .. } => Some(Self::Submission),
            What::PersonRecorded { .. } => Some(Self::Person),
            What::PersonsLinked { .. } => Some(Self::Merge),
            What::CaseRecorded { .. } => Some(Self::Case),
            What::ParticipantRecorded { .. } => Some(Self::Participant),
            What::DealRecorded { .. } => Some(Self::Deal),
            What::ContractRecorded { .. } => Some(Self::Contract),
            _ => None,
        }
    }
}

impl<'a> Links<'a> {
    fn of(facts: &'a [Fact]) -> Self {
        let mut links = Self::default();
        for fact in facts {
            if let What::LeadCreated { submission, .. } = fact.what {
                links.known.insert(submission.uuid());
            }
            let Some(state) = State::of(fact) else {
                continue;
            };
            let newest = links.newest.entry((state, fact.subject())).or_insert(fact);
            if newest.age() < fact.age() {
                *newest = fact;
            }
            if matches!(state, State::Person | State::Participant) {
                links.known.insert(fact.subject());
            }
        }
        links
    }

    /// Whether the fact links at all: a state only while it is the newest one, what came before a state only
    /// until that is known.
    fn hold(&self, fact: &Fact) -> bool {
        if let Some(state) = State::of(fact) {
            let newest = self.newest.get(&(state, fact.subject()));
            let split = matches!(fact.what, What::PersonsLinked { merged: false, .. });
            // A submission that was moved into a lead of its own is no enquiry any more.
            let moved = state == State::Submission && self.known.contains(&fact.subject());
            return !split && !moved && newest.is_some_and(|newest| newest.id == fact.id);
        }
        match fact.what {
            What::DealOpened { .. } => !self.newest.contains_key(&(State::Deal, fact.subject())),
            What::ContractSigned { .. } => {
                !self.newest.contains_key(&(State::Contract, fact.subject()))
            }
            _ => true,
        }
    }

    /// Whether a fact that links reaches this node: whom a person or participant is linked to, they say
    /// themselves as soon as their state is known.
    fn reaches(&self, fact: &Fact, node: Uuid) -> bool {
        match &fact.what {
            What::LeadQualified { person, .. } => {
                node != person.uuid() || !self.known.contains(&node)
            }
            What::ResponseRecorded {
                participant,
                person: Some(person),
                ..
            }
            | What::SurveyAnswered {
                participant: Some(participant),
                person: Some(person),
                ..
            } => node != person.uuid() || !self.known.contains(&participant.uuid()),
            _ => true,
        }
    }
}

impl Fact {
    /// Of two facts about one thing the newer one has the greater of these.
    pub(crate) fn age(&self) -> (i64, clock::Timestamp, Uuid) {
        // An enquiry bears the revision of the lead that it joined: those of two leads cannot be compared.
        let revision = match self.what {
            What::EnquiryAttached { .. } => 0,
            _ => self.revision,
        };
        (revision, self.at, self.id)
    }
}
