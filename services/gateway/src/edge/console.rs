//! `/console/`: the browser application. What it shows, it asks for over gRPC-Web like anybody else.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use console::File;

use super::{pages, refusal::Refusal};

/// Scripts, styles and calls go to our own origin alone. Positions are set as style attributes, by scripts.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");

/// Sends to the address with the slash, which the paths of the application are relative to.
pub(super) async fn enter() -> Redirect {
    Redirect::permanent("/console/")
}

/// The page that every screen begins with.
pub(super) async fn index(headers: HeaderMap) -> Response {
    match console::index() {
        Some(file) => serve(file, &headers),
        None => Refusal::Broken.into_response(),
    }
}

/// A file or, for the address of a screen, the page that shows it. What is not there as a file is no page: a program
/// that asks for it would take the page for the answer.
pub(super) async fn show(Path(path): Path<String>, headers: HeaderMap) -> Response {
    if let Some(file) = console::file(&path) {
        return serve(file, &headers);
    }
    if path.starts_with(console::ASSETS) || !pages::wants_html(&headers) {
        return Refusal::RouteUnknown.into_response();
    }
    index(headers).await
}

fn serve(file: &'static File, asked: &HeaderMap) -> Response {
    let lasting = if file.is_lasting() {
        FOR_EVER
    } else {
        ASK_AGAIN
    };
    let mut headers = HeaderMap::from_iter([
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, lasting),
        (header::ETAG, HeaderValue::from_static(file.etag)),
        (header::VARY, VARY),
    ]);
    if names(asked, &header::IF_NONE_MATCH, file.etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(file.media_type),
    );
    let packed = file
        .gzip
        .filter(|_| names(asked, &header::ACCEPT_ENCODING, "gzip"));
    if packed.is_some() {
        headers.insert(header::CONTENT_ENCODING, GZIP);
    }
    (headers, packed.unwrap_or(file.bytes)).into_response()
}

/// Whether a header lists a value. What is marked as weak is the same for us; what has a weight of nothing is not wanted.
fn names(headers: &HeaderMap, name: &HeaderName, value: &str) -> bool {
    let lines = headers
        .get_all(name)
        .iter()
        .filter_map(|it| it.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|entry| {
        let (entry, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        entry.trim().trim_start_matches("W/") == value && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_what_it_lists_and_does_not_refuse() {
        let check = |text: &'static str, expected: bool| {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
            let found = names(&headers, &header::ACCEPT_ENCODING, "gzip");
            assert_eq!(found, expected, "{text}");
        };
        check("gzip", true);
        check("br, gzip;q=0.8", true);
        check("gzip; q=0", false);
        check("br", false);
        check("", false);
        let weak = HeaderMap::from_iter([(
            header::IF_NONE_MATCH,
            HeaderValue::from_static("\"one\", W/\"two\""),
        )]);
        assert!(names(&weak, &header::IF_NONE_MATCH, "\"two\""));
    }
}
