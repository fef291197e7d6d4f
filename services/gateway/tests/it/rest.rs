//! REST with JSON through the edge.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::echo;
use crate::harness::{Gateway, How};

async fn partner_key(gateway: &Gateway) -> String {
    let partner = gateway.partner("Partner").await;
    gateway.key(&partner, false).await.1
}

async fn post(gateway: &Gateway, key: &str, path: &str, body: &str) -> (StatusCode, Value) {
    let request = gateway.http.post(gateway.url(path)).bearer_auth(key);
    let request = request
        .header("content-type", "application/json")
        .body(body.to_owned());
    read(request.send().await.unwrap()).await
}

async fn get(gateway: &Gateway, key: &str, path: &str) -> (StatusCode, Value) {
    let request = gateway.http.get(gateway.url(path)).bearer_auth(key);
    read(request.send().await.unwrap()).await
}

async fn read(response: Response) -> (StatusCode, Value) {
    (response.status(), response.json().await.unwrap())
}

fn violations(body: &Value) -> Vec<(String, String)> {
    let details = body["error"]["details"].as_array().unwrap();
    let request = details
        .iter()
        .find(|it| it["@type"].as_str().unwrap().ends_with("BadRequest"));
    let violations = request.unwrap()["fieldViolations"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    violations
        .iter()
        .map(|it| (text(&it["field"]), text(&it["reason"])))
        .collect()
}

#[tokio::test]
async fn a_lead_is_submitted_with_either_spelling_of_names() {
    let gateway = Gateway::start().await;
    let key = partner_key(&gateway).await;
    for body in [
        r#"{"lead":{"externalId":"x1","fullName":"Nora","utm":{"a":"b"},"occurredAt":"2026-11-22T12:00:00Z"}}"#,
        r#"{"lead":{"external_id":"x1","full_name":"Nora","utm":{"a":"b"},"occurred_at":"2026-11-22T12:00:00Z"}}"#,
    ] {
        let (status, answer) = post(&gateway, &key, "/v1/leads:submit", body).await;
        assert_eq!(status, 200, "{answer}");
        let receipt = &answer["receipt"];
        assert_eq!(receipt["verdict"], "VERDICT_CREATED");
        assert_eq!(receipt["submissionId"], "sub_1");
        assert_eq!(receipt["replayed"], false, "defaults are written out");
        let detail = receipt["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("Nora|{\"a\": \"b\"}|Some(Timestamp"),
            "{detail}"
        );
    }
}

#[tokio::test]
async fn fields_of_a_get_are_in_the_query() {
    let gateway = Gateway::start().await;
    let token = gateway.staff("head@example.org", &["head"]).await;
    let path = "/v1/leads?state=LEAD_STATE_IN_WORK&search=B%C4%93rzi%C5%86+%26&pageSize=7";
    let (status, answer) = get(&gateway, &token, path).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["total"], "7", "numbers of 64 bits are text");
    let lead = &answer["leads"][0];
    assert_eq!(lead["state"], "LEAD_STATE_IN_WORK");
    assert_eq!(lead["organisation"], "Bērziņ &");
    assert_eq!(lead["revision"], i64::MAX.to_string());
    let (_, answer) = get(&gateway, &token, "/v1/leads?state=2&page_size=3").await;
    assert_eq!(
        (&answer["total"], &answer["leads"][0]["state"]),
        (&json!("3"), &json!("LEAD_STATE_IN_WORK"))
    );
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let gateway = Gateway::start().await;
    let key = partner_key(&gateway).await;
    let check = async |body: &str, expected: &[(&str, &str)]| {
        let (status, answer) = post(&gateway, &key, "/v1/leads:submit", body).await;
        assert_eq!(status, 400, "{body} {answer}");
        assert_eq!(answer["error"]["status"], "INVALID_ARGUMENT");
        let found = violations(&answer);
        let found: Vec<_> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(found, expected, "{body}");
    };
    check(
        r#"{"lead":{"nmae":"x"},"other":1}"#,
        &[("lead.nmae", "UNKNOWN_FIELD"), ("other", "UNKNOWN_FIELD")],
    )
    .await;
    check(
        r#"{"lead":{"fullName":5,"occurredAt":"yesterday"}}"#,
        &[
            ("lead.fullName", "MALFORMED"),
            ("lead.occurredAt", "MALFORMED"),
        ],
    )
    .await;
    check(
        r#"{"lead":{"emails":"a@b.c"}}"#,
        &[("lead.emails", "MALFORMED")],
    )
    .await;
    check(r#"{"lead":[]}"#, &[("lead", "MALFORMED")]).await;
    check("[]", &[("body", "MALFORMED")]).await;
    check("{", &[("body", "MALFORMED")]).await;
    check(
        r#"{"lead":{"fullName":"\ud800"}}"#,
        &[("body", "MALFORMED")],
    )
    .await;
    check(&"[".repeat(100_000), &[("body", "MALFORMED")]).await;
    check(r#"{"lead":{}}"#, &[("lead.external_id", "REQUIRED")]).await;
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let gateway = Gateway::start().await;
    let token = gateway.staff("head@example.org", &["head", "admin"]).await;
    for (path, field, reason) in [
        ("/v1/leads?stat=1", "stat", "UNKNOWN_FIELD"),
        ("/v1/leads?pageSize=many", "pageSize", "MALFORMED"),
        ("/v1/leads?state=SOMEWHERE", "state", "MALFORMED"),
        ("/v1/leads?search=a&search=b", "search", "DUPLICATE"),
    ] {
        let (status, answer) = get(&gateway, &token, path).await;
        assert_eq!(status, 400, "{path} {answer}");
        assert_eq!(
            violations(&answer),
            [(field.to_owned(), reason.to_owned())],
            "{path}"
        );
    }
    let (status, answer) = post(&gateway, &token, "/v1/doors?a=b", "{}").await;
    assert_eq!(status, 400);
    assert_eq!(violations(&answer)[0].0, "a");
}

#[tokio::test]
async fn the_path_decides_and_the_body_may_repeat_it() {
    let gateway = Gateway::start().await;
    let token = gateway.staff("head@example.org", &["head"]).await;
    let patch = async |body: Value| {
        let request = gateway
            .http
            .patch(gateway.url("/v1/doors/door_1"))
            .bearer_auth(&token);
        read(request.json(&body).send().await.unwrap()).await
    };
    for body in [
        json!({ "door": { "name": "Shop" } }),
        json!({ "door": { "name": "Shop" }, "doorId": "door_1" }),
        json!({ "door": { "name": "Shop" }, "door_id": "door_1" }),
    ] {
        let (status, answer) = patch(body).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(
            (&answer["door"]["doorId"], &answer["door"]["name"]),
            (&json!("door_1"), &json!("Shop"))
        );
    }
    let (status, answer) = patch(json!({ "doorId": "door_2" })).await;
    assert_eq!(status, 400);
    assert_eq!(
        violations(&answer),
        [("door_id".to_owned(), "MISMATCH".to_owned())]
    );
}

#[tokio::test]
async fn failures_have_the_status_and_the_words_of_their_kind() {
    let gateway = Gateway::start().await;
    let key = partner_key(&gateway).await;
    for (id, status, code, reason) in [
        ("unknown", 404, "NOT_FOUND", "DOOR_NOT_FOUND"),
        ("reused", 409, "ALREADY_EXISTS", "IDEMPOTENCY_KEY_REUSED"),
        ("shed", 429, "RESOURCE_EXHAUSTED", "OVERLOADED"),
    ] {
        let body = json!({ "lead": { "externalId": id } });
        let request = gateway
            .http
            .post(gateway.url("/v1/leads:submit"))
            .bearer_auth(&key);
        let response = request.json(&body).send().await.unwrap();
        let retry_after = response.headers().get("retry-after").cloned();
        let trace = response.headers().get("traceparent").cloned();
        let (found, answer) = read(response).await;
        assert_eq!(found, status);
        let error = &answer["error"];
        assert_eq!(
            (&error["status"], &error["reason"]),
            (&json!(code), &json!(reason))
        );
        assert_eq!(error["code"], status);
        assert_eq!(
            retry_after.is_some_and(|it| it == "3"),
            status == 429,
            "two and a half"
        );
        let trace = trace.unwrap().to_str().unwrap().to_owned();
        let id = error["traceId"].as_str().unwrap();
        assert!(id.len() == 32 && trace.contains(id), "{trace} {answer}");
    }
}

#[tokio::test]
async fn what_is_not_a_call_is_turned_away() {
    let settings = [("gateway.json_max", "1KiB")];
    let gateway = Gateway::started(How {
        settings: &settings,
        ..How::default()
    })
    .await;
    let key = partner_key(&gateway).await;
    let url = gateway.url("/v1/leads:submit");
    let response = gateway.http.get(&url).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["allow"]),
        (405, &"POST".parse().unwrap())
    );
    let response = gateway
        .http
        .post(gateway.url("/v1/nothing"))
        .send()
        .await
        .unwrap();
    assert_eq!(read(response).await.1["error"]["reason"], "ROUTE_UNKNOWN");
    let response = gateway
        .http
        .post(gateway.url("/outbox"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET");

    let send = async |kind: &str, body: String| {
        let request = gateway
            .http
            .post(&url)
            .bearer_auth(&key)
            .header("content-type", kind);
        read(request.body(body).send().await.unwrap()).await
    };
    let (status, answer) = send("text/plain", "{}".to_owned()).await;
    assert_eq!(
        (status.as_u16(), &answer["error"]["reason"]),
        (415, &json!("MEDIA_TYPE_UNSUPPORTED"))
    );
    let (status, answer) = send("application/json", " ".repeat(1_025)).await;
    assert_eq!(
        (status.as_u16(), &answer["error"]["reason"]),
        (413, &json!("BODY_TOO_LARGE"))
    );
}

#[tokio::test]
async fn a_call_that_carries_a_file_may_be_larger() {
    let settings = [
        ("gateway.json_max", "1KiB"),
        ("gateway.json_file_max", "2KiB"),
    ];
    let gateway = Gateway::started(How {
        settings: &settings,
        ..How::default()
    })
    .await;
    let token = gateway.staff("mark@example.org", &["marketer"]).await;
    let send = async |path: &str, length: usize| {
        let request = gateway
            .http
            .post(gateway.url(path))
            .bearer_auth(&token)
            .header("content-type", "application/json")
            .body(" ".repeat(length));
        request.send().await.unwrap().status().as_u16()
    };
    let file = "/v1/campaigns/camp_019392b1f0007000800000000000000a/files";
    assert_eq!(send(file, 2_049).await, 413);
    assert_ne!(send(file, 2_048).await, 413);
    assert_eq!(send("/v1/campaigns", 1_025).await, 413, "no file in it");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let settings = [("gateway.body_timeout", "100ms")];
    let gateway = Gateway::started(How {
        settings: &settings,
        ..How::default()
    })
    .await;
    let key = partner_key(&gateway).await;
    let never = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = gateway
        .http
        .post(gateway.url("/v1/leads:submit"))
        .bearer_auth(&key);
    let request = request.header("content-type", "application/json");
    let response = request
        .body(reqwest::Body::wrap_stream(never))
        .send()
        .await
        .unwrap();
    let (status, answer) = read(response).await;
    assert_eq!(
        (status.as_u16(), &answer["error"]["reason"]),
        (408, &json!("BODY_TIMEOUT"))
    );
}

#[tokio::test]
async fn the_document_is_served_and_answers_are_hardened() {
    let gateway = Gateway::start().await;
    let response = gateway
        .http
        .get(gateway.url("/openapi.json"))
        .send()
        .await
        .unwrap();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
    let document: Value = response.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/v1/leads/{lead_id}:assign"]["post"].is_object());
}

#[tokio::test]
async fn a_request_goes_on_in_the_trace_it_came_with_and_is_measured() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let gateway = Gateway::start().await;
    let key = partner_key(&gateway).await;
    let request = gateway
        .http
        .post(gateway.url("/v1/leads:submit"))
        .bearer_auth(&key);
    let request = request.header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
    let response = request
        .json(&json!({ "lead": { "externalId": "x" } }))
        .send()
        .await
        .unwrap();
    let trace = response.headers()["traceparent"].to_str().unwrap();
    assert!(trace.contains(TRACE), "{trace}");
    let metrics = telemetry::metrics_text();
    let line = metrics.lines().find(|line| {
        line.starts_with("http_server_duration_ms_count")
            && line.contains("route=\"/v1/leads:submit\"")
            && line.contains("status=\"200\"")
    });
    assert!(line.is_some(), "{metrics}");
    assert!(
        !metrics.contains("route=\"/doors/form/shop"),
        "keys of doors are in no metric"
    );
}

#[tokio::test]
async fn an_answer_that_is_a_file_is_served_as_the_file() {
    let how = How {
        behind: vec![echo::definition("analytics")],
        ..How::default()
    };
    let gateway = Gateway::started(how).await;
    let token = gateway.staff("marketer@example.org", &["marketer"]).await;
    let get = async |path: &str| {
        let request = gateway.http.get(gateway.url(path)).bearer_auth(&token);
        request.send().await.unwrap()
    };
    let header = |response: &Response, name: &str| {
        let value = response.headers().get(name).unwrap();
        value.to_str().unwrap().to_owned()
    };
    let path = "/v1/reports/export?getFunnel.groupBy=channel&getFunnel.filter.from=2026-11-01";
    let response = get(path).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "text/csv; charset=utf-8");
    let name = header(&response, "content-disposition");
    assert_eq!(name, "attachment; filename=\"funnel.csv\"");
    let text = response.text().await.unwrap();
    assert!(text.starts_with("GetFunnel(GetFunnelRequest"), "{text}");
    assert!(text.contains("group_by: [\"channel\"]"), "{text}");

    let response = get("/v1/reports/records/export?listLeadRecords.number=funnel.leads").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "id\r\n1\r\n2\r\n");

    // What is wrong is told as everywhere.
    let (status, body) = read(get("/v1/reports/export").await).await;
    assert_eq!(status, 400);
    assert_eq!(
        violations(&body),
        [("request".to_owned(), "REQUIRED".to_owned())]
    );
}
