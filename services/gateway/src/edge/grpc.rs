//! gRPC and gRPC-Web: calls are passed on to the services as they are, both ways.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Uri, Version, header},
    response::Response,
};
use rpc::{Channel, Code, Identity};
use service::StartError;
use tonic::Status;
use tonic_web::GrpcWebLayer;
use tower::{Layer, ServiceExt, service_fn};

use super::{Edge, address::Client, contracts::Method, observe::Route, refusal::Refusal, reply};

const HEALTH: &str = "/grpc.health.v1.Health/";
const REFLECTION: &str = "/grpc.reflection.";
const DETAILS: &str = "grpc-status-details-bin";

/// Between us and our caller only. What we say to the service is written anew.
const NOT_PASSED_ON: [header::HeaderName; 9] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::CONNECTION,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::FORWARDED,
];

/// Whether a request speaks gRPC or gRPC-Web.
pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// Answers a gRPC or gRPC-Web call.
pub(super) async fn serve(edge: Arc<Edge>, request: Request) -> Response {
    if !is_web(request.headers()) {
        return answer(&edge, request).await;
    }
    let inner = service_fn(move |request: axum::http::Request<tonic::body::Body>| {
        let edge = edge.clone();
        async move { Ok::<_, Infallible>(answer(&edge, request.map(Body::new)).await) }
    });
    match GrpcWebLayer::new().layer(inner).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

/// gRPC's health service. The edge itself is healthy as long as it answers.
pub(super) async fn health() -> Router {
    let (reporter, service) = tonic_health::server::health_reporter();
    reporter
        .set_service_status("", tonic_health::ServingStatus::Serving)
        .await;
    tonic::service::Routes::new(service).into_axum_router()
}

/// Reflection of all contracts, in both versions that clients ask for.
pub(super) fn reflection() -> Result<Router, StartError> {
    let failed = |error| StartError::other("reflection", error);
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTOR_SET)
    };
    Ok(
        tonic::service::Routes::new(builder().build_v1().map_err(failed)?)
            .add_service(builder().build_v1alpha().map_err(failed)?)
            .into_axum_router(),
    )
}

fn is_web(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc-web"))
}

async fn answer(edge: &Edge, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let (mut response, route) = if path.starts_with(HEALTH) {
        (local(&edge.health, request).await, "grpc.health")
    } else if path.starts_with(REFLECTION)
        && let Some(reflection) = &edge.reflection
    {
        (local(reflection, request).await, "grpc.reflection")
    } else {
        match edge.contracts.method(&path) {
            Some(method) => (call(edge, method, request).await, method.path),
            None => (Refusal::MethodUnknown.into_grpc(), "grpc.unknown"),
        }
    };
    response.extensions_mut().insert(Route(route.to_owned()));
    response
}

async fn local(router: &Router, request: Request) -> Response {
    match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn call(edge: &Edge, method: &Method, request: Request) -> Response {
    let Some(client) = request.extensions().get::<Client>() else {
        return Refusal::Broken.into_grpc();
    };
    match edge.admit(method.path, request.headers(), client).await {
        Ok(identity) => forward(edge, method, identity, request).await,
        Err(refusal) => refusal.into_grpc(),
    }
}

async fn forward(edge: &Edge, method: &Method, identity: Identity, request: Request) -> Response {
    let channel = edge.channel(method.service, identity);
    let request = outgoing(method, request);
    let response = match send(channel, request).await {
        Ok(response) => response.map(Body::new),
        Err(status) => return reply::named(status).into_http::<Body>(),
    };
    // A way that leads nowhere says so without a reason.
    match Status::from_header_map(response.headers()) {
        Some(status)
            if status.code() == Code::Unavailable && !response.headers().contains_key(DETAILS) =>
        {
            reply::named(status).into_http::<Body>()
        }
        _ => response,
    }
}

fn outgoing(method: &Method, request: Request) -> axum::http::Request<tonic::body::Body> {
    let (mut parts, body) = request.into_parts();
    parts.uri = Uri::from_static(method.path);
    parts.version = Version::HTTP_2;
    parts.extensions.clear();
    for name in NOT_PASSED_ON {
        parts.headers.remove(name);
    }
    parts.headers.remove("x-forwarded-for");
    parts.headers.remove(rpc::TOKEN_HEADER);
    parts
        .headers
        .insert(header::TE, HeaderValue::from_static("trailers"));
    axum::http::Request::from_parts(parts, tonic::body::Body::new(body))
}

async fn send(
    channel: Channel,
    request: axum::http::Request<tonic::body::Body>,
) -> Result<axum::http::Response<tonic::body::Body>, Status> {
    channel
        .oneshot(request)
        .await
        .map_err(Status::from_error)
        .map_err(|status| {
            // What the transport says names hosts and ports, which are nobody's business outside.
            match status.code() {
                Code::DeadlineExceeded => Status::deadline_exceeded("the service took too long"),
                _ => Status::unavailable("the service cannot be reached"),
            }
        })
}
