//! What decisions that were not stored add to what is stored: carried in memory from one excerpt of the
//! tables to the next, in about the form that the tables have.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use database::Error;
use ids::{IdentityId, LeadId};
use matching::{
    keys::{FOLLOWED_MAX, Key, RECORDS_PER_PERSON_MAX},
    known::{Change, Posting},
    record::Record,
};

use super::around::Around;
use crate::domain::identity::{Known, Link, RecordId};

/// What was decided and is not stored.
#[derive(Debug, Default)]
pub struct Carried {
    keys: HashMap<Key, Step>,
    /// The latest of each identity, as text: parsed they take several times the room.
    records: HashMap<IdentityId, Vec<(RecordId, Box<str>)>>,
    /// All who are one with somebody who was linked.
    groups: HashMap<IdentityId, Arc<BTreeSet<IdentityId>>>,
    /// The newest card of those who got one.
    cards: HashMap<IdentityId, LeadId>,
}

/// How a posting has grown.
#[derive(Debug, Default)]
struct Step {
    count: u32,
    holders: Holders,
}

/// Mostly there is one, who needs no memory of his own.
#[derive(Debug, Default)]
enum Holders {
    #[default]
    Nobody,
    One(IdentityId),
    More(Vec<IdentityId>),
}

impl Carried {
    /// Takes over what was decided on an excerpt.
    pub fn take_over(
        &mut self,
        around: &Around,
        records: Vec<(RecordId, IdentityId, String)>,
        links: &[Link],
        is_new: impl Fn(LeadId) -> bool,
    ) {
        for change in around.known.changes() {
            self.keys.entry(change.key).or_default().grow(&change);
        }
        for (id, identity, body) in records {
            let records = self.records.entry(identity).or_default();
            if records.len() >= RECORDS_PER_PERSON_MAX {
                records.remove(0);
            }
            records.push((id, body.into()));
        }
        for link in links {
            let members = Arc::new(around.known.members(link.one));
            for member in &*members {
                self.groups.insert(*member, Arc::clone(&members));
            }
        }
        let new = around.cards.iter().filter(|(_, lead)| is_new(**lead));
        self.cards.extend(new);
    }

    /// Puts on top of stored postings what was added to them.
    pub(super) fn recall_keys(&self, known: &mut Known, keys: &BTreeSet<Key>) {
        for (key, step) in keys
            .iter()
            .filter_map(|key| Some((key, self.keys.get(key)?)))
        {
            let mut posting = known.posting(*key).cloned().unwrap_or_default();
            step.add_to(&mut posting);
            known.know_key(*key, posting);
        }
    }

    /// Whoever is one with somebody wanted is wanted.
    pub(super) fn widen(&self, wanted: &mut BTreeSet<IdentityId>) {
        let groups = wanted.iter().filter_map(|it| self.groups.get(it));
        let more: Vec<IdentityId> = groups.flat_map(|it| it.iter().copied()).collect();
        wanted.extend(more);
    }

    /// Puts on top of stored identities what was given to them.
    pub(super) fn recall_persons(
        &self,
        around: &mut Around,
        wanted: &BTreeSet<IdentityId>,
    ) -> Result<(), Error> {
        for identity in wanted {
            for other in self.groups.get(identity).iter().flat_map(|it| it.iter()) {
                around.known.link(*identity, *other);
            }
        }
        let members = wanted.iter().flat_map(|it| around.known.members(*it));
        for member in members.collect::<BTreeSet<IdentityId>>() {
            for (id, body) in self.records.get(&member).into_iter().flatten() {
                let record: Record = body.parse().map_err(|error| {
                    Error::Other(format!("a carried record is not readable: {error}").into())
                })?;
                around.known.know_record(member, *id, record);
            }
            if let Some(lead) = self.cards.get(&member) {
                around.cards.insert(member, *lead);
            }
        }
        Ok(())
    }
}

impl Step {
    fn grow(&mut self, change: &Change<IdentityId>) {
        let grown = u32::try_from(change.step).unwrap_or(0);
        self.count = self.count.saturating_add(grown);
        if self.count > FOLLOWED_MAX {
            self.holders = Holders::Nobody;
            return;
        }
        // Holders stand in the order in which they came.
        let persons = &change.posting.persons;
        let new = usize::try_from(grown)
            .unwrap_or(usize::MAX)
            .min(persons.len());
        for person in persons.iter().skip(persons.len() - new) {
            self.holders.push(*person);
        }
    }

    fn add_to(&self, posting: &mut Posting<IdentityId>) {
        posting.count = posting.count.saturating_add(self.count);
        if posting.count > FOLLOWED_MAX {
            posting.persons.clear();
            return;
        }
        match &self.holders {
            Holders::Nobody => {}
            Holders::One(person) => posting.persons.push(*person),
            Holders::More(persons) => posting.persons.extend(persons),
        }
    }
}

impl Holders {
    fn push(&mut self, person: IdentityId) {
        match self {
            Self::Nobody => *self = Self::One(person),
            Self::One(first) => *self = Self::More(vec![*first, person]),
            Self::More(persons) => persons.push(person),
        }
    }
}

#[cfg(test)]
mod tests {
    use matching::{keys::Lookup, record::Received};
    use uuid::Uuid;

    use super::*;

    /// All of one number, three of each name.
    fn records() -> Vec<(RecordId, IdentityId, Record)> {
        (0..100)
            .map(|number: u128| {
                let name = format!(
                    "Nora Field{}",
                    "a".repeat(usize::try_from(number / 3).unwrap())
                );
                let record = Record::read(&Received {
                    full_name: Some(&name),
                    phones: vec!["+37126555142"],
                    ..Received::default()
                });
                let person = IdentityId::from_uuid(Uuid::from_u128(number / 2));
                (RecordId(Uuid::from_u128(number)), person, record)
            })
            .collect()
    }

    fn keys(records: &[(RecordId, IdentityId, Record)]) -> BTreeSet<Key> {
        let lookups = records.iter().map(|(.., record)| Lookup::of(record));
        lookups.flat_map(|lookup| lookup.counted()).collect()
    }

    #[test]
    fn excerpts_one_after_the_other_come_to_the_same_as_one() {
        let all = records();
        let mut whole = Known::new();
        for (id, person, record) in &all {
            whole.add(*person, *id, record.clone());
        }
        let mut carried = Carried::default();
        for chunk in all.chunks(7) {
            let mut around = Around::default();
            carried.recall_keys(&mut around.known, &keys(chunk));
            let wanted = chunk.iter().map(|(_, person, _)| *person).collect();
            carried.recall_persons(&mut around, &wanted).unwrap();
            let mut given = Vec::new();
            for (id, person, record) in chunk {
                around.known.add(*person, *id, record.clone());
                given.push((*id, *person, record.to_string()));
            }
            carried.take_over(&around, given, &[], |_| false);
        }
        let mut recalled = Known::new();
        carried.recall_keys(&mut recalled, &keys(&all));
        for key in keys(&all) {
            let (one, other) = (recalled.posting(key), whole.posting(key));
            let count = |it: Option<&Posting<IdentityId>>| it.map(|it| it.count);
            assert_eq!(count(one), count(other), "{key:?}");
            if one.is_some_and(|it| it.count <= FOLLOWED_MAX) {
                assert_eq!(one, other, "{key:?}");
            }
        }
    }
}
