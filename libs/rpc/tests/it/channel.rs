//! The channel, in one process and over a socket alike.

use std::time::Duration;

use rpc::{Channel, Code, listener::Limits};
use tokio::{net::TcpListener, time::timeout};
use tonic::Streaming;
use tonic_health::pb::HealthCheckResponse;
use tracing::Instrument;

use crate::sample::{PATIENCE, Sample, Served, ask, client, keys, service};

/// Longer than a call takes, shorter than anybody's patience.
const SHORT: Duration = Duration::from_millis(200);

async fn next(stream: &mut Streaming<HealthCheckResponse>) -> Result<i32, Code> {
    let message = timeout(PATIENCE, stream.message()).await;
    let message = message.expect("the stream goes on or ends");
    match message {
        Ok(message) => Ok(message.expect("the stream does not end by itself").status),
        Err(status) => Err(status.code()),
    }
}

async fn a_call_carries_token_trace_and_deadline(sample: &Sample, channel: Channel) {
    let _telemetry = telemetry::init(&telemetry::Settings::default()).unwrap();
    let channel = channel
        .acting_as(&keys(), service())
        .with_deadline(Duration::from_secs(7));
    let span = tracing::info_span!("caller");
    let call = async {
        client(channel).check(ask()).await.unwrap();
        telemetry::context::trace_id().expect("the span has a trace")
    };
    let trace = call.instrument(span).await;
    let seen = sample.last_seen();
    assert_eq!(seen.identity, service());
    assert_eq!(seen.trace, Some(trace));
    let remaining = seen.remaining.expect("the call has a deadline");
    assert!(remaining <= Duration::from_secs(7), "{remaining:?}");
    assert!(remaining > Duration::from_secs(1), "{remaining:?}");
}

#[tokio::test]
async fn a_call_in_process_carries_token_trace_and_deadline() {
    let sample = Sample::new();
    let channel = Channel::in_process(sample.router());
    a_call_carries_token_trace_and_deadline(&sample, channel).await;
}

#[tokio::test]
async fn a_call_over_a_socket_carries_token_trace_and_deadline() {
    let sample = Sample::new();
    let served = Served::start(sample.router(), Limits::default()).await;
    a_call_carries_token_trace_and_deadline(&sample, served.channel()).await;
}

async fn a_stream_outlasts_the_default_deadline(sample: &Sample, channel: Channel) {
    let channel = channel.acting_as(&keys(), service()).with_deadline(SHORT);
    let mut client = client(channel);
    let mut stream = client.watch(ask()).await.unwrap().into_inner();
    assert_eq!(next(&mut stream).await, Ok(1));
    // A call that fails at the same deadline, begun later, shows that it is over.
    sample.shut();
    let late = client.check(ask()).await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    sample.set_not_serving().await;
    assert_eq!(next(&mut stream).await, Ok(2));
}

#[tokio::test]
async fn a_stream_in_process_outlasts_the_default_deadline() {
    let sample = Sample::new();
    let channel = Channel::in_process(sample.router());
    a_stream_outlasts_the_default_deadline(&sample, channel).await;
}

#[tokio::test]
async fn a_stream_over_a_socket_outlasts_the_default_deadline() {
    let sample = Sample::new();
    let served = Served::start(sample.router(), Limits::default()).await;
    a_stream_outlasts_the_default_deadline(&sample, served.channel()).await;
}

#[tokio::test]
async fn a_stream_ends_at_a_deadline_set_for_it() {
    let sample = Sample::new();
    let channel = Channel::in_process(sample.router());
    let mut request = tonic::Request::new(ask());
    request.set_timeout(SHORT);
    let stream = client(channel).watch(request).await;
    let mut stream = stream.unwrap().into_inner();
    assert_eq!(next(&mut stream).await, Ok(1));
    assert_eq!(next(&mut stream).await, Err(Code::DeadlineExceeded));
}

#[tokio::test]
async fn a_call_made_for_another_waits_no_longer_than_that_one() {
    let inner = Sample::new();
    let channel = Channel::in_process(inner.router()).acting_as(&keys(), service());
    let outer = Sample::new().bare().layer(axum::middleware::from_fn(
        move |request: axum::extract::Request, next: axum::middleware::Next| {
            let mut inner = client(channel.clone());
            async move {
                inner.check(ask()).await.unwrap();
                next.run(request).await
            }
        },
    ));
    let layer = rpc::AccessLayer::new(crate::sample::policy(), keys());
    let channel = Channel::in_process(outer.layer(layer)).acting_as(&keys(), service());
    let mut request = tonic::Request::new(ask());
    request.set_timeout(Duration::from_secs(2));
    client(channel).check(request).await.unwrap();
    let remaining = inner
        .last_seen()
        .remaining
        .expect("a deadline is passed on");
    assert!(remaining <= Duration::from_secs(2), "{remaining:?}");
}

#[tokio::test]
async fn a_service_that_is_away_is_unavailable() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    let channel = Channel::connect_lazy(&url).unwrap();
    let status = client(channel).check(ask()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up() {
    // The kernel accepts the connection; nobody ever reads from it.
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let channel = Channel::connect_lazy(&url).unwrap().with_deadline(SHORT);
    let status = client(channel).check(ask()).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let error = Channel::connect_lazy("not an address").unwrap_err();
    assert!(error.to_string().contains("not an address"), "{error}");
}
