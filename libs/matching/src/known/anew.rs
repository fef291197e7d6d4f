//! A stored record decided again, against everybody else.

use std::{collections::BTreeSet, hash::Hash};

use super::Known;
use crate::{
    compare::Candidate,
    decide::Rulings,
    keys::{Key, Lookup, RECORDS_PER_PERSON_MAX},
    population::Found,
    record::Record,
};

impl<P: Copy + Ord + Hash, R: Copy + Ord> Known<P, R> {
    /// The candidates of a record of `person` as if it had never come: it is none of the records
    /// that it is compared with, and counts nowhere. Who it belongs to is a candidate by the other
    /// records, even if no key shows it.
    pub fn look_up_anew(&self, person: P, id: R, record: &Record) -> Found<'_, P> {
        let mut found = self.look_up(record, Some(person));
        for key in self.counted_by(person, id, record) {
            if let Some(count) = found.counts.get_mut(&key) {
                *count = count.saturating_sub(1);
            }
        }
        found.counts.retain(|_, count| *count > 0);
        let head = self.head(person);
        found
            .candidates
            .retain(|candidate| candidate.person != head);
        let others = self.others(person, id);
        if !others.is_empty() {
            let place = found
                .candidates
                .partition_point(|candidate| candidate.person < head);
            found.candidates.insert(place, Candidate::new(head, others));
        }
        found
    }

    /// What people decided, and whom a record of `person` is not: those who were told apart from it.
    pub fn rulings_of(&self, person: P) -> Rulings<P> {
        let rulings = self.rulings();
        let head = self.head(person);
        let apart = rulings.apart.iter();
        let not = apart.filter_map(|(one, other)| {
            if *one == head {
                Some(*other)
            } else {
                Some(*one).filter(|_| *other == head)
            }
        });
        Rulings {
            not: not.collect(),
            ..rulings
        }
    }

    /// The latest records of a person and of all who are one with it, but for one.
    fn others(&self, person: P, id: R) -> Vec<&Record> {
        let members = self.members(person);
        let records = members.iter().flat_map(|member| self.records_of(*member));
        let mut others: Vec<(&R, &Record)> = records.filter(|(other, _)| **other != id).collect();
        others.sort_unstable_by(|one, other| other.0.cmp(one.0));
        others.truncate(RECORDS_PER_PERSON_MAX);
        others.into_iter().map(|(_, record)| record).collect()
    }

    /// The counters that are higher by one for this record alone.
    fn counted_by(&self, person: P, id: R, record: &Record) -> Vec<Key> {
        let others = self.records_of(person).filter(|(other, _)| **other != id);
        let others: Vec<&Record> = others.map(|(_, other)| other).collect();
        let kept: BTreeSet<Key> = others
            .iter()
            .flat_map(|other| Lookup::of(other).keys().to_vec())
            .collect();
        // Not all of its records are known: a key may be another one's too.
        let is_cut = self.records_of(person).count() >= RECORDS_PER_PERSON_MAX;
        Lookup::of(record).steps(others.is_empty(), |key| is_cut || kept.contains(&key))
    }
}
