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
    app::{capture::Order, doors, prepare::Sender},
    domain::{
        contact::ContactKind,
        door::{Door, DoorKind},
        lead::{Amount, CardUpdate, NewDeal, Outcome, RecordOutcome, State, Temperature},
        source::Channel,
        verdict::Verdict,
    },
    error::Error,
    reading::text::{NAME_MAX, TEXT_MAX, has_control},
    store::{leads, submissions},
};

/// Origins of one form.
const ORIGINS_MAX: usize = 50;
/// Characters of a page's address.
const URL_MAX: usize = 2_000;

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

pub(super) fn new_door(request: v1::CreateDoorRequest, now: Timestamp) -> Result<Door, Error> {
    let mut fields = Fields::new();
    let door = fields.require("door", request.door).unwrap_or_default();
    let read = fields.nested("door", |fields| {
        let id = fields.parse_optional("door_id", &door.door_id);
        let kind = match door.kind() {
            v1::DoorKind::Unspecified => fields.require("kind", None),
            v1::DoorKind::Form => Some(DoorKind::Form),
            v1::DoorKind::Mailbox => Some(DoorKind::Mailbox),
            v1::DoorKind::Line => Some(DoorKind::Line),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if door.key.len() > 100 || !door.key.chars().all(plain) {
            let description = "must have at most 100 letters, digits, `-` and `_`";
            fields.wrong("key", "MALFORMED", description);
        }
        let facts = door_facts(fields, &door);
        let blank = doors::blank(id?, kind?, &door.key, now);
        Some(Door {
            active: true,
            ..facts?.over(blank)
        })
    });
    Ok(fields.finish(|| read)?)
}

pub(super) fn changed_door(request: v1::UpdateDoorRequest) -> Result<Door, Error> {
    let mut fields = Fields::new();
    let door = fields.require("door", request.door).unwrap_or_default();
    let read = fields.nested("door", |fields| {
        let id: Option<DoorId> = fields.parse("door_id", &door.door_id);
        let facts = door_facts(fields, &door);
        // Kind, key and secret are those of the stored door.
        let blank = doors::blank(Some(id?), DoorKind::Form, "unused", Timestamp::default());
        Some(Door {
            active: door.active,
            ..facts?.over(blank)
        })
    });
    Ok(fields.finish(|| read)?)
}

/// What may be changed of a door.
struct DoorFacts {
    name: String,
    campaign: Option<ids::CampaignId>,
    activity: Option<ids::ActivityId>,
    topic: String,
    locale: String,
    country: String,
    responsible: Option<StaffId>,
    allowed_origins: Vec<String>,
    redirect_url: String,
}

impl DoorFacts {
    fn over(self, door: Door) -> Door {
        Door {
            name: self.name,
            campaign: self.campaign,
            activity: self.activity,
            topic: self.topic,
            locale: self.locale,
            country: self.country,
            responsible: self.responsible,
            allowed_origins: self.allowed_origins,
            redirect_url: self.redirect_url,
            ..door
        }
    }
}

fn door_facts(fields: &mut Fields, door: &v1::Door) -> Option<DoorFacts> {
    let name = text(fields, "name", &door.name, NAME_MAX);
    if door.name.trim().is_empty() {
        fields.wrong("name", "REQUIRED", "is required");
    }
    let campaign = fields.parse_optional("campaign_id", &door.campaign_id);
    let activity = fields.parse_optional("activity_id", &door.activity_id);
    let topic = text(fields, "topic", &door.topic, NAME_MAX);
    let locale = text(fields, "locale", &door.locale, 10);
    let country = text(fields, "country", &door.country, 2);
    let responsible = fields.parse_optional("responsible_id", &door.responsible_id);
    let redirect_url = text(fields, "redirect_url", &door.redirect_url, URL_MAX);
    let is_page = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if !door.redirect_url.is_empty() && !is_page(&door.redirect_url) {
        fields.wrong(
            "redirect_url",
            "MALFORMED",
            "must begin with https:// or http://",
        );
    }
    if door.allowed_origins.len() > ORIGINS_MAX {
        let description = format!("has more than {ORIGINS_MAX} entries");
        fields.wrong("allowed_origins", "TOO_MANY", description);
    }
    let origins = door.allowed_origins.iter().take(ORIGINS_MAX);
    let allowed_origins: Vec<String> = origins
        .filter_map(|origin| text(fields, "allowed_origins", origin, NAME_MAX))
        .collect();
    Some(DoorFacts {
        name: name?,
        campaign: campaign?,
        activity: activity?,
        topic: topic?,
        locale: locale?,
        country: country?,
        responsible: responsible?,
        allowed_origins,
        redirect_url: redirect_url?,
    })
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
fn text(fields: &mut Fields, field: &str, value: &str, max: usize) -> Option<String> {
    if has_control(value) {
        fields.wrong(field, "CONTROL_CHARACTER", "has control characters");
        return None;
    }
    fields
        .text_optional(field, value, max)
        .map(Option::unwrap_or_default)
}
