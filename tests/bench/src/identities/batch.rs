//! Decides about many records with one look-up: each sees what was decided about those before it.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use matching::{
    decide::{self, Rulings, Verdict},
    keys::{CANDIDATES_MAX, Key, Lookup},
    model::Model,
    record::Record,
};
use uuid::Uuid;

use super::{Decided, Found, Identities};

/// Decides whose some records are, in order. Nothing is stored.
pub async fn decide(
    model: &Model,
    identities: &Identities,
    records: Vec<(Uuid, Record)>,
) -> Result<Vec<Decided>> {
    let asked: Vec<&Record> = records.iter().map(|(_, record)| record).collect();
    let found = identities.look_up(&asked).await?;
    let mut earlier = Earlier::default();
    let mut decided = Vec::with_capacity(records.len());
    for ((id, record), mut found) in records.into_iter().zip(found) {
        earlier.show(&record, &mut found);
        let rulings = Rulings::default();
        let verdict =
            decide::decide(model, &record, &found.candidates(), &found.counts, &rulings).verdict;
        let (person, merges, is_new) = match verdict {
            Verdict::Same { person, merges } => (person, merges, false),
            Verdict::Review { .. } | Verdict::New | Verdict::Unidentified => (id, Vec::new(), true),
        };
        let one = Decided {
            id,
            person,
            is_new,
            merges,
            record,
        };
        earlier.add(&one, found);
        decided.push(one);
    }
    Ok(decided)
}

/// What the records before have changed.
#[derive(Debug, Default)]
struct Earlier {
    counts: HashMap<Key, u32>,
    /// Who came under a key.
    under: HashMap<Key, Vec<Uuid>>,
    /// The records of those to whom one was added, the latest first.
    persons: HashMap<Uuid, Vec<Record>>,
    merged: HashMap<Uuid, Uuid>,
}

impl Earlier {
    /// Adds it to what a look-up found.
    fn show(&self, record: &Record, found: &mut Found) {
        let lookup = Lookup::of(record);
        for key in lookup.counted() {
            if let Some(steps) = self.counts.get(&key) {
                *found.counts.entry(key).or_default() += steps;
            }
        }
        let mut persons: BTreeMap<Uuid, Vec<Record>> = BTreeMap::new();
        for (person, records) in std::mem::take(&mut found.persons) {
            let head = self.head(person);
            let known = self.persons.get(&head).cloned();
            persons.insert(head, known.unwrap_or(records));
        }
        let followed = lookup.followed(&found.counts);
        for person in followed
            .iter()
            .filter_map(|key| self.under.get(key))
            .flatten()
        {
            let head = self.head(*person);
            if persons.len() < CANDIDATES_MAX
                && let Some(records) = self.persons.get(&head)
            {
                persons.entry(head).or_insert_with(|| records.clone());
            }
        }
        found.persons = persons.into_iter().collect();
    }

    fn add(&mut self, decided: &Decided, found: Found) {
        let lookup = Lookup::of(&decided.record);
        for key in lookup.steps(decided.is_new, |_| false) {
            *self.counts.entry(key).or_default() += 1;
        }
        for key in lookup.keys() {
            self.under.entry(*key).or_default().push(decided.person);
        }
        let is_one = |person: &Uuid| *person == decided.person || decided.merges.contains(person);
        let mut records = vec![decided.record.clone()];
        for (_, known) in found.persons.into_iter().filter(|(who, _)| is_one(who)) {
            records.extend(known);
        }
        self.persons.insert(decided.person, records);
        for gone in &decided.merges {
            self.merged.insert(*gone, decided.person);
        }
    }

    fn head(&self, person: Uuid) -> Uuid {
        let mut head = person;
        while let Some(next) = self.merged.get(&head).filter(|next| **next != head) {
            head = *next;
        }
        head
    }
}
