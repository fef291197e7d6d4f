//! The outermost layer: span, metric, limits and headers of every request.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, LazyLock},
    time::Instant,
};

use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use opentelemetry::{KeyValue, metrics::Histogram};
use rpc::TOKEN_HEADER;
use tracing::{Instrument, Span, field::Empty, info_span};

use super::{Edge, address::Client, grpc, refusal::Refusal, reply::Unread};

static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    telemetry::meter()
        .f64_histogram("http_server_duration_ms")
        .with_description(
            "How long requests took to the head of their answer, by route and status.",
        )
        .build()
});

/// Set on every answer that does not set its own.
const DEFAULTS: [(HeaderName, HeaderValue); 6] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    // Not `no-referrer`: with it browsers send forms with `Origin: null`.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The template of the route that a request took; paths themselves hold keys and tokens.
#[derive(Debug, Clone)]
pub(super) struct Route(pub(super) String);

/// Follows a request from its head to the head of its answer.
pub(super) async fn observe(
    State(edge): State<Arc<Edge>>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = method_name(request.method());
    let span = span(method, request.headers());
    let hops = edge.settings.forwarded_hops;
    let client = Client::of(request.extensions(), request.headers(), hops);
    request.extensions_mut().insert(client);
    let grpc = grpc::is_grpc(request.headers());
    let has_body = has_body(&request);

    let answer = AssertUnwindSafe(pass(&edge, request, next)).catch_unwind();
    let answer = answer.instrument(span.clone()).await;
    let mut response = span.in_scope(|| {
        let refuse = |refusal: Refusal| {
            if grpc {
                refusal.into_grpc()
            } else {
                refusal.into_response()
            }
        };
        let response = match answer {
            Ok(Ok(response)) => response,
            Ok(Err(refusal)) => refuse(refusal),
            Err(_panic) => refuse(Refusal::Broken),
        };
        trace(response)
    });
    let route = response.extensions().get::<Route>();
    let route = route.map_or_else(|| "unmatched".to_owned(), |route| route.0.clone());
    record(&span, method, route, &response, begun);
    if has_body && response.extensions().get::<Unread>().is_some() {
        // What is left of the body stands in the way of the next request. The connection ends, and
        // says so: whoever kept it for another request would lose that one.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    if !grpc {
        harden(response.headers_mut(), edge.settings.secure());
    }
    response
}

async fn pass(edge: &Edge, mut request: Request, next: Next) -> Result<Response, Refusal> {
    // Held to the head of the answer; streams are limited by connections and their number.
    let _place = edge
        .in_flight
        .try_acquire()
        .map_err(|_| Refusal::Overloaded)?;
    let from_outside = request
        .extensions()
        .get::<Client>()
        .is_some_and(Client::is_outside);
    if from_outside {
        request.headers_mut().remove(TOKEN_HEADER);
    }
    Ok(next.run(request).await)
}

/// Whether a body follows on a connection that carries one request at a time.
fn has_body(request: &Request) -> bool {
    request.version() < Version::HTTP_2 && !request.body().is_end_stream()
}

fn span(method: &'static str, headers: &HeaderMap) -> Span {
    let span = info_span!(
        parent: None,
        "http",
        otel.name = Empty,
        otel.kind = "server",
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
        trace_id = Empty,
    );
    let parent = telemetry::context::extract(headers);
    telemetry::context::set_parent(&span, parent.as_deref());
    span
}

/// Tells the sender where to look for what happened.
fn trace(mut response: Response) -> Response {
    telemetry::context::inject(response.headers_mut());
    response
}

fn record(span: &Span, method: &'static str, route: String, response: &Response, begun: Instant) {
    let status = response.status().as_u16();
    span.record("otel.name", format!("{method} {route}"));
    span.record("http.route", route.as_str());
    span.record("http.response.status_code", status);
    let labels = [
        KeyValue::new("method", method),
        KeyValue::new("route", route),
        KeyValue::new("status", i64::from(status)),
    ];
    DURATION.record(begun.elapsed().as_secs_f64() * 1_000.0, &labels);
}

fn harden(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    if secure {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HSTS);
    }
}

/// Methods are made up freely by whoever sends them; metrics must not grow with that.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
