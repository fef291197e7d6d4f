//! `POST /doors/email/{key}`: a mail as it was received.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, header::CONTENT_LENGTH, request::Parts},
    response::{IntoResponse, Response},
};
use proto::intake::v1::SubmitEmailRequest;

use super::{admit, intake, receipt};
use crate::edge::{Edge, body, refusal::Refusal, reply::Problem};

/// What mail servers take from one another.
const LARGEST_MAIL: usize = 25 << 20;

/// Up to here a mail takes no more memory than any other request.
const SMALL_MAIL: usize = 256 << 10;

/// Whether the mail says that it is small; the server takes no more than what it says.
fn is_small(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    length
        .and_then(|it| it.parse::<usize>().ok())
        .is_some_and(|length| length <= SMALL_MAIL)
}

/// Submits the mail.
pub(in crate::edge) async fn submit(
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
    if body::media_type(&parts.headers) != "message/rfc822" {
        return Err(Refusal::MediaType("message/rfc822").into());
    }
    let _place = if is_small(&parts.headers) {
        None
    } else {
        Some(edge.mails.try_acquire().map_err(|_| Refusal::Overloaded)?)
    };
    let patience = edge.settings.body_timeout;
    let message = body::read(&parts.headers, body, LARGEST_MAIL, patience).await?;
    let request = SubmitEmailRequest {
        door_key: key,
        message: message.to_vec(),
    };
    let answer = intake(edge).submit_email(request).await?.into_inner();
    Ok(receipt(
        edge,
        answer.receipt.as_ref().ok_or(Refusal::Broken)?,
        &[],
    )?)
}
