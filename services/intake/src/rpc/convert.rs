//! Domain to contract.

use clock::Timestamp;
use prost_types::Timestamp as ProtoTimestamp;
use proto::{
    convert::timestamp,
    intake::v1,
    types::v1::{PersonName as ProtoName, Source as ProtoSource},
};

use crate::{
    domain::{
        contact::{ContactKind, PersonName},
        door::{Door, DoorKind},
        evidence::Flag,
        lead::{Lead, Outcome, State, Temperature},
        reason::Reason,
        source::Source,
        verdict::{Receipt, Verdict},
    },
    store::{history::Line, interests::Interest, submissions::Stored},
};

pub(crate) fn person_name(name: &PersonName) -> ProtoName {
    ProtoName {
        full: name.full.clone(),
        given: name.given.clone(),
        family: name.family.clone(),
    }
}

pub(crate) fn source(source: &Source) -> ProtoSource {
    ProtoSource {
        channel: source.channel.as_str().to_owned(),
        name: source.name.clone(),
        campaign_id: printed(source.campaign),
        activity_id: printed(source.activity),
        partner_id: printed(source.partner),
        response_id: printed(source.response),
        referrer: source.referrer.clone(),
        utm: source.utm.clone().into_iter().collect(),
        referral_code: source.referral_code.clone(),
    }
}

pub(super) fn receipt(receipt: &Receipt) -> v1::Receipt {
    v1::Receipt {
        submission_id: receipt.submission.to_string(),
        verdict: verdict(receipt.verdict).into(),
        reason: receipt
            .reason
            .map(Reason::code)
            .unwrap_or_default()
            .to_owned(),
        detail: receipt.detail.clone(),
        lead_id: printed(receipt.lead),
        replayed: receipt.replayed,
        sandbox: receipt.sandbox,
        trace_id: receipt.trace_id.clone(),
        received_at: Some(timestamp(receipt.received_at)),
        flags: flags(&receipt.flags),
        external_id: receipt.external_id.clone(),
    }
}

pub(super) fn submission(stored: Stored) -> v1::Submission {
    v1::Submission {
        receipt: Some(receipt(&stored.receipt)),
        channel: stored.submission.source.channel.as_str().to_owned(),
        source: Some(source(&stored.submission.source)),
        content_type: stored.submission.content_type,
        raw: stored.submission.raw.to_vec(),
        arrivals: stored.arrivals,
        identity_id: printed(stored.identity),
    }
}

pub(super) fn lead_card(lead: &Lead) -> v1::LeadCard {
    v1::LeadCard {
        lead_id: lead.id.to_string(),
        revision: lead.revision,
        state: state(lead.state).into(),
        name: Some(person_name(&lead.name)),
        emails: lead
            .emails
            .iter()
            .map(|mailbox| mailbox.canonical.clone())
            .collect(),
        phones: lead.phones.clone(),
        organisation: lead.organisation.clone(),
        private_person: lead.private_person,
        locale: lead.locale.clone(),
        city: lead.city.clone(),
        country: lead.country.clone(),
        topic: lead.topic.clone(),
        sale_object: lead.sale_object.clone(),
        project: lead.project.clone(),
        source: Some(source(&lead.source)),
        message: lead.message.clone(),
        talk: lead.talk.clone(),
        outcome: lead
            .outcome
            .map_or(v1::Outcome::Unspecified, outcome)
            .into(),
        reason: lead.reason.clone(),
        contact_kind: lead
            .contact_kind
            .map(ContactKind::as_str)
            .unwrap_or_default()
            .to_owned(),
        next_contact_at: optional(lead.next_contact_at),
        temperature: lead
            .temperature
            .map_or(v1::Temperature::Unspecified, temperature)
            .into(),
        responsible_id: printed(lead.assigned.responsible),
        assigned_because: lead.assigned.because.clone(),
        person_id: printed(lead.person),
        deal_id: printed(lead.deal.as_ref().map(|deal| deal.id)),
        deal_stage: lead
            .deal
            .as_ref()
            .map(|deal| deal.stage.clone())
            .unwrap_or_default(),
        received_at: Some(timestamp(lead.received_at)),
        // Said where cards are shown.
        erased_at: None,
        flags: flags(&lead.flags),
        enquiries: lead.enquiries,
        identity_id: lead.identity.to_string(),
    }
}

pub(super) fn history(line: Line) -> v1::LeadHistoryEntry {
    v1::LeadHistoryEntry {
        at: Some(timestamp(line.at)),
        kind: line.kind,
        text: line.note,
        by: printed(line.by),
        submission_id: printed(line.submission),
    }
}

pub(super) fn door(door: &Door) -> v1::Door {
    v1::Door {
        door_id: door.id.to_string(),
        kind: match door.kind {
            DoorKind::Form => v1::DoorKind::Form,
            DoorKind::Mailbox => v1::DoorKind::Mailbox,
            DoorKind::Line => v1::DoorKind::Line,
        }
        .into(),
        key: door.key.clone(),
        name: door.name.clone(),
        campaign_id: printed(door.campaign),
        activity_id: printed(door.activity),
        topic: door.topic.clone(),
        locale: door.locale.clone(),
        country: door.country.clone(),
        responsible_id: printed(door.responsible),
        allowed_origins: door.allowed_origins.clone(),
        redirect_url: door.redirect_url.clone(),
        active: door.active,
    }
}

pub(super) fn interest(interest: &Interest) -> v1::Interest {
    v1::Interest {
        interest_id: interest.id.to_string(),
        submission_id: interest.submission.to_string(),
        organisation: interest.organisation.clone(),
        contacts: interest.contacts.clone(),
        source: Some(source(&interest.source)),
        received_at: Some(timestamp(interest.received_at)),
    }
}

pub(super) fn verdict(verdict: Verdict) -> v1::Verdict {
    match verdict {
        Verdict::Created => v1::Verdict::Created,
        Verdict::Attached => v1::Verdict::Attached,
        Verdict::Duplicate => v1::Verdict::Duplicate,
        Verdict::Interest => v1::Verdict::Interest,
        Verdict::Held => v1::Verdict::Held,
        Verdict::Rejected => v1::Verdict::Rejected,
    }
}

fn state(state: State) -> v1::LeadState {
    match state {
        State::New => v1::LeadState::New,
        State::InWork => v1::LeadState::InWork,
        State::Qualified => v1::LeadState::Qualified,
        State::Refused => v1::LeadState::Refused,
    }
}

fn outcome(outcome: Outcome) -> v1::Outcome {
    match outcome {
        Outcome::Positive => v1::Outcome::Positive,
        Outcome::Negative => v1::Outcome::Negative,
        Outcome::Satisfactory => v1::Outcome::Satisfactory,
        Outcome::Undefined => v1::Outcome::Undefined,
    }
}

fn temperature(temperature: Temperature) -> v1::Temperature {
    match temperature {
        Temperature::Cold => v1::Temperature::Cold,
        Temperature::Warm => v1::Temperature::Warm,
        Temperature::Hot => v1::Temperature::Hot,
    }
}

pub(super) fn flags(flags: &[Flag]) -> Vec<String> {
    flags.iter().map(|flag| flag.code().to_owned()).collect()
}

pub(super) fn optional(at: Option<Timestamp>) -> Option<ProtoTimestamp> {
    at.map(timestamp)
}

pub(super) fn printed(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
