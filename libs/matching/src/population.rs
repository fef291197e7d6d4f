//! Everybody known, in memory.

use std::collections::HashMap;

use crate::{
    compare::Candidate,
    keys::{self, CANDIDATES_MAX, Count, Counts, FOLLOWED_MAX, Key},
    record::Record,
};

#[derive(Default)]
pub struct Population {
    pub records: Vec<(u32, Record)>,
    index: HashMap<Key, Vec<u32>>,
    counts: HashMap<Key, Count>,
    pub members: HashMap<u32, Vec<u32>>,
}

impl Population {
    pub fn counts(&self, keys: &[Key]) -> Counts {
        keys.iter()
            .filter_map(|k| self.counts.get(k).map(|c| (*k, *c)))
            .collect()
    }

    pub fn candidates(&self, record: &Record) -> (Counts, Vec<Candidate<'_, u32>>) {
        let mut all = keys::keys(record);
        let lookup = all.clone();
        all.extend(keys::counters(record));
        all.push(Key::everybody());
        let counts = self.counts(&all);
        let mut persons: Vec<u32> = Vec::new();
        let mut n = 0;
        for key in &lookup {
            let c = counts.get(key).copied().unwrap_or_default();
            if c.records == 0 || c.records > FOLLOWED_MAX || n >= CANDIDATES_MAX {
                continue;
            }
            for i in self.index.get(key).into_iter().flatten() {
                let p = self.records[*i as usize].0;
                if !persons.contains(&p) {
                    persons.push(p);
                    n += self.members[&p].len().min(32);
                }
            }
        }
        persons.sort_unstable();
        let candidates = persons
            .into_iter()
            .map(|p| {
                Candidate::new(
                    p,
                    self.members[&p]
                        .iter()
                        .rev()
                        .take(32)
                        .map(|i| &self.records[*i as usize].1)
                        .collect(),
                )
            })
            .collect();
        (counts, candidates)
    }

    pub fn add(&mut self, person: u32, record: Record) {
        let i = self.records.len() as u32;
        let new = !self.members.contains_key(&person);
        for key in keys::keys(&record) {
            let held = self.index.entry(key).or_default();
            let known = held.iter().any(|j| self.records[*j as usize].0 == person);
            held.push(i);
            let c = self.counts.entry(key).or_default();
            c.records += 1;
            c.persons += u32::from(!known);
        }
        if new {
            for key in keys::counters(&record)
                .into_iter()
                .chain([Key::everybody()])
            {
                let c = self.counts.entry(key).or_default();
                c.persons += 1;
                c.records += 1;
            }
        }
        self.members.entry(person).or_default().push(i);
        self.records.push((person, record));
    }

    pub fn merge(&mut self, keep: u32, drop: u32) {
        let moved = self.members.remove(&drop).unwrap_or_default();
        for i in &moved {
            self.records[*i as usize].0 = keep;
        }
        let m = self.members.entry(keep).or_default();
        m.extend(moved);
        m.sort_unstable();
    }
}
