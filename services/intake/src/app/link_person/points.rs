//! Contact points around some persons, changed in memory and then saved.

use std::collections::{BTreeMap, BTreeSet};

use ids::{LeadId, PersonId};
use matching::identity::{Change, Evidence, Key, Known};

use super::LinkPerson;
use crate::{
    error::Error,
    store::{
        Connection,
        identity::{self, KeyRow, Who},
    },
};

type Rows = BTreeMap<(Key, u16), KeyRow>;

pub(super) struct Points {
    stored: Rows,
    rows: Rows,
}

impl Points {
    /// The contact points that the persons and their leads have, and those that are told of.
    pub(super) async fn load<C: Connection>(
        db: &C,
        cmds: &[&LinkPerson],
        told: &[Evidence],
    ) -> Result<Self, Error> {
        let keys = told.iter().flat_map(Evidence::keys).collect();
        let leads = cmds.iter().flat_map(|cmd| &cmd.leads).copied().collect();
        let persons = cmds.iter().map(|cmd| cmd.person.id).collect();
        let found = identity::load_around(db, &keys, &leads, &persons).await?;
        let stored: Rows = found
            .into_iter()
            .map(|row| ((row.key.clone(), row.slot), row))
            .collect();
        Ok(Self {
            rows: stored.clone(),
            stored,
        })
    }

    /// The contact points of the leads are those of the person.
    pub(super) fn link(&mut self, leads: &[LeadId], person: PersonId) {
        let leads: BTreeSet<LeadId> = leads.iter().copied().collect();
        for row in self.rows.values_mut() {
            if row.lead.is_some_and(|lead| leads.contains(&lead)) {
                row.person = Some(person);
            }
        }
    }

    /// Gives the person the contact points it is told of, and takes from it those it has no more.
    pub(super) fn hold(&mut self, person: PersonId, told: &Evidence) {
        let wanted: BTreeSet<&Key> = told.keys().collect();
        // A contact that a card has shown stays known by the card.
        self.rows.retain(|(key, _), row| {
            row.person != Some(person) || row.lead.is_some() || wanted.contains(key)
        });
        let mut known = Known::new();
        for ((key, _), row) in &self.rows {
            if let Some(holder) = row.holder().filter(|_| wanted.contains(key)) {
                known.insert(key.clone(), holder);
            }
        }
        for change in known.apply(told, Who::Person(person)) {
            self.apply(change, person);
        }
    }

    fn apply(&mut self, change: Change<Who>, person: PersonId) {
        match change {
            Change::Added(key, holder) => {
                let row = KeyRow {
                    key: key.clone(),
                    slot: holder.slot,
                    name: holder.name,
                    lead: None,
                    person: Some(person),
                };
                self.rows.insert((key, holder.slot), row);
            }
            Change::Renamed(key, holder) => {
                if let Some(row) = self.rows.get_mut(&(key, holder.slot)) {
                    row.name = holder.name;
                }
            }
        }
    }

    /// Writes what is not as it was.
    pub(super) async fn save<C: Connection>(mut self, db: &C) -> Result<(), Error> {
        let (mut given_up, mut changed) = (Vec::new(), Vec::new());
        for (place, stored) in self.stored {
            match self.rows.remove(&place) {
                None => given_up.push(stored),
                Some(row) if row != stored => changed.push(row),
                Some(_) => {}
            }
        }
        let added: Vec<KeyRow> = self.rows.into_values().collect();
        identity::delete(db, &given_up).await?;
        identity::insert(db, &added).await?;
        identity::update(db, &changed).await?;
        Ok(())
    }
}
