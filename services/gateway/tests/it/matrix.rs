//! Access equals the policy, for every method and route and every sort of caller.

use std::collections::BTreeMap;

use http::uri::PathAndQuery;
use tonic::{Code, Request, client::Grpc};
use tonic_prost::ProstCodec;

use crate::{
    echo,
    harness::{Client, Gateway, How, expired, reason},
};

/// Calls a method with an empty message; says what of access stood in the way.
async fn called(channel: &Client, method: &'static str) -> Option<String> {
    let mut client = Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static(method);
    // As a stream, which fits methods of every kind: one message there, any number back.
    let messages = tokio_stream::iter([()]);
    let codec = ProstCodec::<(), ()>::default();
    let answer = client.streaming(Request::new(messages), path, codec).await;
    let status = match answer {
        Ok(answer) => answer.into_inner().message().await.err()?,
        Err(status) => status,
    };
    let of_access = [Code::Unauthenticated, Code::PermissionDenied].contains(&status.code());
    of_access.then(|| reason(&status))
}

async fn channels(gateway: &Gateway) -> BTreeMap<&'static str, Client> {
    let mut channels = BTreeMap::new();
    for (caller, credential) in gateway.callers().await {
        channels.insert(caller, gateway.channel(Some(&credential)).await);
    }
    channels.insert("none", gateway.channel(None).await);
    channels.insert("expired", gateway.channel(Some(&expired())).await);
    channels.insert("invalid", gateway.channel(Some("no.such.token")).await);
    let no_such_key = format!("trib_live_{}", "a".repeat(36));
    channels.insert("unknown key", gateway.channel(Some(&no_such_key)).await);
    let partner = gateway.partner("Former").await;
    let (api_key_id, secret) = gateway.key(&partner, true).await;
    let revoke = proto::gateway::v1::RevokeApiKeyRequest {
        partner_id: partner,
        api_key_id,
    };
    gateway.setup().await.revoke_api_key(revoke).await.unwrap();
    channels.insert("revoked key", gateway.channel(Some(&secret)).await);
    channels
}

/// What the table says to a caller: nothing, or the reason why not.
fn expected(row: &[&str], caller: &str) -> Option<&'static str> {
    if row.contains(&"anyone") || row.contains(&caller) {
        return None;
    }
    Some(match caller {
        "none" => "CREDENTIALS_MISSING",
        "expired" => "CREDENTIALS_EXPIRED",
        "invalid" | "unknown key" | "revoked key" => "CREDENTIALS_INVALID",
        _ => "NOT_ALLOWED",
    })
}

#[tokio::test]
async fn every_method_admits_whom_the_policy_admits() {
    let how = How {
        behind: echo::services(),
        ..How::default()
    };
    let gateway = Gateway::started(how).await;
    let channels = channels(&gateway).await;
    assert_eq!(channels.len(), 13);
    // Signing in is asked for more often here than people do.
    for (method, row) in proto::POLICY {
        for (caller, channel) in &channels {
            let refused = called(channel, method).await;
            // The empty request of this one is refused for what it is, not for who asks.
            if method.ends_with("/SignIn") {
                assert_eq!(refused, None, "{method} {caller}");
                continue;
            }
            let expected = expected(row, caller);
            assert_eq!(refused.as_deref(), expected, "{method} called by {caller}");
        }
    }
}

#[tokio::test]
async fn every_route_of_the_contracts_admits_whom_the_policy_admits() {
    let how = How {
        behind: echo::services(),
        ..How::default()
    };
    let gateway = Gateway::started(how).await;
    let mut callers: BTreeMap<&str, Option<String>> = BTreeMap::new();
    callers.extend(
        gateway
            .callers()
            .await
            .into_iter()
            .map(|(name, it)| (name, Some(it))),
    );
    callers.insert("none", None);
    callers.insert("expired", Some(expired()));
    callers.insert("invalid", Some("no.such.token".to_owned()));
    for route in proto::HTTP_ROUTES {
        let row = proto::POLICY
            .iter()
            .find(|(method, _)| *method == route.rpc)
            .unwrap()
            .1;
        for (caller, credential) in &callers {
            let url = gateway.url(&route.path.replace(['{', '}'], ""));
            let method = reqwest::Method::from_bytes(route.method.as_bytes()).unwrap();
            let mut request = gateway.http.request(method, url);
            if let Some(credential) = credential {
                request = request.bearer_auth(credential);
            }
            let response = request.send().await.unwrap();
            let refused = match response.status().as_u16() {
                401 | 403 => {
                    let json: serde_json::Value = response.json().await.unwrap();
                    Some(json["error"]["reason"].as_str().unwrap().to_owned())
                }
                _ => None,
            };
            let expected = expected(row, caller);
            assert_eq!(
                refused.as_deref(),
                expected,
                "{} {} by {caller}",
                route.method,
                route.path
            );
        }
    }
}

/// Our own routes and who may open them, written down a second time.
const ROUTES: &[(&str, &str, bool)] = &[
    ("GET", "/", true),
    ("GET", "/pages.css", true),
    ("GET", "/openapi.json", true),
    ("GET", "/console", true),
    ("GET", "/console/", true),
    ("GET", "/console/funnel", true),
    ("GET", "/sign-in", true),
    ("POST", "/sign-in", true),
    ("POST", "/sign-out", true),
    ("GET", "/outbox", false),
    ("GET", "/outbox/mesg_1", false),
    ("GET", "/outbox/mesg_1/html", false),
    ("GET", "/q/token", true),
    ("POST", "/q/token", true),
    ("GET", "/s/token", true),
    ("POST", "/s/token", true),
    ("GET", "/doors/form/shop", true),
    ("POST", "/doors/form/shop", true),
    ("POST", "/doors/email/key", true),
    ("POST", "/doors/call/key", true),
];

#[tokio::test]
async fn our_own_routes_admit_staff_or_anyone() {
    let gateway = Gateway::start().await;
    let mut callers: BTreeMap<&str, Option<String>> = BTreeMap::new();
    callers.extend(
        gateway
            .callers()
            .await
            .into_iter()
            .map(|(name, it)| (name, Some(it))),
    );
    callers.insert("none", None);
    callers.insert("expired", Some(expired()));
    callers.insert("invalid", Some("no.such.token".to_owned()));
    for (method, path, open) in ROUTES {
        for (caller, credential) in &callers {
            let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
            let mut request = gateway.http.request(method.clone(), gateway.url(path));
            if let Some(credential) = credential {
                request = request.bearer_auth(credential);
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let text = response.text().await.unwrap();
            let refused = ["CREDENTIALS_MISSING", "CREDENTIALS_EXPIRED", "NOT_ALLOWED"]
                .iter()
                .chain(&["\"CREDENTIALS_INVALID\""])
                .any(|reason| text.contains(reason));
            let staff = !["none", "expired", "invalid", "partner", "service"].contains(caller);
            assert_eq!(
                refused,
                !(*open || staff),
                "{method} {path} by {caller}: {status} {text}"
            );
        }
    }
}
