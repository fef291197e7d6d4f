//! Which pages of other sites may post a form by script.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use proto::intake::v1::Door;

use crate::edge::{Edge, refusal::Refusal};

const METHODS: HeaderValue = HeaderValue::from_static("POST");
const HEADERS: HeaderValue = HeaderValue::from_static("content-type, idempotency-key, traceparent");
const EXPOSED: HeaderValue = HeaderValue::from_static("retry-after, traceparent");
/// Short, so that an origin taken from a door soon loses its way in.
const MAX_AGE: HeaderValue = HeaderValue::from_static("60");

/// Answers a browser that asks before it posts.
pub(in crate::edge) async fn preflight(
    State(edge): State<Arc<Edge>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let door = match edge.directory.form(&edge, &key).await {
        Ok(door) => door,
        Err(refusal) => return refusal.into_response(),
    };
    let origin = request.headers().get(header::ORIGIN);
    let Some(origin) = origin.filter(|origin| admits(&door, origin)) else {
        return Refusal::OriginNotAllowed.into_response();
    };
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()),
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        (header::VARY, HeaderValue::from_static("origin")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Lets the page that posted read the answer, if it is one of the door's.
pub(super) async fn expose(edge: &Edge, key: &str, sent: &HeaderMap, response: &mut Response) {
    let Some(origin) = sent.get(header::ORIGIN) else {
        return;
    };
    let door = edge.directory.form(edge, key).await;
    if !door.is_ok_and(|door| admits(&door, origin)) {
        return;
    }
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}

fn admits(door: &Door, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let same = |allowed: &String| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin);
    door.allowed_origins.is_empty() || door.allowed_origins.iter().any(same)
}
