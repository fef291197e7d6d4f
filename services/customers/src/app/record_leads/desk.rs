//! Decides in memory what becomes of leads, one after the other.

use std::collections::{BTreeMap, btree_map::Entry};

use clock::Timestamp;
use ids::{LeadId, OrganisationId, PersonId};
use messaging::Event;

use super::RecordLead;
use crate::{
    domain::{
        organisation::{self, Organisation},
        person::{Details, Person},
        text::{is_name, organisation_key},
    },
    events,
};

/// What is known of some leads, and what is to be written in the end.
pub(super) struct Desk {
    pub(super) now: Timestamp,
    /// By the keys of their names.
    pub(super) organisations: BTreeMap<String, Named>,
    pub(super) owners: BTreeMap<LeadId, PersonId>,
    pub(super) persons: BTreeMap<PersonId, Known>,
    /// In the order of their keys: of two that write the same names none waits for the other
    /// crosswise.
    pub(super) new_organisations: BTreeMap<String, Organisation>,
    pub(super) new_links: BTreeMap<LeadId, PersonId>,
    pub(super) events: Vec<Event>,
}

/// An organisation, as a person's card shows it.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) id: OrganisationId,
    pub(super) name: String,
}

/// A person and its leads, oldest link first.
pub(super) struct Known {
    pub(super) person: Person,
    /// Revision in the database; `None` of a person that is not there yet.
    pub(super) seen: Option<i64>,
    pub(super) leads: Vec<LeadId>,
}

impl Desk {
    pub(super) fn record(&mut self, cmd: RecordLead) {
        let (lead, trace) = (cmd.lead, cmd.trace);
        let organisation = is_name(&cmd.organisation)
            .then(|| self.organisation_named(&cmd.organisation, trace.as_deref()));
        let owner = self.owners.get(&lead).copied();
        let person = owner.unwrap_or(cmd.person);
        if owner.is_none() {
            self.owners.insert(lead, person);
            self.new_links.insert(lead, person);
        }
        let new_lead = owner.is_none().then_some(lead);
        if self.tell(person, new_lead, cmd.details, organisation) {
            self.announce(person, trace.as_deref());
        }
    }

    fn organisation_named(&mut self, name: &str, trace: Option<&str>) -> Named {
        let key = organisation_key(name);
        if let Some(known) = self.organisations.get(&key) {
            return known.clone();
        }
        let details = organisation::Details {
            name: name.trim().to_owned(),
            category: "prospect".to_owned(),
            ..organisation::Details::default()
        };
        let new = Organisation::new(OrganisationId::generate(), details, self.now);
        let named = Named {
            id: new.id,
            name: new.details.name.clone(),
        };
        let event = events::organisation_recorded(&new, self.now);
        self.events.push(continuing(event, trace));
        self.organisations.insert(key.clone(), named.clone());
        self.new_organisations.insert(key, new);
        named
    }

    /// Tells the person what its lead tells; `false` if that changes nothing.
    fn tell(
        &mut self,
        id: PersonId,
        new_lead: Option<LeadId>,
        mut told: Details,
        organisation: Option<Named>,
    ) -> bool {
        told.organisation = organisation.as_ref().map(|it| it.id);
        let (known, enriched) = match self.persons.entry(id) {
            Entry::Occupied(known) => {
                let known = known.into_mut();
                let enriched = known.person.enrich(told);
                if new_lead.is_some() && !enriched {
                    known.person.links_changed();
                }
                (known, enriched)
            }
            Entry::Vacant(place) => {
                "prospect".clone_into(&mut told.category);
                let person = Person::new(id, told, self.now);
                let (seen, leads) = (None, Vec::new());
                let known = place.insert(Known {
                    person,
                    seen,
                    leads,
                });
                (known, true)
            }
        };
        known.leads.extend(new_lead);
        if let Some(named) = organisation
            && known.person.details.organisation == Some(named.id)
        {
            known.person.organisation_name = named.name;
        }
        enriched || new_lead.is_some()
    }

    fn announce(&mut self, id: PersonId, trace: Option<&str>) {
        if let Some(known) = self.persons.get(&id) {
            let event = events::person_recorded(&known.person, &known.leads, self.now);
            self.events.push(continuing(event, trace));
        }
    }

    pub(super) fn new_persons(&self) -> impl Iterator<Item = &Person> {
        let new = self.persons.values().filter(|known| known.seen.is_none());
        new.map(|known| &known.person)
    }

    /// Each with the revision that it has in the database.
    pub(super) fn changed_persons(&self) -> impl Iterator<Item = (&Person, i64)> {
        let found = self.persons.values();
        let found = found.filter_map(|known| Some((&known.person, known.seen?)));
        found.filter(|(person, seen)| person.revision != *seen)
    }
}

fn continuing(event: Event, trace: Option<&str>) -> Event {
    match trace {
        Some(trace) => event.continuing(trace),
        None => event,
    }
}
