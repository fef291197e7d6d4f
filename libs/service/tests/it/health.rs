//! What the ops port and the health service say.

use reqwest::StatusCode;
use rpc::Channel;
use serde_json::Value;
use service::Running;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::probe::{self, PATIENCE};
use testkit::eventually;

async fn get(running: &Running, path: &str) -> (StatusCode, String) {
    let response = reqwest::get(probe::ops(running, path)).await.unwrap();
    (response.status(), response.text().await.unwrap())
}

async fn readiness(running: &Running, query: &str) -> (StatusCode, Value) {
    let (status, text) = get(running, &format!("/readyz{query}")).await;
    (status, serde_json::from_str(&text).unwrap())
}

fn state<'a>(report: &'a Value, name: &str) -> (&'a str, &'a str) {
    let all = report["dependencies"].as_array().unwrap();
    let found = all.iter().find(|it| it["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {report}"));
    (
        found["state"].as_str().unwrap(),
        found["text"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn readiness_names_each_dependency() {
    let (running, _data) = probe::started(&[]).await;
    let (status, report) = readiness(&running, "").await;
    assert_eq!(
        (status, &report["ready"]),
        (StatusCode::OK, &Value::Bool(true)),
        "{report}"
    );
    assert_eq!(state(&report, "process"), ("ok", "serving"));
    assert_eq!(state(&report, "database:probe").0, "ok");
    assert_eq!(state(&report, "broker").0, "ok");
    for task in ["relay", "probe-probe", "worker"] {
        assert_eq!(
            state(&report, &format!("task:probe/{task}")),
            ("ok", "running")
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn failing_work_is_named_and_can_be_left_out_of_the_verdict() {
    let (running, _data) = probe::started(&[("TRIBUTARY__PROBE__FAILING", "true")]).await;
    eventually(PATIENCE, async || {
        readiness(&running, "").await.0 != StatusCode::OK
    })
    .await;
    let (status, report) = readiness(&running, "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let (verdict, text) = state(&report, "task:probe/worker");
    assert!(
        verdict == "failed" && text.starts_with("no luck"),
        "{report}"
    );
    for query in ["?exclude=task", "?exclude=broker,task:probe/worker"] {
        let (status, report) = readiness(&running, query).await;
        assert_eq!(status, StatusCode::OK, "{query} {report}");
        assert_eq!(state(&report, "task:probe/worker").0, "failed");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_closed_database_is_named() {
    let (running, _data) = probe::started(&[]).await;
    running.database("probe").unwrap().close().await;
    let (status, report) = readiness(&running, "?exclude=task").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(state(&report, "database:probe").0, "failed", "{report}");
    running.stop().await;
}

#[tokio::test]
async fn probes_and_metrics_answer() {
    let (running, _data) = probe::started(&[]).await;
    assert_eq!(
        get(&running, "/livez").await,
        (StatusCode::OK, "alive\n".to_owned())
    );
    assert_eq!(
        get(&running, "/startupz").await,
        (StatusCode::OK, "started\n".to_owned())
    );
    let (status, metrics) = get(&running, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        metrics.contains("# TYPE database_connections gauge"),
        "{metrics}"
    );
    running.stop().await;
}

#[tokio::test]
async fn the_health_service_needs_no_token() {
    let (running, _data) = probe::started(&[]).await;
    let channel = Channel::connect_lazy(&probe::internal(&running, "")).unwrap();
    let answer = HealthClient::new(channel)
        .check(HealthCheckRequest::default())
        .await
        .unwrap();
    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    running.stop().await;
}
