//! Calls and events between services.

use axum::{body::to_bytes, http::Request};
use rpc::{Channel, Identity};
use service::Running;
use tower::ServiceExt;

use crate::probe::{self, PATIENCE, PING};
use testkit::eventually;

/// (gRPC status, body) of a call; a plain answer of the service has no status.
async fn call(channel: Channel, path: &str) -> (Option<String>, String) {
    let uri = format!("http://probe{path}");
    let request = Request::builder()
        .uri(uri)
        .body(tonic::body::Body::empty())
        .unwrap();
    let response = channel.oneshot(request).await.unwrap();
    let status = response.headers().get("grpc-status");
    let status = status.map(|status| status.to_str().unwrap().to_owned());
    let body = to_bytes(axum::body::Body::new(response.into_body()), 1_000)
        .await
        .unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn as_service(running: &Running, channel: Channel) -> Channel {
    channel.acting_as(
        running.keys(),
        Identity::Service {
            name: "deals".to_owned(),
        },
    )
}

#[tokio::test]
async fn a_call_within_the_process_passes_the_policy() {
    let (running, _data) = probe::started(&[]).await;
    let channel = running.channels().to("probe");
    let unauthenticated = Some("16".to_owned());
    assert_eq!(call(channel.clone(), PING).await.0, unauthenticated);
    assert_eq!(
        call(as_service(&running, channel), PING).await,
        (None, "pong".to_owned())
    );
    running.stop().await;
}

#[tokio::test]
async fn a_call_over_the_internal_port_passes_the_policy() {
    let (running, _data) = probe::started(&[]).await;
    let channel = || Channel::connect_lazy(&probe::internal(&running, "")).unwrap();
    assert_eq!(call(channel(), PING).await.0, Some("16".to_owned()));
    assert_eq!(
        call(as_service(&running, channel()), PING).await,
        (None, "pong".to_owned())
    );
    let (status, _) = call(channel(), "/tributary.deals.v1.DealsService/GetDeal").await;
    assert_eq!(
        status,
        Some("12".to_owned()),
        "a service that is not here is not implemented"
    );
    running.stop().await;
}

#[tokio::test]
async fn a_service_that_is_nowhere_is_unavailable() {
    let (running, _data) = probe::started(&[]).await;
    assert_eq!(
        call(running.channels().to("deals"), PING).await.0,
        Some("14".to_owned())
    );
    running.stop().await;
}

#[tokio::test]
async fn an_event_reaches_its_consumer() {
    let (running, _data) = probe::started(&[]).await;
    probe::say(&running, "hello").await;
    eventually(PATIENCE, async || probe::words(&running).await == ["hello"]).await;
    assert!(running.stop().await.cleanly());
}
