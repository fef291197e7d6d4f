//! `POST /doors/call/{key}`: what a telephone system announces.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use proto::intake::v1::AnnounceCallRequest;
use serde_json::Value;

use super::{admit, intake, receipt, text};
use crate::edge::{Edge, body, refusal::Refusal, reply::Problem};

/// An announcement has a handful of short fields.
const LARGEST_CALL: usize = 64 << 10;

/// Announces the call. The body is signed as it is, so it is passed on as it is.
pub(in crate::edge) async fn announce(
    State(edge): State<Arc<Edge>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    post(&edge, key, &parts, body)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

async fn post(edge: &Edge, key: String, parts: &Parts, body: Body) -> Result<Response, Problem> {
    admit(edge, &key, parts)?;
    if !body::is_json(&body::media_type(&parts.headers)) {
        return Err(Refusal::MediaType("application/json").into());
    }
    let patience = edge.settings.body_timeout;
    let body = body::read(&parts.headers, body, LARGEST_CALL, patience).await?;
    let request = AnnounceCallRequest {
        door_key: key,
        body: body.to_vec(),
        timestamp: text(&parts.headers, "x-tributary-timestamp")?,
        signature: text(&parts.headers, "x-tributary-signature")?,
    };
    let answer = intake(edge).announce_call(request).await?.into_inner();
    let lead = answer
        .lead
        .as_ref()
        .and_then(|lead| edge.contracts.json(lead));
    let more = [
        ("lead", lead.unwrap_or(Value::Null)),
        ("openDealId", answer.open_deal_id.into()),
    ];
    Ok(receipt(
        edge,
        answer.receipt.as_ref().ok_or(Refusal::Broken)?,
        &more,
    )?)
}
