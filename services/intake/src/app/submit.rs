//! Submits what arrived at a door, and returns its receipt once it is committed.

use std::sync::Arc;

use bytes::Bytes;
use proto::intake::v1::LeadInput;
use rpc::decode::Invalid;

use super::{
    App,
    capture::predict,
    collector, doors,
    prepare::{self, FormPost, Sender},
};
use crate::{
    domain::{
        door::{Door, DoorKind},
        reason::Reason,
        verdict::{Receipt, Verdict},
    },
    error::Error,
    reading::{form, mail, record, text},
};

/// Submits a record of a partner.
pub async fn submit_lead(
    app: &App,
    sender: &Sender,
    lead: &LeadInput,
    validate_only: bool,
) -> Result<Receipt, Error> {
    record::check(lead, record::Sender::Partner)?;
    let prepared = prepare::record(app, sender, lead, &Ok(()));
    if validate_only {
        predict(app, &prepared).await
    } else {
        collector::submit(app, prepared).await
    }
}

/// Submits one record of a partner's stream. A bad one is stored and rejected; the stream goes on.
pub async fn stream_lead(app: &App, sender: &Sender, lead: &LeadInput) -> Result<Receipt, Error> {
    let checked = record::check(lead, record::Sender::Partner);
    let prepared = prepare::record(app, sender, lead, &checked);
    let submission = prepared.submission.clone();
    match collector::submit_patiently(app, prepared).await {
        Err(Error::KeyReused { first }) => Ok(Receipt {
            submission: first,
            verdict: Verdict::Rejected,
            reason: Some(Reason::KeyReused),
            detail: Reason::KeyReused.text().to_owned(),
            lead: None,
            replayed: false,
            sandbox: submission.sandbox,
            trace_id: submission.trace_id,
            received_at: submission.received_at,
            flags: Vec::new(),
            external_id: lead.external_id.clone(),
        }),
        answer => answer,
    }
}

/// Submits the post of a form; answers with the page to show.
pub async fn submit_form(
    app: &App,
    door_key: &str,
    origin: &str,
    post: &FormPost,
) -> Result<(Receipt, String), Error> {
    let door = open_door(app, door_key, DoorKind::Form).await?;
    if !door.admits(origin) {
        return Err(Error::OriginNotAllowed);
    }
    at_most("body", post.body.len(), form::BODY_MAX)?;
    let key = &post.idempotency_key;
    if key.chars().count() > text::KEY_MAX || text::has_control(key) {
        let description = format!("is longer than {} characters, or no text", text::KEY_MAX);
        return Err(Invalid::field("idempotency_key", "MALFORMED", description).into());
    }
    let receipt = collector::submit(app, prepare::form(app, &door, post)).await?;
    Ok((receipt, door.redirect_url.clone()))
}

/// Submits a raw e-mail.
pub async fn submit_email(app: &App, door_key: &str, message: Bytes) -> Result<Receipt, Error> {
    let door = open_door(app, door_key, DoorKind::Mailbox).await?;
    at_most("message", message.len(), mail::MESSAGE_MAX)?;
    collector::submit(app, prepare::email(app, &door, message)).await
}

/// A door that is open.
pub(super) async fn open_door(app: &App, key: &str, kind: DoorKind) -> Result<Arc<Door>, Error> {
    let fits = key.len() <= text::KEY_MAX && !text::has_control(key);
    let found = if fits {
        doors::by_key(app, key).await?
    } else {
        None
    };
    let door = found
        .filter(|door| door.kind == kind)
        .ok_or(Error::DoorNotFound)?;
    if door.active {
        Ok(door)
    } else {
        Err(Error::DoorClosed)
    }
}

pub(super) fn at_most(field: &str, length: usize, max: usize) -> Result<(), Invalid> {
    if length <= max {
        return Ok(());
    }
    Err(Invalid::field(
        field,
        "TOO_LONG",
        format!("is longer than {max} bytes"),
    ))
}
