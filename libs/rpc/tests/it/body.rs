//! Requests that are too large.

use std::time::Duration;

use axum::{Router, body::Bytes, routing::post};
use http::{Request, StatusCode};
use rpc::{
    Channel, Code, explain,
    listener::{Limits, limit_body},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tonic_health::pb::HealthCheckRequest;
use tower::ServiceExt;

use crate::sample::{Sample, Served, client, keys, service};

const MOST: usize = 1_000;

fn swallow() -> Router {
    let swallow = |body: Bytes| async move { body.len().to_string() };
    limit_body(Router::new().route("/", post(swallow)), MOST)
}

async fn post_of(size: usize, announced: bool) -> StatusCode {
    let mut request = Request::post("/");
    if announced {
        request = request.header("content-length", size);
    }
    let request = request.body(axum::body::Body::from(vec![0; size])).unwrap();
    swallow().oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn a_request_up_to_the_limit_passes() {
    assert_eq!(post_of(MOST, true).await, StatusCode::OK);
    assert_eq!(post_of(MOST, false).await, StatusCode::OK);
}

#[tokio::test]
async fn a_larger_one_is_refused_whether_it_says_so_or_not() {
    let too_large = StatusCode::PAYLOAD_TOO_LARGE;
    assert_eq!(post_of(MOST + 1, true).await, too_large);
    assert_eq!(post_of(MOST + 1, false).await, too_large);
}

#[tokio::test]
async fn a_large_announcement_is_refused_before_the_body_comes() {
    let served = Served::start(swallow(), Limits::default()).await;
    let mut peer = TcpStream::connect(served.address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 999999999999\r\n\r\n";
    peer.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    let read = timeout(Duration::from_secs(5), peer.read_exact(&mut answer)).await;
    read.expect("an answer comes").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn a_grpc_caller_learns_it_in_its_own_way() {
    let router = limit_body(Sample::new().router(), MOST);
    let channel = Channel::in_process(router).acting_as(&keys(), service());
    let request = HealthCheckRequest {
        service: "x".repeat(MOST),
    };
    let status = client(channel).check(request).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert_eq!(explain(&status).reason, "BODY_TOO_LARGE");
}
