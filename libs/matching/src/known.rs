//! What a service knows around some records: an excerpt of its tables, in which a batch is decided
//! before anything is written. Each decision sees the ones before it.

mod anew;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hash,
};

use crate::{
    compare::Candidate,
    decide::Rulings,
    keys::{CANDIDATES_MAX, Counts, FOLLOWED_MAX, Key, Kind, Lookup, RECORDS_PER_PERSON_MAX},
    population::Found,
    record::Record,
};

/// Who has a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting<P> {
    /// How many persons.
    pub count: u32,
    /// Which ones, in the order in which they were first seen with it. Empty of a word, and of a key
    /// that is too common to be followed.
    pub persons: Vec<P>,
}

impl<P> Default for Posting<P> {
    fn default() -> Self {
        Self {
            count: 0,
            persons: Vec::new(),
        }
    }
}

/// A posting that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<P> {
    /// Whose posting it is.
    pub key: Key,
    /// What it has become.
    pub posting: Posting<P>,
    /// By how much the count has changed.
    pub step: i32,
    /// The decision rests on the count and the persons as they were: a posting that is another by
    /// now means that the batch is to be decided again. Any other only counts further.
    pub guarded: bool,
}

/// An excerpt of what is known. `P` names a person as records are stored under it, `R` a record, in
/// the order of arrival.
///
/// Persons that turn out to be one are linked: none of their records moves. Together they are called
/// by their head, the smallest of their names.
#[derive(Clone, Debug)]
pub struct Known<P, R> {
    postings: HashMap<Key, Posting<P>>,
    before: HashMap<Key, u32>,
    records: HashMap<P, BTreeMap<R, Record>>,
    heads: HashMap<P, P>,
    members: HashMap<P, BTreeSet<P>>,
    apart: BTreeSet<(P, P)>,
}

impl<P, R> Default for Known<P, R> {
    fn default() -> Self {
        Self {
            postings: HashMap::new(),
            before: HashMap::new(),
            records: HashMap::new(),
            heads: HashMap::new(),
            members: HashMap::new(),
            apart: BTreeSet::new(),
        }
    }
}

/// What is read before a batch is decided.
impl<P: Copy + Ord + Hash, R: Copy + Ord> Known<P, R> {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over a posting as it is stored.
    pub fn know_key(&mut self, key: Key, posting: Posting<P>) {
        self.postings.insert(key, posting);
    }

    /// Takes over a record as it is stored under a person.
    pub fn know_record(&mut self, person: P, id: R, record: Record) {
        self.records.entry(person).or_default().insert(id, record);
    }

    /// Takes over that a person is one with others, who are called by their head.
    pub fn know_member(&mut self, person: P, head: P) {
        self.heads.insert(person, head);
        self.members.entry(head).or_default().insert(person);
    }

    /// Takes over that two persons were told apart.
    pub fn know_apart(&mut self, one: P, other: P) {
        self.apart.insert((one.min(other), one.max(other)));
    }

    /// The persons whose records a decision compares, as far as their keys are known.
    pub fn wanted(&self, record: &Record) -> Vec<P> {
        let lookup = Lookup::of(record);
        let mut wanted: Vec<P> = Vec::new();
        for key in lookup.followed(&self.counts(&lookup)) {
            for person in self.holders(key) {
                if wanted.len() < CANDIDATES_MAX && !wanted.contains(person) {
                    wanted.push(*person);
                }
            }
        }
        wanted
    }
}

/// What a decision asks for.
impl<P: Copy + Ord + Hash, R: Copy + Ord> Known<P, R> {
    /// How a person is called together with those it is one with.
    pub fn head(&self, person: P) -> P {
        self.heads.get(&person).copied().unwrap_or(person)
    }

    /// All who are one with a person, itself among them.
    pub fn members(&self, person: P) -> BTreeSet<P> {
        match self.members.get(&self.head(person)) {
            Some(members) => members.clone(),
            None => BTreeSet::from([person]),
        }
    }

    /// The candidates of a record, and `also` even if no key shows it.
    pub fn look_up(&self, record: &Record, also: Option<P>) -> Found<'_, P> {
        let lookup = Lookup::of(record);
        let counts = self.counts(&lookup);
        let mut heads: Vec<P> = also.map(|person| self.head(person)).into_iter().collect();
        let mut compared = 0;
        for key in lookup.followed(&counts) {
            for person in self.holders(key) {
                let head = self.head(*person);
                if compared < CANDIDATES_MAX && !heads.contains(&head) {
                    compared += self.latest(head).len();
                    heads.push(head);
                }
            }
        }
        heads.sort_unstable();
        let candidates = heads
            .into_iter()
            .map(|head| (head, self.latest(head)))
            .filter(|(_, records)| !records.is_empty())
            .map(|(head, records)| Candidate::new(head, records))
            .collect();
        Found { counts, candidates }
    }

    /// The members of a person, each by itself, as candidates of a record.
    pub fn severally(&self, record: &Record, person: P) -> Found<'_, P> {
        let members = self.members(person).into_iter();
        let candidates = members.filter_map(|member| {
            let records = self.records_of(member).rev();
            let records: Vec<&Record> = records
                .map(|(_, record)| record)
                .take(RECORDS_PER_PERSON_MAX)
                .collect();
            (!records.is_empty()).then(|| Candidate::new(member, records))
        });
        Found {
            candidates: candidates.collect(),
            counts: self.counts(&Lookup::of(record)),
        }
    }

    /// What people decided, as far as it is known.
    pub fn rulings(&self) -> Rulings<P> {
        let pairs = self.apart.iter();
        Rulings {
            apart: pairs
                .map(|(one, other)| (self.head(*one), self.head(*other)))
                .collect(),
            ..Rulings::default()
        }
    }

    /// Persons who have a key, by their heads.
    pub fn holders_of(&self, key: Key) -> BTreeSet<P> {
        let holders = self.holders(key).iter();
        holders.map(|person| self.head(*person)).collect()
    }

    /// Who has a key, as far as it is known.
    pub fn posting(&self, key: Key) -> Option<&Posting<P>> {
        self.postings.get(&key)
    }

    /// The records that are stored under a person, in order of arrival.
    pub fn records_of(&self, person: P) -> impl DoubleEndedIterator<Item = (&R, &Record)> {
        self.records.get(&person).into_iter().flatten()
    }

    fn counts(&self, lookup: &Lookup) -> Counts {
        let counted = lookup.counted().into_iter();
        counted
            .filter_map(|key| Some((key, self.postings.get(&key)?.count)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn holders(&self, key: Key) -> &[P] {
        let posting = self.postings.get(&key);
        posting.map_or(&[], |posting| posting.persons.as_slice())
    }

    fn latest(&self, head: P) -> Vec<&Record> {
        let members = self.members(head);
        let mut records: Vec<(&R, &Record)> = members
            .iter()
            .filter_map(|person| self.records.get(person))
            .flatten()
            .collect();
        records.sort_unstable_by(|one, other| other.0.cmp(one.0));
        records.truncate(RECORDS_PER_PERSON_MAX);
        records.into_iter().map(|(_, record)| record).collect()
    }
}

/// What is decided.
impl<P: Copy + Ord + Hash, R: Copy + Ord> Known<P, R> {
    /// Gives a record to a person.
    pub fn add(&mut self, person: P, id: R, record: Record) {
        let is_new_person = !self.records.contains_key(&person);
        let lookup = Lookup::of(&record);
        for key in lookup.steps(is_new_person, |key| self.holders(key).contains(&person)) {
            let posting = self.change(key);
            posting.count = posting.count.saturating_add(1);
            if is_followed_kind(key) {
                posting.persons.push(person);
            }
        }
        self.records.entry(person).or_default().insert(id, record);
    }

    /// Takes a record back; answers it. Keys that no other record of the person has are given up.
    pub fn remove(&mut self, person: P, id: R) -> Option<Record> {
        let records = self.records.get_mut(&person)?;
        // Of a person with more records, not all are known: a key may be another one's too.
        let all_known = records.len() < RECORDS_PER_PERSON_MAX;
        let removed = records.remove(&id)?;
        let others: BTreeSet<Key> = records
            .values()
            .flat_map(|record| Lookup::of(record).keys().to_vec())
            .collect();
        let given_up = Lookup::of(&removed).keys().to_vec();
        for key in given_up {
            let held = self.holders(key).contains(&person);
            if all_known && held && !others.contains(&key) {
                let posting = self.change(key);
                posting.count = posting.count.saturating_sub(1);
                posting.persons.retain(|holder| *holder != person);
            }
        }
        Some(removed)
    }

    /// Two persons are one; answers whether they were not before.
    pub fn link(&mut self, one: P, other: P) -> bool {
        let (mut all, more) = (self.members(one), self.members(other));
        if all == more {
            return false;
        }
        self.members.remove(&self.head(one));
        self.members.remove(&self.head(other));
        all.extend(more);
        if let Some(head) = all.first().copied() {
            self.heads.extend(all.iter().map(|person| (*person, head)));
            self.members.insert(head, all);
        }
        true
    }

    /// The postings that are not as they were, in the order of their keys.
    pub fn changes(&self) -> Vec<Change<P>> {
        let mut changes: Vec<Change<P>> = self
            .before
            .iter()
            .filter_map(|(key, before)| Some(change(*key, *before, self.postings.get(key)?)))
            .collect();
        changes.sort_unstable_by_key(|change| change.key);
        changes
    }

    fn change(&mut self, key: Key) -> &mut Posting<P> {
        let posting = self.postings.entry(key).or_default();
        self.before.entry(key).or_insert(posting.count);
        posting
    }
}

fn change<P: Clone>(key: Key, before: u32, posting: &Posting<P>) -> Change<P> {
    let guarded = is_followed_kind(key) && before <= FOLLOWED_MAX;
    let followed = guarded && posting.count <= FOLLOWED_MAX;
    let persons = if followed {
        posting.persons.clone()
    } else {
        Vec::new()
    };
    Change {
        key,
        step: i64::from(posting.count)
            .saturating_sub(i64::from(before))
            .try_into()
            .unwrap_or(i32::MAX),
        posting: Posting {
            count: posting.count,
            persons,
        },
        guarded,
    }
}

fn is_followed_kind(key: Key) -> bool {
    !matches!(key.kind, Kind::Word | Kind::Everybody)
}

#[cfg(test)]
mod tests;
