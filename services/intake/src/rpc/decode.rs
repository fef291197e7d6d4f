//! Contract to domain: the one place where a request is found wrong.

use clock::Timestamp;
use ids::{DoorId, LeadId, PartnerId, StaffId, SubmissionId};
use proto::{convert::to_timestamp, intake::v1};
use rpc::{
    Identity,
    decode::{Fields, Invalid},
    page,
};
use uuid::Uuid;

use crate::{
    app::{capture::Order, prepare::Sender},
    domain::{
        contact::ContactKind,
        lead::{Amount, CardUpdate, NewDeal, Outcome, RecordOutcome, State, Temperature},
        source::Channel,
        verdict::Verdict,
    },
    error::Error,
    reading::text::{NAME_MAX, TEXT_MAX, has_control},
    store::{leads, submissions},
};

/// The partner who calls.
pub(super) fn partner(identity: &Identity) -> Result<Sender, Error> {
    match identity {
        Identity::Partner { id, name, sandbox } => Ok(Sender::Partner {
            id: id.parse::<PartnerId>().map_err(|_| Error::CallerUnknown)?,
            name: name.clone(),
            sandbox: *sandbox,
        }),
        _ => Err(Error::CallerUnknown),
    }
}

/// Whether a submission of this scope exists for the caller.
pub(super) fn may_see(identity: &Identity, scope: &str) -> bool {
    match identity {
        Identity::Partner { id, .. } => scope.split('/').next() == Some(id),
        _ => true,
    }
}

pub(super) fn id<T>(field: &str, text: &str) -> Result<T, Error>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let mut fields = Fields::new();
    let id = fields.parse(field, text);
    Ok(fields.finish(|| id)?)
}

/// Where a page begins that goes by ids alone.
pub(super) fn cursor(token: &str) -> Result<Option<Uuid>, Error> {
    let malformed = || Invalid::field("page_token", "MALFORMED", "is not a page token");
    let text: Option<String> = page::decode(token)?;
    Ok(text
        .map(|text| Uuid::try_parse(&text).map_err(|_| malformed()))
        .transpose()?)
}

/// Where a page begins that goes by names.
pub(super) fn name_cursor(token: &str) -> Result<Option<(String, DoorId)>, Error> {
    let malformed = || Invalid::field("page_token", "MALFORMED", "is not a page token");
    let pair: Option<(String, String)> = page::decode(token)?;
    let parse = |(name, id): (String, String)| Ok((name, id.parse().map_err(|_| malformed())?));
    pair.map(parse).transpose()
}

pub(super) fn lead_input(lead: Option<v1::LeadInput>) -> Result<v1::LeadInput, Error> {
    let mut fields = Fields::new();
    let lead = fields.require("lead", lead);
    Ok(fields.finish(|| lead)?)
}

pub(super) fn create_lead(
    request: v1::CreateLeadRequest,
) -> Result<(v1::LeadInput, Option<StaffId>), Error> {
    let mut fields = Fields::new();
    let lead = fields.require("lead", request.lead);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    Ok(fields.finish(|| Some((lead?, responsible?)))?)
}

pub(super) fn submission_filter(
    request: &v1::ListSubmissionsRequest,
) -> Result<submissions::Filter, Error> {
    let mut fields = Fields::new();
    let verdict = match request.verdict() {
        v1::Verdict::Unspecified => None,
        v1::Verdict::Created => Some(Verdict::Created),
        v1::Verdict::Attached => Some(Verdict::Attached),
        v1::Verdict::Duplicate => Some(Verdict::Duplicate),
        v1::Verdict::Interest => Some(Verdict::Interest),
        v1::Verdict::Held => Some(Verdict::Held),
        v1::Verdict::Rejected => Some(Verdict::Rejected),
    };
    let channel = Channel::parse(&request.channel);
    if channel.is_none() && !request.channel.is_empty() {
        fields.wrong("channel", "UNKNOWN", "is no channel");
    }
    let lead = fields.parse_optional("lead_id", &request.lead_id);
    Ok(fields.finish(|| {
        Some(submissions::Filter {
            verdict,
            channel,
            lead: lead?,
        })
    })?)
}

pub(super) fn lead_filter(request: &v1::ListLeadsRequest) -> Result<leads::Filter, Error> {
    let mut fields = Fields::new();
    let state = match request.state() {
        v1::LeadState::Unspecified => None,
        v1::LeadState::New => Some(State::New),
        v1::LeadState::InWork => Some(State::InWork),
        v1::LeadState::Qualified => Some(State::Qualified),
        v1::LeadState::Refused => Some(State::Refused),
    };
    let responsible = match request.responsible_id.as_str() {
        "none" => Some(Some(leads::Owner::Queue)),
        text => fields
            .parse_optional("responsible_id", text)
            .map(|staff| staff.map(leads::Owner::Staff)),
    };
    let campaign = fields.parse_optional("campaign_id", &request.campaign_id);
    let search = text(&mut fields, "search", &request.search, NAME_MAX);
    Ok(fields.finish(|| {
        Some(leads::Filter {
            state,
            responsible: responsible?,
            campaign: campaign?,
            search: search?,
        })
    })?)
}

pub(super) fn decision(
    request: &v1::DecideSubmissionRequest,
) -> Result<(SubmissionId, Order, String), Error> {
    let mut fields = Fields::new();
    let id = fields.parse("submission_id", &request.submission_id);
    let note = text(&mut fields, "reason", &request.reason, TEXT_MAX);
    let order = match request.verdict() {
        v1::Verdict::Created => Some(Order::Create),
        v1::Verdict::Attached => fields.parse("lead_id", &request.lead_id).map(Order::Attach),
        v1::Verdict::Interest => Some(Order::Interest),
        v1::Verdict::Rejected => {
            if request.reason.trim().is_empty() {
                fields.wrong("reason", "REQUIRED", "is required to reject");
            }
            Some(Order::Reject)
        }
        _ => {
            fields.wrong(
                "verdict",
                "UNKNOWN",
                "must be CREATED, ATTACHED, INTEREST or REJECTED",
            );
            None
        }
    };
    Ok(fields.finish(|| Some((id?, order?, note?)))?)
}

pub(super) fn update(request: &v1::UpdateLeadRequest) -> Result<(LeadId, i64, CardUpdate), Error> {
    let mut fields = Fields::new();
    let id = fields.parse("lead_id", &request.lead_id);
    if request.revision < 0 {
        fields.wrong("revision", "OUT_OF_RANGE", "is negative");
    }
    let mut read = |name: &str, value: Option<&String>, max: usize| {
        value.and_then(|value| text(&mut fields, name, value, max))
    };
    let update = CardUpdate {
        full_name: read("full_name", request.full_name.as_ref(), NAME_MAX),
        given_name: read("given_name", request.given_name.as_ref(), NAME_MAX),
        family_name: read("family_name", request.family_name.as_ref(), NAME_MAX),
        organisation: read("organisation", request.organisation.as_ref(), NAME_MAX),
        private_person: request.private_person,
        topic: read("topic", request.topic.as_ref(), NAME_MAX),
        sale_object: read("sale_object", request.sale_object.as_ref(), NAME_MAX),
        project: read("project", request.project.as_ref(), NAME_MAX),
        talk: read("talk", request.talk.as_ref(), TEXT_MAX),
        locale: read("locale", request.locale.as_ref(), 10),
        temperature: match request.temperature() {
            v1::Temperature::Unspecified => None,
            v1::Temperature::Cold => Some(Temperature::Cold),
            v1::Temperature::Warm => Some(Temperature::Warm),
            v1::Temperature::Hot => Some(Temperature::Hot),
        },
    };
    Ok(fields.finish(|| Some((id?, request.revision, update)))?)
}

pub(super) fn outcome(
    request: &v1::RecordOutcomeRequest,
    by: StaffId,
) -> Result<(LeadId, RecordOutcome), Error> {
    let mut fields = Fields::new();
    let id = fields.parse("lead_id", &request.lead_id);
    let outcome = match request.outcome() {
        v1::Outcome::Unspecified => fields.require("outcome", None),
        v1::Outcome::Positive => Some(Outcome::Positive),
        v1::Outcome::Negative => Some(Outcome::Negative),
        v1::Outcome::Satisfactory => Some(Outcome::Satisfactory),
        v1::Outcome::Undefined => Some(Outcome::Undefined),
    };
    let talk = text(&mut fields, "talk", &request.talk, TEXT_MAX);
    let kind = contact_kind(&mut fields, &request.contact_kind);
    let next = instant(
        &mut fields,
        "next_contact_at",
        request.next_contact_at.as_ref(),
    );
    let new_deal = match &request.new_deal {
        None => Some(None),
        Some(deal) => fields
            .nested("new_deal", |fields| new_deal(fields, deal))
            .map(Some),
    };
    Ok(fields.finish(|| {
        let told = RecordOutcome {
            outcome: outcome?,
            reason: request.reason.trim().to_owned(),
            talk: talk?,
            contact_kind: kind?,
            next_contact_at: next?,
            new_deal: new_deal?,
            by,
        };
        Some((id?, told))
    })?)
}

fn new_deal(fields: &mut Fields, deal: &v1::NewDeal) -> Option<NewDeal> {
    let topic = text(fields, "topic", &deal.topic, NAME_MAX);
    let title = text(fields, "title", &deal.title, NAME_MAX);
    let sale_object = text(fields, "sale_object", &deal.sale_object, NAME_MAX);
    let expected = instant(fields, "expected_close_at", deal.expected_close_at.as_ref());
    let amount = deal.amount.as_ref().map(|amount| Amount {
        minor: amount.minor,
        currency: amount.currency.clone(),
    });
    if let Some(amount) = &amount {
        if amount.currency.len() != 3 || !amount.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            fields.wrong(
                "amount.currency",
                "MALFORMED",
                "must be three capital letters",
            );
        }
        if amount.minor < 0 {
            fields.wrong("amount.minor", "OUT_OF_RANGE", "is negative");
        }
    }
    Some(NewDeal {
        topic: topic?,
        title: title?,
        amount,
        sale_object: sale_object?,
        expected_close_at: expected?,
    })
}

pub(super) fn next_contact(
    request: &v1::PlanNextContactRequest,
) -> Result<(LeadId, Option<Timestamp>, ContactKind), Error> {
    let mut fields = Fields::new();
    let id = fields.parse("lead_id", &request.lead_id);
    let at = instant(
        &mut fields,
        "next_contact_at",
        request.next_contact_at.as_ref(),
    );
    let kind = contact_kind(&mut fields, &request.contact_kind);
    Ok(fields.finish(|| Some((id?, at?, kind?)))?)
}

pub(super) fn assignment(
    request: &v1::AssignLeadRequest,
) -> Result<(LeadId, StaffId, String), Error> {
    let mut fields = Fields::new();
    let id = fields.parse("lead_id", &request.lead_id);
    let to = fields.parse("responsible_id", &request.responsible_id);
    let reason = text(&mut fields, "reason", &request.reason, NAME_MAX);
    Ok(fields.finish(|| Some((id?, to?, reason?)))?)
}

pub(super) fn reopening(request: &v1::ReopenLeadRequest) -> Result<(LeadId, String), Error> {
    let mut fields = Fields::new();
    let id = fields.parse("lead_id", &request.lead_id);
    let reason = text(&mut fields, "reason", &request.reason, NAME_MAX);
    let reason = reason.map(|reason| {
        if reason.is_empty() {
            "BY_HAND".to_owned()
        } else {
            reason
        }
    });
    Ok(fields.finish(|| Some((id?, reason?)))?)
}

fn contact_kind(fields: &mut Fields, kind: &str) -> Option<ContactKind> {
    if kind.is_empty() {
        return Some(ContactKind::Call);
    }
    let known = ContactKind::parse(kind);
    if known.is_none() {
        fields.wrong("contact_kind", "UNKNOWN", "is no kind of contact");
    }
    known
}

#[expect(
    clippy::option_option,
    reason = "outside: whether it is wrong, inside: whether it was given, as in `parse_optional`"
)]
fn instant(
    fields: &mut Fields,
    field: &str,
    at: Option<&prost_types::Timestamp>,
) -> Option<Option<Timestamp>> {
    let Some(at) = at else { return Some(None) };
    let known = to_timestamp(at).filter(|at| (1970..10_000).contains(&chrono::Datelike::year(at)));
    if known.is_none() {
        fields.wrong(field, "OUT_OF_RANGE", "is outside of the calendar");
    }
    known.map(Some)
}

/// Text that may be empty; without control characters.
pub(super) fn text(fields: &mut Fields, field: &str, value: &str, max: usize) -> Option<String> {
    if has_control(value) {
        fields.wrong(field, "CONTROL_CHARACTER", "has control characters");
        return None;
    }
    fields
        .text_optional(field, value, max)
        .map(Option::unwrap_or_default)
}
