//! Makes submissions ready for capture: what a door received, read, with its source and scope.

use std::sync::Arc;

use bytes::Bytes;
use clock::Timestamp;
use ids::{PartnerId, StaffId, SubmissionId};
use prost::Message as _;
use proto::{campaigns::v1::ResponseRecorded, intake::v1::LeadInput};

use super::{
    App,
    capture::{Course, Named, Prepared},
};
use crate::{
    domain::{
        door::Door,
        reason::Reason,
        source::{Channel, Source},
    },
    error::Error,
    reading::{Digest, Place, Read, call, day_of, form, mail, record, response, text},
    store::{
        calls::Announced,
        submissions::{Stored, Submission},
    },
};

/// Content type of a stored record.
const RECORD: &str = "application/protobuf; proto=tributary.intake.v1.LeadInput";
/// Content type of a stored response.
const RESPONSE: &str = "application/protobuf; proto=tributary.campaigns.v1.ResponseRecorded";
/// Content type of a stored e-mail.
const MAIL: &str = "message/rfc822";
/// Content type of a stored announcement.
const CALL: &str = "application/json";
/// Characters of who took a call, and of what was noted of it, that are kept.
const AGENT_MAX: usize = 200;
const NOTE_MAX: usize = 20_000;
/// Characters of a page's address that are kept.
const REFERRER_MAX: usize = 2_000;

/// A form's post as the HTTP edge received it.
#[derive(Debug, Clone)]
pub struct FormPost {
    pub content_type: String,
    pub body: Bytes,
    pub idempotency_key: String,
    pub referrer: String,
}

/// Whose record it is.
#[derive(Debug, Clone)]
pub enum Sender {
    Partner {
        id: PartnerId,
        name: String,
        sandbox: bool,
    },
    Staff {
        id: StaffId,
        responsible: StaffId,
    },
}

/// A form's post.
pub fn form(app: &App, door: &Door, post: &FormPost) -> Prepared {
    let read = form::read(
        form::Post {
            content_type: &post.content_type,
            body: &post.body,
            idempotency_key: &post.idempotency_key,
        },
        place(app, Some(door)),
    );
    let mut source = door.source();
    source.utm = if read.utm.is_empty() {
        form::utm_of(&post.referrer)
    } else {
        read.utm
    };
    source.referral_code = if read.referral_code.is_empty() {
        form::referral_of(&post.referrer)
    } else {
        read.referral_code
    };
    let referrer = if read.referrer.is_empty() {
        &post.referrer
    } else {
        &read.referrer
    };
    source.referrer = text::line(referrer, REFERRER_MAX).text;
    let arrival = Arrival {
        content_type: post.content_type.clone(),
        raw: post.body.clone(),
        source,
    };
    through(app, door, arrival, read.read)
}

/// An e-mail.
pub fn email(app: &App, door: &Door, raw: Bytes) -> Prepared {
    let read = mail::read(&raw, place(app, Some(door)));
    let arrival = Arrival {
        content_type: MAIL.to_owned(),
        raw,
        source: door.source(),
    };
    let mut prepared = through(app, door, arrival, read.read);
    prepared.submission.message_id = read.message_id;
    prepared
}

/// An announcement of a call.
pub fn call(app: &App, door: &Door, body: Bytes) -> Prepared {
    let (read, announcement) = call::read(&body, place(app, Some(door)));
    let step = announcement.map(|it| step(app, door, it));
    let arrival = Arrival {
        content_type: CALL.to_owned(),
        raw: body,
        source: door.source(),
    };
    Prepared {
        step,
        ..through(app, door, arrival, read)
    }
}

fn step(app: &App, door: &Door, announcement: call::Announcement) -> Announced {
    Announced {
        door: door.id,
        reference: announcement.call_id,
        step: announcement.event,
        at: announcement.at.unwrap_or_else(|| app.clock.now()),
        duration_s: announcement.duration_s,
        agent: text::line(&announcement.agent, AGENT_MAX).text,
        note: text::block(&announcement.note, NOTE_MAX).text,
    }
}

/// A record that was checked; `Err` holds what is wrong with one that a stream goes on after.
pub fn record(
    app: &App,
    sender: &Sender,
    lead: &LeadInput,
    checked: &Result<(), rpc::decode::Invalid>,
) -> Prepared {
    let read = match checked {
        Ok(()) => {
            let partner = matches!(sender, Sender::Partner { .. });
            record::read(
                lead,
                Place {
                    partner,
                    ..place(app, None)
                },
            )
        }
        Err(invalid) => record::refused(lead, invalid),
    };
    let mut source = match sender {
        Sender::Partner { id, name, .. } => Source {
            partner: Some(*id),
            ..Source::new(Channel::Partner, name)
        },
        Sender::Staff { .. } => Source::new(Channel::Manual, ""),
    };
    source.campaign = record::campaign(lead);
    source.referrer = text::line(&lead.referrer, REFERRER_MAX).text;
    source.referral_code = text::line(&lead.referral_code, text::REFERRAL_MAX).text;
    if checked.is_ok() {
        source.utm = record::utm(lead);
    }
    let raw = lead.encode_to_vec().into();
    let arrival = Arrival {
        content_type: RECORD.to_owned(),
        raw,
        source,
    };
    let (scope, sandbox, responsible) = match sender {
        Sender::Partner {
            id, sandbox: true, ..
        } => (format!("{id}/test"), true, None),
        Sender::Partner { id, .. } => (id.to_string(), false, None),
        Sender::Staff { id, responsible } => {
            let because = if id == responsible {
                "entered the lead by hand"
            } else {
                "named by whoever entered the lead"
            };
            (
                id.to_string(),
                false,
                Some((*responsible, because.to_owned())),
            )
        }
    };
    let mut prepared = prepared(app, scope, arrival, read);
    prepared.submission.sandbox = sandbox;
    prepared.responsible = responsible.map(|(staff, because)| Named { staff, because });
    prepared
}

/// A positive response of a campaign's participant.
pub fn campaign_response(app: &App, message: &ResponseRecorded) -> Prepared {
    let read = response::read(message, place(app, None));
    let source = Source {
        campaign: message.campaign_id.parse().ok(),
        activity: message.activity_id.parse().ok(),
        response: message.response_id.parse().ok(),
        ..Source::new(Channel::Campaign, "")
    };
    let raw = message.encode_to_vec().into();
    let arrival = Arrival {
        content_type: RESPONSE.to_owned(),
        raw,
        source,
    };
    prepared(app, "campaigns".to_owned(), arrival, read)
}

/// A stored submission, read anew by the present rules.
pub fn again(
    app: &App,
    stored: Stored,
    door: Option<&Door>,
    course: Course,
) -> Result<Prepared, Error> {
    let Submission {
        raw,
        content_type,
        source,
        ..
    } = &stored.submission;
    let place = place(app, door);
    let read = match source.channel {
        Channel::Form => {
            let idempotency_key = stored.submission.key.as_deref().unwrap_or_default();
            form::read(
                form::Post {
                    content_type,
                    body: raw,
                    idempotency_key,
                },
                place,
            )
            .read
        }
        Channel::Email => mail::read(raw, place).read,
        Channel::Call => call::read(raw, place).0,
        Channel::Partner | Channel::Manual => {
            let partner = source.channel == Channel::Partner;
            record_again(raw, source.channel, Place { partner, ..place })
        }
        Channel::Campaign => match ResponseRecorded::decode(raw.clone()) {
            Ok(message) => response::read(&message, place),
            Err(_) => unreadable(raw),
        },
    };
    if stored.submission.sandbox {
        return Err(Error::Sandboxed);
    }
    let responsible = door.and_then(named);
    let read = placed(app, read, stored.submission.received_at);
    Ok(Prepared {
        submission: stored.submission,
        read,
        responsible,
        course,
        was: stored.identity,
        step: None,
        traceparent: telemetry::context::current(),
    })
}

/// The record with the day it arrived on, and without what is a partner's own or ours.
fn placed(app: &App, mut read: Read, at: Timestamp) -> Read {
    let record = Arc::make_mut(&mut read.record);
    let arrived = day_of(at.timestamp());
    // What is said to happen later has happened by now.
    record.day = record.day.or(arrived).min(arrived);
    record.disown(|contact| {
        let domain = contact.mailbox().map(|(_, domain)| domain);
        domain.is_some_and(|domain| app.rules.holds(domain))
    });
    read
}

fn record_again(raw: &Bytes, channel: Channel, place: Place<'_>) -> Read {
    let Ok(lead) = LeadInput::decode(raw.clone()) else {
        return unreadable(raw);
    };
    let sender = match channel {
        Channel::Partner => record::Sender::Partner,
        _ => record::Sender::Staff,
    };
    match record::check(&lead, sender) {
        Ok(()) => record::read(&lead, place),
        Err(invalid) => record::refused(&lead, &invalid),
    }
}

fn unreadable(raw: &Bytes) -> Read {
    Read::refused(
        Reason::MalformedBody,
        "the stored content is damaged",
        Digest::new().part(raw).finish(),
    )
}

struct Arrival {
    content_type: String,
    raw: Bytes,
    source: Source,
}

fn through(app: &App, door: &Door, arrival: Arrival, read: Read) -> Prepared {
    let mut prepared = prepared(app, door.id.to_string(), arrival, read);
    prepared.submission.door = Some(door.id);
    prepared.responsible = named(door);
    prepared
}

fn prepared(app: &App, scope: String, arrival: Arrival, read: Read) -> Prepared {
    let now = app.clock.now();
    let read = placed(app, read, now);
    Prepared {
        submission: Submission {
            id: SubmissionId::generate(),
            received_at: now,
            door: None,
            scope,
            key: read.key.clone(),
            content_hash: read.content_hash,
            message_id: String::new(),
            content_type: text::line(&arrival.content_type, text::NAME_MAX).text,
            raw: arrival.raw,
            source: arrival.source,
            sandbox: false,
            trace_id: telemetry::context::trace_id().unwrap_or_default(),
        },
        read,
        responsible: None,
        course: Course::Fresh,
        was: None,
        step: None,
        traceparent: telemetry::context::current(),
    }
}

fn place<'a>(app: &'a App, door: Option<&'a Door>) -> Place<'a> {
    let country = door.map_or("", |door| door.country.as_str());
    Place {
        country: if country.is_empty() {
            &app.settings.country
        } else {
            country
        },
        locale: door.map_or("", |door| door.locale.as_str()),
        topic: door.map_or("", |door| door.topic.as_str()),
        partner: false,
    }
}

fn named(door: &Door) -> Option<Named> {
    let because = format!("works what comes by {} ({})", door.kind.as_str(), door.name);
    Some(Named {
        staff: door.responsible?,
        because,
    })
}
