//! `POST /doors/form/{key}`: a web form, by script or by a plain browser post.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use proto::intake::v1::{SubmitFormRequest, SubmitFormResponse};

use super::{admit, cors, form_page, intake, receipt, text};
use crate::edge::{Edge, body, pages, refusal::Refusal, reply::Problem};

/// No form that people fill in is larger.
const LARGEST_FORM: usize = 64 << 10;
const FORM: &str = "application/x-www-form-urlencoded";

/// Submits the form.
pub(in crate::edge) async fn submit(
    State(edge): State<Arc<Edge>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let by_browser = body::media_type(&parts.headers) == FORM && pages::wants_html(&parts.headers);
    let answer = post(&edge, &key, &parts, body).await;
    let mut response = match answer {
        Ok(answer) if by_browser => after_post(&edge, &parts, &answer),
        Ok(answer) => in_json(&edge, &answer).unwrap_or_else(IntoResponse::into_response),
        Err(problem) if by_browser => pages::problem(&edge, &problem),
        Err(problem) => problem.into_response(),
    };
    cors::expose(&edge, &key, &parts.headers, &mut response).await;
    response
}

async fn post(
    edge: &Edge,
    key: &str,
    parts: &Parts,
    body: Body,
) -> Result<SubmitFormResponse, Problem> {
    admit(edge, key, parts)?;
    let patience = edge.settings.body_timeout;
    let body = body::read(&parts.headers, body, LARGEST_FORM, patience).await?;
    let request = SubmitFormRequest {
        door_key: key.to_owned(),
        content_type: text(&parts.headers, "content-type")?,
        body: body.to_vec(),
        idempotency_key: text(&parts.headers, "idempotency-key")?,
        // A referrer that is no text is no reason to turn a person away.
        referrer: text(&parts.headers, "referer").unwrap_or_default(),
        origin: origin(edge, parts)?,
    };
    let answer = intake(edge).submit_form(request).await?;
    Ok(answer.into_inner())
}

/// Where the page that posts is from; nothing for our own hosted page, which every door admits.
fn origin(edge: &Edge, parts: &Parts) -> Result<String, Refusal> {
    let ours = pages::is_own_origin(edge, &parts.headers, &parts.uri);
    if ours {
        Ok(String::new())
    } else {
        text(&parts.headers, "origin")
    }
}

fn in_json(edge: &Edge, answer: &SubmitFormResponse) -> Result<Response, Refusal> {
    receipt(edge, answer.receipt.as_ref().ok_or(Refusal::Broken)?, &[])
}

/// A browser goes to the page of the door, or is thanked here.
fn after_post(edge: &Edge, parts: &Parts, answer: &SubmitFormResponse) -> Response {
    let target = &answer.redirect_url;
    if target.starts_with("https://") || target.starts_with("http://") {
        return Redirect::to(target).into_response();
    }
    form_page::thanks(edge, language(&parts.headers))
}

fn language(headers: &HeaderMap) -> &str {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default()
}
