//! All that the client base announces.

use chrono::{DateTime, Utc};
use ids::LeadId;
use messaging::Event;
use proto::{
    convert::timestamp,
    customers::v1::{
        CaseRecorded, ConsentRecorded, DuplicateDecided, OrganisationRecorded, PersonErased,
        PersonRecorded, PersonsMerged, PersonsSplit,
    },
    types::v1::PersonName,
};

use crate::{
    domain::{
        case::Case, consent::Consent, duplicate::Duplicate, erasure::Erasure, identity::Identity,
        merge::Merge, organisation::Organisation, person::Person,
    },
    store::erasures::Contacts,
};

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

pub fn person_erased(erasure: &Erasure, contacts: &Contacts) -> Event {
    let message = PersonErased {
        erasure_id: erasure.id.to_string(),
        person_ids: erasure.persons.iter().map(ToString::to_string).collect(),
        lead_ids: erasure.leads.iter().map(ToString::to_string).collect(),
        email_digests: contacts.emails.iter().cloned().collect(),
        phone_digests: contacts.phones.iter().cloned().collect(),
        erased_at: Some(timestamp(erasure.erased_at)),
    };
    Event::new(&message, erasure.id, 1, erasure.erased_at)
}

pub fn organisation_recorded(organisation: &Organisation, now: DateTime<Utc>) -> Event {
    let message = OrganisationRecorded {
        organisation_id: organisation.id.to_string(),
        name: organisation.details.name.clone(),
    };
    Event::new(&message, organisation.id, organisation.revision, now)
}

pub fn persons_merged(merge: &Merge, identity: &Identity, now: DateTime<Utc>) -> Event {
    let message = PersonsMerged {
        merge_id: merge.id.to_string(),
        kept_id: merge.kept.to_string(),
        joined_id: merge.joined.to_string(),
        canonical_id: identity.canonical.to_string(),
        member_ids: members(identity),
        merged_by: merge.by.map(|by| by.to_string()).unwrap_or_default(),
    };
    Event::new(&message, merge.id, merge.revision, now)
}

pub fn persons_split(
    merge: &Merge,
    kept: &Identity,
    joined: &Identity,
    now: DateTime<Utc>,
) -> Event {
    let message = PersonsSplit {
        merge_id: merge.id.to_string(),
        kept_id: merge.kept.to_string(),
        joined_id: merge.joined.to_string(),
        kept_member_ids: members(kept),
        joined_member_ids: members(joined),
        split_by: merge
            .split
            .and_then(|split| split.by)
            .map(|by| by.to_string())
            .unwrap_or_default(),
    };
    Event::new(&message, merge.id, merge.revision, now)
}

pub fn duplicate_decided(duplicate: &Duplicate, revision: i64, now: DateTime<Utc>) -> Event {
    let message = DuplicateDecided {
        one_id: duplicate.pair.one.to_string(),
        other_id: duplicate.pair.other.to_string(),
        decision: duplicate.state.as_str().to_owned(),
        decided_by: duplicate
            .decided_by
            .map(|by| by.to_string())
            .unwrap_or_default(),
    };
    Event::new(&message, duplicate.pair.one, revision, now)
}

pub fn consent_recorded(consent: &Consent, now: DateTime<Utc>) -> Event {
    let message = ConsentRecorded {
        person_id: consent.person.to_string(),
        consent_id: consent.id.to_string(),
        channel: consent.about.channel.clone(),
        purpose: consent.about.purpose.clone(),
        contact: consent.about.contact.clone(),
        state: consent.state.as_str().to_owned(),
        stated_at: Some(timestamp(consent.stated_at)),
        recorded_by: consent.by.map(|by| by.to_string()).unwrap_or_default(),
    };
    Event::new(&message, consent.person, consent.revision, now)
}

fn members(identity: &Identity) -> Vec<String> {
    identity.members.iter().map(ToString::to_string).collect()
}

pub fn case_recorded(case: &Case, now: DateTime<Utc>) -> Event {
    let details = &case.details;
    let message = CaseRecorded {
        case_id: case.id.to_string(),
        person_id: case.person.map(|id| id.to_string()).unwrap_or_default(),
        organisation_id: case
            .organisation
            .map(|id| id.to_string())
            .unwrap_or_default(),
        step: details.step.as_str().to_owned(),
        severity: details.severity.as_str().to_owned(),
        state: case.state().as_str().to_owned(),
        subject_id: details
            .subject
            .map(|subject| subject.to_string())
            .unwrap_or_default(),
        responsible_id: details
            .responsible
            .map(|id| id.to_string())
            .unwrap_or_default(),
        opened_at: Some(timestamp(case.opened_at)),
        resolved_at: case.resolved.map(|resolved| timestamp(resolved.at)),
    };
    Event::new(&message, case.id, case.revision, now)
}
