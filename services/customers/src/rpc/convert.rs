//! Proto to domain and back; the only place where a field is found wrong.

use std::collections::{BTreeMap, HashMap};

use ids::{OrganisationId, PersonId};
use proto::{convert::timestamp, customers::v1 as pb, types::v1 as types};
use rpc::decode::{Fields, Invalid};

use crate::{
    app::{
        record_organisation::RecordOrganisation, record_person::RecordPerson,
        update_organisation::UpdateOrganisation, update_person::UpdatePerson,
    },
    domain::{
        organisation::{self, Organisation},
        person::{self, Person},
    },
    store::{
        copies::{Contract, Deal},
        links::Link,
        lists,
    },
};

const NAME: usize = 200;
const VALUE: usize = 2_000;
/// Contacts, tags or attributes of one card.
const MOST: usize = 100;

pub(super) fn record_person(person: &pb::Person) -> Result<RecordPerson, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse_optional("person.person_id", &person.person_id);
    let details = fields.nested("person", |fields| person_details(fields, person));
    fields.finish(|| {
        Some(RecordPerson {
            id: id?.unwrap_or_else(PersonId::generate),
            details: details?,
        })
    })
}

pub(super) fn update_person(request: &pb::UpdatePersonRequest) -> Result<UpdatePerson, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("person_id", &request.person_id);
    let person = fields.require("person", request.person.as_ref());
    let revision = person.map_or(0, |person| person.revision);
    let details =
        person.and_then(|person| fields.nested("person", |it| person_details(it, person)));
    fields.finish(|| {
        Some(UpdatePerson {
            id: id?,
            revision,
            details: details?,
        })
    })
}

fn person_details(fields: &mut Fields, person: &pb::Person) -> Option<person::Details> {
    let name = person.name.clone().unwrap_or_default();
    let given = text(fields, "name.given", &name.given, NAME);
    let family = text(fields, "name.family", &name.family, NAME);
    let full = match (name.full.trim(), given.as_deref(), family.as_deref()) {
        ("", Some(given), Some(family)) => format!("{given} {family}").trim().to_owned(),
        (full, ..) => full.to_owned(),
    };
    let full = fields.text("name.full", &full, NAME);
    let emails = list(fields, "emails", &person.emails);
    let phones = list(fields, "phones", &person.phones);
    let organisation = fields.parse_optional("organisation_id", &person.organisation_id);
    let category = text(fields, "category", &person.category, NAME);
    let tags = tags(fields, &person.tags);
    let attributes = attributes(fields, &person.attributes);
    let locale = text(fields, "locale", &person.locale, 10);
    let responsible = fields.parse_optional("responsible_id", &person.responsible_id);
    Some(person::Details {
        full_name: full?,
        given_name: given?,
        family_name: family?,
        emails: emails?,
        phones: phones?,
        organisation: organisation?,
        category: category?,
        tags: tags?,
        attributes: attributes?,
        locale: locale?,
        responsible: responsible?,
    })
}

pub(super) fn record_organisation(
    organisation: &pb::Organisation,
) -> Result<RecordOrganisation, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse_optional(
        "organisation.organisation_id",
        &organisation.organisation_id,
    );
    let details = fields.nested("organisation", |fields| {
        organisation_details(fields, organisation)
    });
    fields.finish(|| {
        let id = id?.unwrap_or_else(OrganisationId::generate);
        Some(RecordOrganisation {
            id,
            details: details?,
        })
    })
}

pub(super) fn update_organisation(
    request: &pb::UpdateOrganisationRequest,
) -> Result<UpdateOrganisation, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("organisation_id", &request.organisation_id);
    let organisation = fields.require("organisation", request.organisation.as_ref());
    let revision = organisation.map_or(0, |organisation| organisation.revision);
    let details = organisation
        .and_then(|it| fields.nested("organisation", |fields| organisation_details(fields, it)));
    fields.finish(|| {
        Some(UpdateOrganisation {
            id: id?,
            revision,
            details: details?,
        })
    })
}

fn organisation_details(
    fields: &mut Fields,
    organisation: &pb::Organisation,
) -> Option<organisation::Details> {
    let name = fields.text("name", &organisation.name, NAME);
    let emails = list(fields, "emails", &organisation.emails);
    let phones = list(fields, "phones", &organisation.phones);
    let category = text(fields, "category", &organisation.category, NAME);
    let tags = tags(fields, &organisation.tags);
    let attributes = attributes(fields, &organisation.attributes);
    let responsible = fields.parse_optional("responsible_id", &organisation.responsible_id);
    Some(organisation::Details {
        name: name?,
        emails: emails?,
        phones: phones?,
        category: category?,
        tags: tags?,
        attributes: attributes?,
        responsible: responsible?,
    })
}

pub(super) fn wanted_persons(request: &pb::ListPersonsRequest) -> Result<lists::Persons, Invalid> {
    let mut fields = Fields::new();
    let organisation = fields.parse_optional("organisation_id", &request.organisation_id);
    let lead = fields.parse_optional("lead_id", &request.lead_id);
    let search = text(&mut fields, "search", &request.search, VALUE);
    let tag = text(&mut fields, "tag", &request.tag, VALUE);
    let category = text(&mut fields, "category", &request.category, NAME);
    fields.finish(|| {
        Some(lists::Persons {
            search: search?,
            tag: tag?,
            category: category?,
            organisation: organisation?,
            lead: lead?,
            members: request.show_members,
        })
    })
}

pub(super) fn wanted_organisations(
    request: &pb::ListOrganisationsRequest,
) -> Result<lists::Organisations, Invalid> {
    let mut fields = Fields::new();
    let search = text(&mut fields, "search", &request.search, VALUE);
    let tag = text(&mut fields, "tag", &request.tag, VALUE);
    fields.finish(|| {
        Some(lists::Organisations {
            search: search?,
            tag: tag?,
        })
    })
}

fn text(fields: &mut Fields, field: &str, value: &str, longest: usize) -> Option<String> {
    fields
        .text_optional(field, value, longest)
        .map(Option::unwrap_or_default)
}

fn list(fields: &mut Fields, field: &str, values: &[String]) -> Option<Vec<String>> {
    fields.within(field, values.len(), &(0..=MOST))?;
    values
        .iter()
        .map(|value| fields.text(field, value, VALUE))
        .collect()
}

fn tags(fields: &mut Fields, values: &[String]) -> Option<Vec<String>> {
    let mut tags = list(fields, "tags", values)?;
    tags.sort_unstable();
    tags.dedup();
    Some(tags)
}

fn attributes(
    fields: &mut Fields,
    values: &HashMap<String, String>,
) -> Option<BTreeMap<String, String>> {
    fields.within("attributes", values.len(), &(0..=MOST))?;
    let pair = |(name, value): (&String, &String)| {
        let name = fields.text("attributes", name, NAME)?;
        let value = text(fields, "attributes", value, VALUE)?;
        Some((name, value))
    };
    values.iter().map(pair).collect()
}

pub(super) fn person(person: &Person) -> pb::Person {
    let details = &person.details;
    pb::Person {
        person_id: person.id.to_string(),
        revision: person.revision,
        name: Some(types::PersonName {
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
        category: details.category.clone(),
        tags: details.tags.clone(),
        attributes: details.attributes.clone().into_iter().collect(),
        locale: details.locale.clone(),
        responsible_id: details
            .responsible
            .map(|id| id.to_string())
            .unwrap_or_default(),
        client: person.client,
        recorded_at: Some(timestamp(person.recorded_at)),
        ..pb::Person::default()
    }
}

pub(super) fn organisation(organisation: &Organisation) -> pb::Organisation {
    let details = &organisation.details;
    pb::Organisation {
        organisation_id: organisation.id.to_string(),
        revision: organisation.revision,
        name: details.name.clone(),
        emails: details.emails.clone(),
        phones: details.phones.clone(),
        category: details.category.clone(),
        tags: details.tags.clone(),
        attributes: details.attributes.clone().into_iter().collect(),
        responsible_id: details
            .responsible
            .map(|id| id.to_string())
            .unwrap_or_default(),
        client: organisation.client,
        recorded_at: Some(timestamp(organisation.recorded_at)),
    }
}

pub(super) fn link(link: &Link) -> pb::LinkedLead {
    pb::LinkedLead {
        lead_id: link.lead.to_string(),
        linked_at: Some(timestamp(link.at)),
        linked_by: link.by.map(|id| id.to_string()).unwrap_or_default(),
    }
}

pub(super) fn deal(deal: &Deal) -> pb::LinkedDeal {
    pb::LinkedDeal {
        deal_id: deal.id.to_string(),
        title: deal.title.clone(),
        state: deal.state.clone(),
    }
}

pub(super) fn contract(contract: &Contract) -> pb::LinkedContract {
    let amount = contract.amount.clone();
    pb::LinkedContract {
        contract_id: contract.id.to_string(),
        state: contract.state.clone(),
        amount: amount.map(|(minor, currency)| types::Money { minor, currency }),
    }
}
