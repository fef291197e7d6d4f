//! What is known of contacts: who was seen with them, under which names.

use std::collections::HashMap;

use super::{Decision, Evidence, Holder, Key, decide};
use crate::name::{Agreement, Name};

/// Most people kept per contact. A contact used by so many shows nobody new by itself; whoever
/// comes later is known by other contacts.
const HOLDERS_MAX: usize = 256;

/// The holders of the keys that are looked at. Load those of a batch, decide and apply one
/// submission after the other: each sees the ones before it.
#[derive(Clone, Debug)]
pub struct Known<P> {
    holders: HashMap<Key, Vec<Holder<P>>>,
}

/// A row to write after a submission was given to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<P> {
    /// Insert. Two writers at once take the same slot, so a unique `(kind, value, slot)` shows
    /// the second one that it decided on old knowledge.
    Added(Key, Holder<P>),
    /// Update the name of the row with this slot.
    Renamed(Key, Holder<P>),
}

impl<P> Default for Known<P> {
    fn default() -> Self {
        Self {
            holders: HashMap::new(),
        }
    }
}

impl<P: Copy + Ord> Known<P> {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a stored row; one with the same key and slot is replaced.
    pub fn insert(&mut self, key: Key, holder: Holder<P>) {
        let holders = self.holders.entry(key).or_default();
        holders.retain(|other| other.slot != holder.slot);
        holders.push(holder);
        holders.sort_by_key(|holder| holder.slot);
    }

    /// The people seen with a contact, in order of arrival.
    pub fn holders(&self, key: &Key) -> &[Holder<P>] {
        self.holders.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether two people at least are known to use the contact.
    ///
    /// Two persons of agreeing names are one person's two cards, which proves nothing.
    pub fn is_shared(&self, key: &Key) -> bool {
        let holders = self.holders(key);
        holders.iter().enumerate().any(|(index, one)| {
            let later = holders.iter().skip(index + 1);
            later
                .into_iter()
                .any(|other| one.person != other.person && differ(&one.name, &other.name))
        })
    }

    /// Whose a submission is. Changes nothing; see [`Known::apply`].
    pub fn decide(&self, evidence: &Evidence) -> Decision<P> {
        decide::decide(self, evidence)
    }

    /// Remembers that a submission was given to `person`, and tells the rows to write.
    ///
    /// Applying the same twice changes nothing the second time.
    pub fn apply(&mut self, evidence: &Evidence, person: P) -> Vec<Change<P>> {
        let name = self.name_of(evidence, person);
        evidence
            .keys()
            .filter_map(|key| self.hold(key, person, &name))
            .collect()
    }

    /// The fullest name of the person over the evidence and all its contacts.
    fn name_of(&self, evidence: &Evidence, person: P) -> Name {
        let rows = evidence.keys().flat_map(|key| self.holders(key));
        rows.filter(|holder| holder.person == person)
            .fold(evidence.name().clone(), |name, holder| {
                holder.name.joined(&name)
            })
    }

    fn hold(&mut self, key: &Key, person: P, name: &Name) -> Option<Change<P>> {
        let holders = self.holders.entry(key.clone()).or_default();
        if let Some(holder) = holders.iter_mut().find(|holder| holder.person == person) {
            let fuller = holder.name.joined(name);
            if fuller == holder.name {
                return None;
            }
            holder.name = fuller;
            return Some(Change::Renamed(key.clone(), holder.clone()));
        }
        if holders.len() >= HOLDERS_MAX {
            return None;
        }
        let slot = holders.last().map_or(0, |last| last.slot.saturating_add(1));
        let holder = Holder {
            person,
            slot,
            name: name.clone(),
        };
        holders.push(holder.clone());
        Some(Change::Added(key.clone(), holder))
    }
}

/// The names of two people, or of one whose family name changed.
pub(super) fn differ(one: &Name, other: &Name) -> bool {
    matches!(
        one.agreement(other),
        Agreement::Unlike | Agreement::FamilyDiffers
    )
}
