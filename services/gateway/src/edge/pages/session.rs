//! Signing in with a browser: the session lies in a cookie that scripts cannot read.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;

use super::{is_cross_site, problem};
use crate::{
    app::sign_in::{Session, sign_in as begin},
    edge::{Edge, SIGN_IN, address::Client, body, refusal::Refusal, reply::Problem, rest},
    error::Error,
};

const COOKIE: &str = "tributary_session";
/// Browsers take a cookie of this name only over TLS and for this host alone.
const SECURE_COOKIE: &str = "__Host-tributary_session";
const LARGEST_FORM: usize = 4 << 10;
const LONGEST_FIELD: usize = 254;

#[derive(Serialize)]
struct Page<'a> {
    lang: &'static str,
    next: &'a str,
    failed: bool,
}

/// The session in the cookie.
pub(in crate::edge) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            [COOKIE, SECURE_COOKIE].contains(&name).then_some(value)
        })
}

/// The way to sign in and come back.
pub(in crate::edge) fn sign_in_link(path: &str) -> String {
    let path = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
    format!("/sign-in?next={path}")
}

/// Shows the form.
pub(in crate::edge) async fn show(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let next = next(request.uri().query().unwrap_or_default());
    edge.templates.page(
        "sign_in.html",
        &Page {
            lang: "en",
            next: &next,
            failed: false,
        },
    )
}

/// Begins a session.
pub(in crate::edge) async fn sign_in(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = match read(&edge, &parts, body).await {
        Ok(form) => form,
        Err(refusal) => return problem(&edge, &Problem::from(refusal)),
    };
    let next = next(&form);
    match check(&edge, &parts, &form).await {
        Ok(session) => {
            let age = edge.settings.session.as_secs();
            with_cookie(
                Redirect::to(&next).into_response(),
                &edge,
                &session.token,
                age,
            )
        }
        Err(Refusal::Credentials(Error::CredentialsInvalid)) => {
            let page = Page {
                lang: "en",
                next: &next,
                failed: true,
            };
            let mut response = edge.templates.page("sign_in.html", &page);
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            response
        }
        Err(refusal) => problem(&edge, &Problem::from(refusal)),
    }
}

/// Ends the session in this browser.
pub(in crate::edge) async fn sign_out(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    if is_cross_site(&edge, request.headers(), request.uri()) {
        return problem(&edge, &Problem::from(Refusal::CrossSite));
    }
    with_cookie(Redirect::to("/").into_response(), &edge, "", 0)
}

async fn read(edge: &Edge, parts: &Parts, body: Body) -> Result<String, Refusal> {
    if is_cross_site(edge, &parts.headers, &parts.uri) {
        return Err(Refusal::CrossSite);
    }
    let patience = edge.settings.body_timeout;
    let bytes = body::read(&parts.headers, body, LARGEST_FORM, patience).await?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Refusal::BodyBroken)
}

async fn check(edge: &Edge, parts: &Parts, form: &str) -> Result<Session, Refusal> {
    let client = parts.extensions.get::<Client>().ok_or(Refusal::Broken)?;
    edge.admit(SIGN_IN, &parts.headers, client).await?;
    let value = |wanted: &str| {
        rest::pairs(form)
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    let fields = value("email").zip(value("password"));
    let fits = |text: &str| text.len() <= LONGEST_FIELD && !text.chars().any(char::is_control);
    let fields = fields.filter(|(email, password)| fits(email) && fits(password));
    let Some((email, password)) = fields else {
        return Err(Refusal::Credentials(Error::CredentialsInvalid));
    };
    begin(&edge.app, &email, password)
        .await
        .map_err(Refusal::Credentials)
}

/// Where to go afterwards: a page of ours and nothing else.
fn next(pairs: &str) -> String {
    let wanted = rest::pairs(pairs)
        .find(|(name, _)| name == "next")
        .map(|(_, value)| value);
    let local = |path: &String| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
    };
    wanted.filter(local).unwrap_or_else(|| "/outbox".to_owned())
}

fn with_cookie(mut response: Response, edge: &Edge, value: &str, max_age: u64) -> Response {
    let (name, secure) = if edge.settings.secure() {
        (SECURE_COOKIE, "; Secure")
    } else {
        (COOKIE, "")
    };
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_sent_to_our_own_pages_only() {
        for (query, expected) in [
            ("next=%2Foutbox%2Fmesg_1", "/outbox/mesg_1"),
            ("next=https%3A%2F%2Fevil.example", "/outbox"),
            ("next=%2F%2Fevil.example", "/outbox"),
            ("next=%2F%5Cevil.example", "/outbox"),
            ("next=%2Fa%0D%0Ab", "/outbox"),
            ("", "/outbox"),
        ] {
            assert_eq!(next(query), expected, "{query}");
        }
        assert_eq!(
            next(sign_in_link("/outbox/a").split_once('?').unwrap().1),
            "/outbox/a"
        );
    }

    #[test]
    fn the_session_is_found_among_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=b; tributary_session=x.y.z"),
        );
        assert_eq!(token(&headers), Some("x.y.z"));
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("not_tributary_session=x"),
        );
        assert_eq!(token(&headers), None);
    }
}
