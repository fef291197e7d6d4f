//! Answers of the shell itself to gRPC calls that no service can take.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use tower::ServiceExt;

/// gRPC's numbers for "no such method" and for "not there now, try again".
const UNIMPLEMENTED: HeaderValue = HeaderValue::from_static("12");
const UNAVAILABLE: HeaderValue = HeaderValue::from_static("14");

/// The probe of orchestrators and load balancers, open to all.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// Hands a call to the service its path names: `/tributary.<service>.v1.<Service>/<Method>`.
///
/// Not a merged router: each service's router answers unknown methods itself, and two of those
/// cannot be merged.
pub(crate) fn by_service(health: Router, routers: BTreeMap<&'static str, Router>) -> Router {
    Router::new().fallback(move |request: Request| {
        let router = match request.uri().path() {
            path if path.starts_with(HEALTH) => Some(health.clone()),
            path => service_of(path).and_then(|name| routers.get(name)).cloned(),
        };
        async move {
            match router {
                Some(router) => call(router, request).await,
                None => refusal(UNIMPLEMENTED, "no such service here"),
            }
        }
    })
}

fn service_of(path: &str) -> Option<&str> {
    Some(path.strip_prefix("/tributary.")?.split_once('.')?.0)
}

pub(crate) async fn call(router: Router, request: Request) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

pub(crate) fn unavailable(service: &str) -> Response {
    let message = format!("service {service} does not run here and upstream.{service} is not set");
    refusal(UNAVAILABLE, &message)
}

/// `message` is plain ASCII without `%`, so that it needs no escapes.
fn refusal(status: HeaderValue, message: &str) -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/grpc"),
    );
    headers.insert("grpc-status", status);
    if let Ok(message) = HeaderValue::from_str(message) {
        headers.insert("grpc-message", message);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_names_the_service() {
        for (path, service) in [
            (
                "/tributary.intake.v1.IntakeService/SubmitLead",
                Some("intake"),
            ),
            ("/grpc.health.v1.Health/Check", None),
            ("/tributary.intake", None),
            ("/", None),
        ] {
            assert_eq!(service_of(path), service, "{path}");
        }
    }
}
