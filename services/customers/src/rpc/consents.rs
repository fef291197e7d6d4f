//! Consents over gRPC: what is asked, and what is answered.

use chrono::{DateTime, TimeDelta, Utc};
use ids::{ConsentId, StaffId};
use proto::{
    convert::{timestamp, to_timestamp},
    customers::v1 as pb,
};
use rpc::{
    decode::{Fields, Invalid},
    page,
};

use crate::{
    app::{App, record_consent::RecordConsent},
    domain::consent::{About, CHANNELS, Consent, Merged, PURPOSES, State},
    error::Error,
    store::{consents, persons},
};

const CONTACT: usize = 500;
const PROOF: usize = 20_000;
/// Clocks of callers may be so much ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

pub(super) fn record(
    request: &pb::RecordConsentRequest,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<RecordConsent, Invalid> {
    let mut fields = Fields::new();
    let person = fields.parse("person_id", &request.person_id);
    let consent = fields.require("consent", request.consent.as_ref());
    let told = consent.and_then(|it| fields.nested("consent", |fields| statement(fields, it, now)));
    fields.finish(|| {
        let told = told?;
        Some(RecordConsent {
            id: told.id,
            person: person?,
            about: told.about,
            state: told.state,
            source: told.source,
            proof: told.proof,
            stated_at: told.stated_at,
            by,
        })
    })
}

struct Statement {
    id: ConsentId,
    about: About,
    state: State,
    source: String,
    proof: String,
    stated_at: Option<DateTime<Utc>>,
}

fn statement(fields: &mut Fields, consent: &pb::Consent, now: DateTime<Utc>) -> Option<Statement> {
    let id = fields.parse_optional("consent_id", &consent.consent_id);
    let channel = one_of(fields, "channel", &consent.channel, CHANNELS);
    let purpose = match consent.purpose.as_str() {
        "" => Some(String::new()),
        purpose => one_of(fields, "purpose", purpose, PURPOSES),
    };
    let contact = fields.text_optional("contact", &consent.contact, CONTACT);
    let state = match consent.state() {
        pb::ConsentState::Given => Some(State::Given),
        pb::ConsentState::Refused => Some(State::Refused),
        pb::ConsentState::Unspecified => fields.require("state", None),
    };
    let source = fields.text("source", &consent.source, CONTACT);
    let proof = fields.text_optional("proof", &consent.proof, PROOF);
    let stated_at = match consent.stated_at.as_ref() {
        None => Some(None),
        Some(at) => fields
            .read("stated_at", to_timestamp(at).ok_or("is no instant"))
            .map(Some),
    };
    if stated_at.flatten().is_some_and(|at| at > now + AHEAD) {
        fields.wrong("stated_at", "IN_FUTURE", "is in the future");
    }
    Some(Statement {
        id: id?.unwrap_or_else(ConsentId::generate),
        about: About::new(channel?, purpose?, &contact?.unwrap_or_default()),
        state: state?,
        source: source?,
        proof: proof?.unwrap_or_default(),
        stated_at: stated_at?,
    })
}

fn one_of(fields: &mut Fields, field: &str, text: &str, known: &[&str]) -> Option<String> {
    if known.contains(&text) {
        return Some(text.to_owned());
    }
    let description = format!("is none of {}", known.join(", "));
    fields.wrong(field, "UNKNOWN", description);
    None
}

pub(super) async fn list(
    app: &App,
    request: pb::ListConsentsRequest,
) -> Result<pb::ListConsentsResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = page::decode(&request.page_token)?;
    let person = super::one("person_id", &request.person_id)?;
    let db = app.outbox.database().reader();
    let known = persons::find(db, person).await?;
    known.ok_or(Error::PersonNotFound(person))?;
    let rows = consents::page(db, person, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.revision);
    Ok(pb::ListConsentsResponse {
        consents: rows.iter().map(consent).collect(),
        next_page_token,
    })
}

pub(super) fn consent(consent: &Consent) -> pb::Consent {
    pb::Consent {
        consent_id: consent.id.to_string(),
        person_id: consent.person.to_string(),
        channel: consent.about.channel.clone(),
        purpose: consent.about.purpose.clone(),
        contact: consent.about.contact.clone(),
        state: state(consent.state).into(),
        source: consent.source.clone(),
        proof: consent.proof.clone(),
        stated_at: Some(timestamp(consent.stated_at)),
        recorded_by: consent.by.map(|id| id.to_string()).unwrap_or_default(),
        recorded_at: Some(timestamp(consent.recorded_at)),
    }
}

pub(super) fn merged(merged: Merged) -> pb::MergedConsent {
    pb::MergedConsent {
        channel: merged.about.channel,
        purpose: merged.about.purpose,
        contact: merged.about.contact,
        state: state(merged.state).into(),
        person_ids: merged.persons.iter().map(ToString::to_string).collect(),
    }
}

fn state(state: State) -> pb::ConsentState {
    match state {
        State::Given => pb::ConsentState::Given,
        State::Refused => pb::ConsentState::Refused,
    }
}
