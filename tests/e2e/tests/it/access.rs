//! F20: access is denied by default. Every method against every kind of caller, from the table.

use std::collections::BTreeMap;

use e2e::{Client, Platform, doors::partner};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::MODES;

const ROLES: [&str; 6] = [
    "agent",
    "head",
    "marketer",
    "key_account_manager",
    "admin",
    "auditor",
];

/// One token for each kind of caller; the empty one is nobody's.
async fn callers(platform: &Platform) -> BTreeMap<&'static str, String> {
    let admin = platform.admin().await.unwrap();
    let mut tokens = BTreeMap::from([
        ("nobody", String::new()),
        ("invalid", "nonsense".to_owned()),
    ]);
    for role in ROLES {
        let email = format!("{role}@acme-demo.org");
        let staff = json!({
            "name": role, "email": email, "password": "correct horse battery", "locale": "en",
            "roles": [role],
        });
        admin.post("/v1/staff", &staff).await.unwrap();
        let client = Client::sign_in(&platform.base, &email, "correct horse battery")
            .await
            .unwrap();
        tokens.insert(role, client.token);
    }
    let (id, key) = partner(&admin, "Matrix", false).await.unwrap();
    tokens.insert("partner", key);
    let revoked = admin
        .post(&format!("/v1/partners/{id}/keys"), &json!({}))
        .await
        .unwrap();
    let key_id = revoked["apiKey"]["apiKeyId"].as_str().unwrap();
    let path = format!("/v1/partners/{id}/keys/{key_id}");
    admin.call(Method::DELETE, &path, None).await.unwrap();
    tokens.insert("revoked", revoked["secret"].as_str().unwrap().to_owned());
    tokens
}

/// What the table says of a caller.
fn expected(rows: &[&str], caller: &str) -> Option<&'static str> {
    if rows.contains(&"anyone") {
        return None;
    }
    match caller {
        "nobody" | "invalid" | "revoked" => Some("UNAUTHENTICATED"),
        other if rows.contains(&other) => None,
        _ => Some("PERMISSION_DENIED"),
    }
}

#[tokio::test]
async fn every_method_admits_whom_the_table_names_over_grpc() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let tokens = callers(&platform).await;
        let http = reqwest::Client::builder()
            .http2_prior_knowledge()
            .build()
            .unwrap();
        let mut wrong = Vec::new();
        for (path, rows) in proto::POLICY {
            for (caller, token) in &tokens {
                // An empty message: whoever is admitted gets past the gate and fails later or not.
                let mut request = http
                    .post(format!("{}{path}", platform.base))
                    .header("content-type", "application/grpc")
                    .header("te", "trailers")
                    .body(vec![0_u8; 5]);
                if !token.is_empty() {
                    request = request.bearer_auth(token);
                }
                let response = request.send().await.unwrap();
                let status = response
                    .headers()
                    .get("grpc-status")
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or("0")
                    .to_owned();
                let found = match status.as_str() {
                    "16" => Some("UNAUTHENTICATED"),
                    "7" => Some("PERMISSION_DENIED"),
                    _ => None,
                };
                // Doors check signatures and answer so themselves; staff methods never do.
                if found != expected(rows, caller) {
                    wrong.push(format!("{path} as {caller}: {found:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{mode:?}: {wrong:#?}");
    }
}

#[tokio::test]
async fn every_route_admits_whom_the_table_names_over_rest() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let tokens = callers(&platform).await;
        let policy: BTreeMap<&str, &[&str]> = proto::POLICY.iter().copied().collect();
        let mut wrong = Vec::new();
        for route in proto::HTTP_ROUTES {
            let path = route
                .path
                .split('/')
                .map(|part| match (part.find('{'), part.find('}')) {
                    (Some(_), Some(end)) => format!("x{}", &part[end + 1..]),
                    _ => part.to_owned(),
                })
                .collect::<Vec<_>>()
                .join("/");
            for (caller, token) in &tokens {
                let mut client = Client::anonymous(&platform.base).unwrap();
                client.token.clone_from(token);
                let method = Method::from_bytes(route.method.as_bytes()).unwrap();
                let body = (route.method != "GET").then(|| json!({}));
                let (status, answer) = client.call(method, &path, body.as_ref()).await.unwrap();
                let reason = answer["error"]["reason"].as_str().unwrap_or_default();
                // Wrong passwords are 401 too, after the gate.
                let found = match status {
                    StatusCode::UNAUTHORIZED if reason.starts_with("CREDENTIALS_") => {
                        Some("UNAUTHENTICATED")
                    }
                    StatusCode::FORBIDDEN => Some("PERMISSION_DENIED"),
                    _ => None,
                };
                if found != expected(policy[route.rpc], caller) {
                    wrong.push(format!(
                        "{} {path} as {caller}: {status} {reason}",
                        route.method
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{mode:?}: {wrong:#?}");
    }
}
