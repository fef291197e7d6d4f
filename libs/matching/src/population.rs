//! Everybody known, in memory: the same look-ups as the tables of a service, for tests, imports
//! and scans.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    hash::Hash,
};

use crate::{
    compare::Candidate,
    decide::{self, Decision, Rulings},
    keys::{CANDIDATES_MAX, Counts, Key, Lookup, RECORDS_PER_PERSON_MAX},
    model::Model,
    record::Record,
};

/// Place of a record in a population, in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(u32);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The records of all persons with their index and counters.
#[derive(Clone, Debug)]
pub struct Population<P> {
    records: Vec<(P, Record)>,
    members: BTreeMap<P, Vec<Place>>,
    index: HashMap<Key, Vec<Place>>,
    counts: Counts,
    apart: BTreeSet<(P, P)>,
}

/// What the look-ups of one decision found.
#[derive(Clone, Debug)]
pub struct Found<'a, P> {
    /// The counts of the record's keys and words.
    pub counts: Counts,
    /// The persons whom the keys show, in their order.
    pub candidates: Vec<Candidate<'a, P>>,
}

impl<P> Default for Population<P> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            members: BTreeMap::new(),
            index: HashMap::new(),
            counts: Counts::new(),
            apart: BTreeSet::new(),
        }
    }
}

impl<P: Copy + Ord + Hash> Population<P> {
    /// Nobody is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The candidates of a record, as a service finds them with two queries.
    pub fn look_up(&self, record: &Record) -> Found<'_, P> {
        let lookup = Lookup::of(record);
        let counts: Counts = lookup
            .counted()
            .into_iter()
            .filter_map(|key| Some((key, *self.counts.get(&key)?)))
            .collect();
        let mut persons: Vec<P> = Vec::new();
        let mut compared = 0;
        for key in lookup.followed(&counts) {
            for person in self.holders(key) {
                if compared < CANDIDATES_MAX && !persons.contains(&person) {
                    compared += self.latest(person).count();
                    persons.push(person);
                }
            }
        }
        persons.sort_unstable();
        let candidates = persons
            .into_iter()
            .map(|person| Candidate::new(person, self.latest(person).collect()))
            .collect();
        Found { counts, candidates }
    }

    /// Whose a record is. Changes nothing; see [`Population::add`].
    pub fn decide<'a>(&'a self, model: &Model, record: &'a Record) -> Decision<'a, P> {
        let found = self.look_up(record);
        let rulings = Rulings {
            apart: self.apart.iter().copied().collect(),
            ..Rulings::default()
        };
        decide::decide(model, record, &found.candidates, &found.counts, &rulings)
    }

    /// Stores a record of a person.
    pub fn add(&mut self, person: P, record: Record) -> Place {
        let place = Place(u32::try_from(self.records.len()).unwrap_or(u32::MAX));
        let lookup = Lookup::of(&record);
        let is_new_person = !self.members.contains_key(&person);
        for key in lookup.steps(is_new_person, |key| self.is_held(key, person)) {
            *self.counts.entry(key).or_default() += 1;
        }
        for key in lookup.keys() {
            self.index.entry(*key).or_default().push(place);
        }
        self.members.entry(person).or_default().push(place);
        self.records.push((person, record));
        place
    }

    /// Two persons are one: the records of `gone` become those of `kept`.
    pub fn merge(&mut self, kept: P, gone: P) {
        if kept != gone {
            let moved = self.members.remove(&gone).unwrap_or_default();
            self.give(kept, &moved);
        }
    }

    /// Some records are another person's, who is not the one they were of.
    pub fn split(&mut self, places: &[Place], person: P) {
        for place in places {
            let Some(before) = self.person(*place) else {
                continue;
            };
            if let Some(members) = self.members.get_mut(&before) {
                members.retain(|member| member != place);
            }
            self.keep_apart(before, person);
        }
        self.give(person, places);
        self.members.retain(|_, members| !members.is_empty());
    }

    /// Two persons are different; no later decision makes one of them.
    pub fn keep_apart(&mut self, one: P, other: P) {
        if one != other {
            self.apart.insert((one.min(other), one.max(other)));
        }
    }

    /// Whose the record at a place is.
    pub fn person(&self, place: Place) -> Option<P> {
        self.at(place).map(|(person, _)| *person)
    }

    /// The record at a place.
    pub fn record(&self, place: Place) -> Option<&Record> {
        self.at(place).map(|(_, record)| record)
    }

    /// The person of each record, in order of arrival.
    pub fn persons(&self) -> impl Iterator<Item = P> + '_ {
        self.records.iter().map(|(person, _)| *person)
    }

    /// The places of a person's records, in order of arrival.
    pub fn places(&self, person: P) -> &[Place] {
        self.members.get(&person).map_or(&[], Vec::as_slice)
    }

    fn at(&self, place: Place) -> Option<&(P, Record)> {
        self.records.get(usize::try_from(place.0).ok()?)
    }

    fn is_held(&self, key: Key, person: P) -> bool {
        self.holders(key).any(|holder| holder == person)
    }

    fn holders(&self, key: Key) -> impl Iterator<Item = P> + '_ {
        let places = self.index.get(&key).into_iter().flatten();
        places.filter_map(|place| self.person(*place))
    }

    fn latest(&self, person: P) -> impl Iterator<Item = &Record> {
        let places = self.places(person).iter().rev();
        places
            .take(RECORDS_PER_PERSON_MAX)
            .filter_map(|place| self.record(*place))
    }

    fn give(&mut self, person: P, places: &[Place]) {
        for place in places {
            let at = usize::try_from(place.0).ok();
            if let Some((holder, _)) = at.and_then(|at| self.records.get_mut(at)) {
                *holder = person;
            }
        }
        let members = self.members.entry(person).or_default();
        members.extend(places);
        members.sort_unstable();
        members.dedup();
    }
}
