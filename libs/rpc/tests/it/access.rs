//! The access layer in front of a service.

use std::time::Duration;

use axum::{extract::Request, middleware};
use rpc::{AccessLayer, Channel, Code, Identity, Keys, Role, explain};
use tonic::Status;

use crate::sample::{Sample, ask, client, keys, policy, service};

const TTL: Duration = Duration::from_secs(30);

fn staff(role: Role) -> Identity {
    Identity::Staff {
        id: "staff_1".to_owned(),
        roles: vec![role],
    }
}

async fn check(channel: Channel) -> Result<(), Status> {
    client(channel).check(ask()).await.map(drop)
}

#[track_caller]
fn assert_refused(result: Result<(), Status>, code: Code, reason: &str) {
    let status = result.unwrap_err();
    assert_eq!(status.code(), code, "{status:?}");
    let explained = explain(&status);
    assert_eq!(explained.reason, reason);
    assert_eq!(explained.domain, "access.tributary");
}

#[tokio::test]
async fn a_caller_that_the_policy_admits_reaches_the_service_under_its_own_name() {
    let sample = Sample::new();
    let channel = Channel::in_process(sample.router());
    for identity in [service(), staff(Role::Agent)] {
        let acting = channel.clone().acting_as(&keys(), identity.clone());
        check(acting).await.unwrap();
        assert_eq!(sample.last_seen().identity, identity);
    }
}

#[tokio::test]
async fn everybody_else_is_refused_with_a_reason() {
    let sample = Sample::new();
    let channel = Channel::in_process(sample.router());
    let unauthenticated = Code::Unauthenticated;

    let missing = check(channel.clone()).await;
    assert_refused(missing, unauthenticated, "CREDENTIALS_MISSING");

    let anyone = channel.clone().acting_as(&keys(), Identity::Anyone);
    assert_refused(check(anyone).await, unauthenticated, "CREDENTIALS_MISSING");

    let other = Keys::new([8; 32]).unwrap();
    let forged = channel.clone().acting_as(&other, service());
    assert_refused(check(forged).await, unauthenticated, "CREDENTIALS_INVALID");

    let mangled = channel.clone().with_token("line\nbreak");
    assert_refused(check(mangled).await, unauthenticated, "CREDENTIALS_INVALID");

    let marketer = channel.acting_as(&keys(), staff(Role::Marketer));
    let refused = check(marketer).await;
    assert_refused(refused, Code::PermissionDenied, "NOT_ALLOWED");

    assert_eq!(sample.calls(), 0, "the service was never reached");
}

#[tokio::test]
async fn two_tokens_are_no_identity() {
    let sample = Sample::new();
    let mut request = tonic::Request::new(ask());
    for _ in 0..2 {
        let token = keys().mint(&service(), TTL).parse().unwrap();
        request.metadata_mut().append(rpc::TOKEN_HEADER, token);
    }
    let mut client = client(Channel::in_process(sample.router()));
    let refused = client.check(request).await.map(drop);
    assert_refused(refused, Code::Unauthenticated, "CREDENTIALS_INVALID");
}

#[tokio::test]
async fn a_method_without_a_row_is_closed_even_if_the_service_has_it() {
    let sample = Sample::new();
    let policy = rpc::access::Policy::new(&[("/other.Service/Method", &["anyone"])]).unwrap();
    let router = sample.bare().layer(AccessLayer::new(policy, keys()));
    let channel = Channel::in_process(router).acting_as(&keys(), service());
    let refused = check(channel).await;
    assert_refused(refused, Code::PermissionDenied, "NOT_ALLOWED");
    assert_eq!(sample.calls(), 0);
}

#[tokio::test]
async fn an_open_path_needs_no_token_and_bears_a_bad_one() {
    let sample = Sample::new();
    let layer = AccessLayer::new(policy(), keys()).open("/grpc.health.v1.Health/");
    let channel = Channel::in_process(sample.bare().layer(layer));
    check(channel.clone()).await.unwrap();
    check(channel.with_token("bad")).await.unwrap();
    assert_eq!(sample.last_seen().identity, Identity::Anyone);
}

#[tokio::test]
async fn a_call_ends_at_the_deadline_its_caller_sets() {
    let sample = Sample::new();
    sample.shut();
    let channel = Channel::in_process(sample.router()).acting_as(&keys(), service());
    let mut request = tonic::Request::new(ask());
    request.set_timeout(Duration::from_millis(50));
    let status = client(channel).check(request).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_call_without_a_deadline_ends_at_the_services_own() {
    let sample = Sample::new();
    sample.shut();
    let layer = AccessLayer::new(policy(), keys()).longest_call(Duration::from_millis(50));
    let channel = Channel::in_process(sample.bare().layer(layer)).acting_as(&keys(), service());
    let refused = check(channel).await;
    assert_refused(refused, Code::DeadlineExceeded, "DEADLINE_EXCEEDED");
}

#[tokio::test]
async fn a_panic_is_the_failure_of_one_call() {
    let sample = Sample::new();
    let panicking = middleware::from_fn(|request: Request, next: middleware::Next| async move {
        assert!(!request.headers().contains_key("x-poison"), "poisoned");
        next.run(request).await
    });
    let router = sample.bare().layer(panicking);
    let router = router.layer(AccessLayer::new(policy(), keys()));
    let channel = Channel::in_process(router).acting_as(&keys(), service());

    let mut request = tonic::Request::new(ask());
    request
        .metadata_mut()
        .insert("x-poison", "yes".parse().unwrap());
    let poisoned = client(channel.clone()).check(request).await.map(drop);
    let status = poisoned.clone().unwrap_err();
    assert_eq!(status.message(), "internal error");
    assert_refused(poisoned, Code::Internal, "HANDLER_PANICKED");

    check(channel).await.unwrap();
}

#[tokio::test]
async fn calls_are_measured_by_method_and_code_and_unknown_methods_share_a_name() {
    let sample = Sample::new();
    let channel = Channel::in_process(sample.router());
    check(channel.clone().acting_as(&keys(), service()))
        .await
        .unwrap();
    let _ = check(channel.clone()).await;

    let policy = rpc::access::Policy::new(&[("/other.Service/Method", &["anyone"])]).unwrap();
    let closed = sample.bare().layer(AccessLayer::new(policy, keys()));
    let _ = check(Channel::in_process(closed)).await;

    let text = telemetry::metrics_text();
    for labels in [
        r#"code="OK",method="/grpc.health.v1.Health/Check""#,
        r#"code="UNAUTHENTICATED",method="/grpc.health.v1.Health/Check""#,
        r#"code="UNAUTHENTICATED",method="unknown""#,
    ] {
        let count = format!("rpc_server_duration_ms_count{{{labels}}}");
        assert!(text.contains(&count), "{count} is missing in {text}");
    }
    let bound = r#"le="0.5""#;
    assert!(text.contains(bound), "{bound} is missing in {text}");
}
