//! Pages for people with a browser. They work without scripts and load nothing from elsewhere.

pub(super) mod outbox;
pub(super) mod questionnaire;
pub(super) mod session;
pub(super) mod start;
pub(super) mod survey;
pub(super) mod templates;

use axum::{
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Edge, reply::Problem, rest};
use crate::domain::locale::Locale;

const STYLE: &str = include_str!("../../templates/pages.css");

#[derive(Serialize)]
struct Trouble<'a> {
    lang: &'static str,
    code: u16,
    message: &'a str,
    reason: String,
    retry_after: Option<u64>,
    trace_id: String,
}

/// The style sheet of all pages.
pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, STYLE).into_response()
}

/// A failure as a page.
pub(super) fn problem(edge: &Edge, problem: &Problem) -> Response {
    let page = Trouble {
        lang: "en",
        code: problem.http.as_u16(),
        message: problem.status.message(),
        reason: problem.reason(),
        retry_after: problem.retry_after(),
        trace_id: telemetry::context::trace_id().unwrap_or_default(),
    };
    let mut response = edge.templates.page("problem.html", &page);
    *response.status_mut() = problem.http;
    problem.decorate(&mut response);
    response
}

/// The language of a page: asked for with `lang`, else the page's `own`, else one that the browser likes.
pub(super) fn language(uri: &Uri, own: &str, headers: &HeaderMap) -> Locale {
    let asked = rest::pairs(uri.query().unwrap_or_default()).find(|(name, _)| name == "lang");
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    asked
        .and_then(|(_, language)| Locale::parse(&language))
        .or_else(|| Locale::parse(own))
        .or_else(|| Locale::accepted(accepted.unwrap_or_default()))
        .unwrap_or_default()
}

/// The address of the page is a secret of its reader.
pub(super) fn unlisted(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        "x-robots-tag",
        HeaderValue::from_static("noindex, nofollow"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// Whether a browser asks, which shows pages rather than JSON.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Whether the page that sends this is one of ours.
pub(super) fn is_own_origin(edge: &Edge, headers: &HeaderMap, uri: &Uri) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|it| it.to_str().ok()) else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    let host = host.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let same_host = authority
        .zip(host)
        .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other));
    same_host || origin_of(&edge.settings.public_url).as_deref() == Some(origin)
}

/// Whether a page of another site makes the browser send this.
pub(super) fn is_cross_site(edge: &Edge, headers: &HeaderMap, uri: &Uri) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    headers.contains_key(header::ORIGIN) && !is_own_origin(edge, headers, uri)
}

/// The origin of an address: `https://shop.example` of `https://shop.example/thanks`.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri
        .scheme_str()
        .filter(|scheme| ["http", "https"].contains(scheme))?;
    let authority = uri.authority().filter(|it| !it.as_str().contains('@'))?;
    Some(format!("{scheme}://{authority}"))
}

/// The content policy of a page: forms go to us and to `targets`, `frames` may hold the page.
pub(super) fn csp(targets: &[String], frames: &[String]) -> Option<HeaderValue> {
    let frames: Vec<String> = frames.iter().filter_map(|frame| origin_of(frame)).collect();
    let frames = if frames.is_empty() {
        "'none'".to_owned()
    } else {
        frames.join(" ")
    };
    let targets = [&["'self'".to_owned()], targets].concat().join(" ");
    HeaderValue::try_from(format!(
        "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; \
         form-action {targets}; frame-ancestors {frames}"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_comes_before_the_path() {
        for (url, origin) in [
            (
                "https://shop.example/thanks?a=1",
                Some("https://shop.example"),
            ),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("javascript:alert(1)", None),
            ("https://user@shop.example/", None),
            ("https://shop.example; script-src *", None),
            ("/local", None),
            ("", None),
        ] {
            assert_eq!(origin_of(url).as_deref(), origin, "{url}");
        }
    }

    #[test]
    fn the_policy_names_where_forms_go_and_who_frames() {
        let policy = csp(
            &["https://shop.example".to_owned()],
            &["https://a.example/".to_owned()],
        );
        let policy = policy.unwrap();
        let text = policy.to_str().unwrap();
        assert!(
            text.contains("form-action 'self' https://shop.example;"),
            "{text}"
        );
        assert!(
            text.ends_with("frame-ancestors https://a.example"),
            "{text}"
        );
        assert!(
            csp(&[], &[])
                .unwrap()
                .to_str()
                .unwrap()
                .ends_with("frame-ancestors 'none'")
        );
    }
}
