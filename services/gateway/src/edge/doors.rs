//! Doors: what the outside posts over HTTP goes to intake, which stores it and judges it.

pub(super) mod call;
pub(super) mod cors;
pub(super) mod directory;
pub(super) mod email;
pub(super) mod form;
pub(super) mod form_page;
mod texts;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Instant,
};

use axum::{
    Json,
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use proto::intake::v1::{Receipt, Verdict, intake_service_client::IntakeServiceClient};
use rpc::{Channel, decode::Invalid};
use serde_json::Value;

use super::{Edge, address::Client, refusal::Refusal};

const LONGEST_KEY: usize = 200;

/// Lets a sender through to a door, or tells it to slow down.
fn admit(edge: &Edge, key: &str, parts: &Parts) -> Result<(), Refusal> {
    if key.is_empty() || key.len() > LONGEST_KEY || key.chars().any(char::is_control) {
        return Err(Refusal::DoorUnknown);
    }
    let client = parts.extensions.get::<Client>().ok_or(Refusal::Broken)?;
    let mut door = DefaultHasher::new();
    key.hash(&mut door);
    let sender = (client.bucket(), door.finish());
    edge.posts
        .take(sender, Instant::now())
        .map_err(Refusal::TooMany)
}

fn intake(edge: &Edge) -> IntakeServiceClient<Channel> {
    IntakeServiceClient::new(edge.inside("intake"))
}

/// A header as text; empty when there is none.
fn text(headers: &HeaderMap, name: &'static str) -> Result<String, Refusal> {
    match headers.get(name).map(|value| value.to_str()) {
        None => Ok(String::new()),
        Some(Ok(text)) => Ok(text.to_owned()),
        Some(Err(_)) => Err(Invalid::field(name, "MALFORMED", "is not plain text").into()),
    }
}

/// The receipt as JSON: 201 when it made a lead, 200 when it was stored with another verdict or
/// is the first answer again.
fn receipt(edge: &Edge, receipt: &Receipt, more: &[(&str, Value)]) -> Result<Response, Refusal> {
    let created = receipt.verdict() == Verdict::Created && !receipt.replayed;
    let mut json = edge.contracts.json(receipt).ok_or(Refusal::Broken)?;
    for (name, value) in more {
        if let Some(object) = json.as_object_mut() {
            object.insert((*name).to_owned(), value.clone());
        }
    }
    let status = if created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(json)).into_response())
}
