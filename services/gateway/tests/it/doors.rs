//! What the outside posts at doors.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::harness::{Gateway, How};

fn form(gateway: &Gateway, key: &str) -> RequestBuilder {
    gateway
        .http
        .post(gateway.url(&format!("/doors/form/{key}")))
}

/// A post as a browser makes it.
fn browser(gateway: &Gateway, key: &str) -> RequestBuilder {
    form(gateway, key)
        .header("accept", "text/html,application/xhtml+xml")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("name=Nora&email=nora%40example.org")
}

async fn json_of(response: Response) -> (u16, Value) {
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_form_reaches_intake_as_it_was_posted() {
    let gateway = Gateway::start().await;
    let request = form(&gateway, "shop").json(&json!({ "name": "Nora" }));
    let request = request
        .header("idempotency-key", "k1")
        .header("referer", "https://shop.example/x");
    let request = request.header("origin", "https://shop.example");
    let response = request.send().await.unwrap();
    let (status, receipt) = json_of(response).await;
    assert_eq!(status, 201, "{receipt}");
    assert_eq!(
        (&receipt["verdict"], &receipt["submissionId"]),
        (&json!("VERDICT_CREATED"), &json!("sub_1"))
    );
    let said =
        "application/json|{\"name\":\"Nora\"}|k1|https://shop.example/x|https://shop.example";
    assert_eq!(receipt["detail"], said);
}

#[tokio::test]
async fn what_became_of_a_post_is_told_by_its_status() {
    let gateway = Gateway::start().await;
    for (key, expected) in [
        ("new", 201),
        ("again", 200),
        ("held", 200),
        ("unknown", 404),
        ("reused", 409),
        ("shed", 429),
    ] {
        let response = form(&gateway, key).json(&json!({})).send().await.unwrap();
        let retry = response.headers().contains_key("retry-after");
        let (status, answer) = json_of(response).await;
        assert_eq!(
            (status, retry),
            (expected, expected == 429),
            "{key} {answer}"
        );
    }
    let response = form(&gateway, &"k".repeat(201))
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    let response = form(&gateway, "shop")
        .body(" ".repeat((64 << 10) + 1))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 413);
    assert_eq!(
        response.headers()["connection"],
        "close",
        "the body was not read"
    );
    let response = form(&gateway, "new").json(&json!({})).send().await.unwrap();
    assert_eq!(response.status(), 201, "another request is not lost by it");
    assert!(!response.headers().contains_key("connection"));
}

#[tokio::test]
async fn a_browser_sees_a_page_after_a_plain_post() {
    let gateway = Gateway::start().await;
    let response = browser(&gateway, "redirects").send().await.unwrap();
    assert_eq!(response.status(), 303);
    assert_eq!(
        response.headers()["location"],
        "https://shop.example/thanks"
    );

    let response = browser(&gateway, "lures")
        .header("accept-language", "hu")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "a script is no page to go to");
    let page = response.text().await.unwrap();
    assert!(
        page.contains("Köszönjük") && page.contains("lang=\"hu\""),
        "{page}"
    );

    let response = browser(&gateway, "unknown").send().await.unwrap();
    assert_eq!(response.status(), 404);
    let page = response.text().await.unwrap();
    assert!(
        page.contains("<h1>") && page.contains("DOOR_NOT_FOUND"),
        "{page}"
    );
}

#[tokio::test]
async fn only_pages_of_the_door_may_post_by_script() {
    let gateway = Gateway::start().await;
    let ask = async |key: &str, origin: &'static str| {
        let url = gateway.url(&format!("/doors/form/{key}"));
        let request = gateway.http.request(reqwest::Method::OPTIONS, url);
        let request = request.header("access-control-request-method", "POST");
        request.header("origin", origin).send().await.unwrap()
    };
    for (key, origin, allowed) in [
        ("shop", "https://shop.example", true),
        ("shop", "https://SHOP.example", true),
        ("shop", "https://evil.example", false),
        ("shop", "null", false),
        ("open", "https://any.example", true),
        ("closed", "https://any.example", false),
        ("unknown", "https://any.example", false),
    ] {
        let preflight = ask(key, origin).await;
        assert_eq!(preflight.status() == 204, allowed, "{key} {origin}");
        let told = preflight
            .headers()
            .get("access-control-allow-origin")
            .cloned();
        assert_eq!(
            told.is_some_and(|it| it == origin),
            allowed,
            "{key} {origin}"
        );

        let post = form(&gateway, key)
            .header("origin", origin)
            .json(&json!({}));
        let told = post
            .send()
            .await
            .unwrap()
            .headers()
            .get("access-control-allow-origin")
            .cloned();
        assert_eq!(told.is_some(), allowed, "{key} {origin}");
    }
}

#[tokio::test]
async fn the_hosted_form_is_a_page_in_the_readers_language() {
    let gateway = Gateway::start().await;
    let show = async |query: &str, accepted: &'static str| {
        let request = gateway
            .http
            .get(gateway.url(&format!("/doors/form/shop{query}")));
        request
            .header("accept-language", accepted)
            .send()
            .await
            .unwrap()
    };
    for (query, accepted, lang, words) in [
        ("", "en", "en", "Send us your enquiry"),
        ("?lang=ru", "en", "ru", "Отправьте нам запрос"),
        ("", "hu-HU,hu;q=0.9", "hu", "Küldje el"),
        ("?lang=lv", "en", "lv", "Nosūtiet"),
    ] {
        let response = show(query, accepted).await;
        assert_eq!(response.status(), 200);
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            policy.contains("form-action 'self' https://shop.example;"),
            "{policy}"
        );
        assert!(
            policy.ends_with("frame-ancestors https://shop.example"),
            "{policy}"
        );
        let page = response.text().await.unwrap();
        assert!(
            page.contains(&format!("lang=\"{lang}\"")) && page.contains(words),
            "{page}"
        );
        assert!(page.contains("name=\"website_url\"") && page.contains("name=\"render_token\""));
        assert!(!page.contains("<b>") && !page.contains("<script"), "{page}");
    }
    let query = "?utm_source=%22%3E%3Cscript%3E&utm_medium=mail&ref=K7MX2&other=x";
    let page = show(query, "en").await.text().await.unwrap();
    assert!(
        page.contains("name=\"utm_medium\" value=\"mail\""),
        "{page}"
    );
    assert!(page.contains("name=\"ref\" value=\"K7MX2\""), "{page}");
    assert!(
        !page.contains("<script") && !page.contains("other"),
        "{page}"
    );
    let response = gateway
        .http
        .get(gateway.url("/doors/form/unknown"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn our_own_form_page_is_no_foreign_origin() {
    let gateway = Gateway::start().await;
    let origin = gateway.url("");
    let response = form(&gateway, "shop")
        .header("origin", origin)
        .json(&json!({}))
        .send()
        .await;
    let (_, receipt) = json_of(response.unwrap()).await;
    assert_eq!(receipt["detail"], "application/json|{}|||");
}

#[tokio::test]
async fn mails_come_in_whole_and_as_mails_only() {
    let settings = [("gateway.max_mails_in_flight", "1")];
    let gateway = Gateway::started(How {
        settings: &settings,
        ..How::default()
    })
    .await;
    let post = |kind: &'static str, body: Vec<u8>| {
        let request = gateway.http.post(gateway.url("/doors/email/box"));
        request.header("content-type", kind).body(body).send()
    };
    let (status, receipt) =
        json_of(post("message/rfc822", vec![b'x'; 6 << 20]).await.unwrap()).await;
    assert_eq!((status, &receipt["detail"]), (201, &json!("6291456 bytes")));
    assert_eq!(post("text/plain", Vec::new()).await.unwrap().status(), 415);
    let large = post("message/rfc822", vec![b'x'; (25 << 20) + 1]).await;
    // The answer may come before the whole body was sent.
    assert!(large.is_err() || large.is_ok_and(|response| response.status() == 413));

    let never = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let slow = gateway.http.post(gateway.url("/doors/email/box"));
    let slow = slow.header("content-type", "message/rfc822");
    let slow = slow.body(reqwest::Body::wrap_stream(never)).send();
    let busy = async {
        loop {
            let response = post("message/rfc822", Vec::new()).await.unwrap();
            if response.status() == 503 {
                return response.headers()["retry-after"].clone();
            }
        }
    };
    let either = async {
        tokio::select! {
            _ = slow => None,
            retry_after = busy => Some(retry_after),
        }
    };
    let either = tokio::time::timeout(std::time::Duration::from_secs(20), either).await;
    assert_eq!(
        either.unwrap().unwrap(),
        "1",
        "turned away, and the slow one not answered"
    );
}

#[tokio::test]
async fn calls_are_announced_with_their_signature() {
    let gateway = Gateway::start().await;
    let post = |signature: &'static str| {
        let request = gateway.http.post(gateway.url("/doors/call/line"));
        let request = request.header("content-type", "application/json");
        let request = request.header("x-tributary-timestamp", "1700000000");
        request
            .header("x-tributary-signature", signature)
            .body(r#"{ "call_id":"1"}"#)
            .send()
    };
    let (status, answer) = json_of(post("v1=good").await.unwrap()).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(
        answer["detail"], r#"1700000000|{ "call_id":"1"}"#,
        "byte by byte"
    );
    assert_eq!(
        (&answer["lead"]["leadId"], &answer["openDealId"]),
        (&json!("lead_1"), &json!("deal_1"))
    );
    let (status, answer) = json_of(post("v1=bad").await.unwrap()).await;
    assert_eq!(
        (status, &answer["error"]["reason"]),
        (401, &json!("SIGNATURE_INVALID"))
    );
}

#[tokio::test]
async fn posts_are_limited_by_door_and_address_unless_switched_off() {
    let settings = [("gateway.door_rate", "0.001"), ("gateway.door_burst", "2")];
    let gateway = Gateway::started(How {
        settings: &settings,
        ..How::default()
    })
    .await;
    for (key, expected) in [("a", 201), ("a", 201), ("a", 429), ("b", 201)] {
        let response = form(&gateway, key).json(&json!({})).send().await.unwrap();
        assert_eq!(
            response.headers().contains_key("retry-after"),
            expected == 429
        );
        assert_eq!(response.status(), expected, "{key}");
    }
    let settings = [("gateway.door_rate", "0")];
    let gateway = Gateway::started(How {
        settings: &settings,
        ..How::default()
    })
    .await;
    for _ in 0..250 {
        let response = form(&gateway, "a").json(&json!({})).send().await.unwrap();
        assert_eq!(response.status(), 201);
    }
}
