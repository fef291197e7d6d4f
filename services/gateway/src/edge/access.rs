//! Who may open our own routes; methods have their rows in the contracts.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use ids::StaffId;
use rpc::{Identity, Role, access::Denied};
use uuid::Uuid;

use super::{Edge, address::Client, observe::Route, pages, refusal::Refusal};

const ANYONE: &[&str] = &["anyone"];
const STAFF: &[&str] = &[
    "agent",
    "head",
    "marketer",
    "key_account_manager",
    "admin",
    "auditor",
];

/// Every route besides those of the contracts, with who may open it. A route without a row is
/// closed to all.
pub(super) const ROUTES: &[(&str, &[&str])] = &[
    ("GET /", ANYONE),
    ("GET /pages.css", ANYONE),
    ("GET /openapi.json", ANYONE),
    // The application alone: the figures in it are asked for with a token.
    ("GET /console", ANYONE),
    ("GET /console/", ANYONE),
    ("GET /console/{*path}", ANYONE),
    ("GET /sign-in", ANYONE),
    ("POST /sign-in", ANYONE),
    ("POST /sign-out", ANYONE),
    ("GET /outbox", STAFF),
    ("GET /outbox/{message_id}", STAFF),
    ("GET /outbox/{message_id}/html", STAFF),
    ("GET /q/{token}", ANYONE),
    ("POST /q/{token}", ANYONE),
    ("GET /s/{token}", ANYONE),
    ("POST /s/{token}", ANYONE),
    ("GET /doors/form/{key}", ANYONE),
    ("POST /doors/form/{key}", ANYONE),
    ("OPTIONS /doors/form/{key}", ANYONE),
    ("POST /doors/email/{key}", ANYONE),
    ("POST /doors/call/{key}", ANYONE),
];

/// Lets a request through to one of our own routes if its row admits the caller.
pub(super) async fn guard(
    State(edge): State<Arc<Edge>>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let template = matched.as_str().to_owned();
    let (mut parts, body) = request.into_parts();
    let mut response = match admit(&edge, &template, &parts).await {
        Ok(identity) => {
            parts.extensions.insert(identity);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) => turn_away(refusal, &parts),
    };
    response.extensions_mut().insert(Route(template));
    response
}

async fn admit(edge: &Edge, template: &str, request: &Parts) -> Result<Identity, Refusal> {
    let method = match &request.method {
        &Method::HEAD => &Method::GET,
        method => method,
    };
    let route = format!("{method} {template}");
    if !ROUTES.iter().any(|(row, _)| *row == route) {
        return Err(Refusal::MethodNotAllowed(methods(template)));
    }
    if edge
        .doors_and_pages
        .check(&route, &Identity::Anyone)
        .is_ok()
    {
        return Ok(Identity::Anyone);
    }
    let identity = visitor(edge, request).await?;
    edge.doors_and_pages.check(&route, &identity)?;
    Ok(identity)
}

/// The methods that a route of ours takes.
fn methods(template: &str) -> Vec<Method> {
    let rows = ROUTES.iter().filter_map(|(row, _)| row.split_once(' '));
    let methods = rows
        .filter(|(_, path)| *path == template)
        .map(|(method, _)| method);
    methods.filter_map(|method| method.parse().ok()).collect()
}

/// Who looks at a page: by header, by cookie, or whoever sits at the machine of `tributary dev`.
async fn visitor(edge: &Edge, request: &Parts) -> Result<Identity, Refusal> {
    let headers = &request.headers;
    let client = request.extensions.get::<Client>().ok_or(Refusal::Broken)?;
    if headers.contains_key(header::AUTHORIZATION) {
        return edge.identify(headers, client).await;
    }
    if let Some(token) = pages::session::token(headers) {
        let session = edge.app.credentials.identify(token).await;
        // A worn-out cookie is no more than none: the visitor is asked to sign in.
        if let Ok(staff @ Identity::Staff { .. }) = session {
            return Ok(staff);
        }
    }
    if edge.dev && client.is_local(headers) {
        return Ok(Identity::Staff {
            id: nobody(),
            roles: vec![Role::Auditor],
        });
    }
    Ok(Identity::Anyone)
}

/// An id that belongs to no account.
fn nobody() -> String {
    StaffId::from_uuid(Uuid::nil()).to_string()
}

/// People are sent to sign in, programs are told.
fn turn_away(refusal: Refusal, request: &Parts) -> Response {
    let unknown = matches!(
        refusal,
        Refusal::Denied(Denied::Missing | Denied::Invalid | Denied::Expired)
    );
    let reads = request.method == Method::GET && pages::wants_html(&request.headers);
    if unknown && reads && !request.headers.contains_key(header::AUTHORIZATION) {
        return Redirect::to(&pages::session::sign_in_link(request.uri.path())).into_response();
    }
    refusal.into_response()
}

/// The text behind `authorization: Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Denied> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    // Two of them are two answers to who is calling.
    if values.next().is_some() {
        return Err(Denied::Invalid);
    }
    let text = value.to_str().map_err(|_| Denied::Invalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(Denied::Invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(Denied::Invalid);
    }
    Ok(Some(token.trim()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(values: &[&'static str], expected: Result<Option<&str>, Denied>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        assert_eq!(bearer(&headers), expected, "{values:?}");
    }

    #[test]
    fn one_bearer_is_read_and_anything_else_refused() {
        check(&[], Ok(None));
        check(&["Bearer abc"], Ok(Some("abc")));
        check(&["bearer  abc "], Ok(Some("abc")));
        check(&["Bearer abc", "Bearer abc"], Err(Denied::Invalid));
        check(&["Basic abc"], Err(Denied::Invalid));
        check(&["Bearer"], Err(Denied::Invalid));
        check(&["Bearer "], Err(Denied::Invalid));
    }
}
