//! All that the client base announces.

use chrono::{DateTime, Utc};
use ids::LeadId;
use messaging::Event;
use proto::{
    customers::v1::{OrganisationRecorded, PersonRecorded},
    types::v1::PersonName,
};

use crate::domain::{organisation::Organisation, person::Person};

pub fn person_recorded(person: &Person, leads: &[LeadId], now: DateTime<Utc>) -> Event {
    let details = &person.details;
    let message = PersonRecorded {
        person_id: person.id.to_string(),
        name: Some(PersonName {
            full: details.full_name.clone(),
            given: details.given_name.clone(),
            family: details.family_name.clone(),
        }),
        emails: details.emails.clone(),
        phones: details.phones.clone(),
        organisation_id: details
            .organisation
            .map(|id| id.to_string())
            .unwrap_or_default(),
        organisation: person.organisation_name.clone(),
        lead_ids: leads.iter().map(ToString::to_string).collect(),
        locale: details.locale.clone(),
        responsible_id: details
            .responsible
            .map(|id| id.to_string())
            .unwrap_or_default(),
    };
    Event::new(&message, person.id, person.revision, now)
}

pub fn organisation_recorded(organisation: &Organisation, now: DateTime<Utc>) -> Event {
    let message = OrganisationRecorded {
        organisation_id: organisation.id.to_string(),
        name: organisation.details.name.clone(),
    };
    Event::new(&message, organisation.id, organisation.revision, now)
}
