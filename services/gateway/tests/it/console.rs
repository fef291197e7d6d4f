//! The browser application.

use reqwest::Response;

use crate::harness::Gateway;

async fn get(gateway: &Gateway, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = gateway.http.get(gateway.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

const BROWSER: (&str, &str) = ("accept", "text/html,*/*;q=0.8");

#[tokio::test]
async fn every_screen_begins_with_the_same_page() {
    let gateway = Gateway::start().await;
    let enter = get(&gateway, "/console", &[BROWSER]).await;
    assert_eq!(enter.status(), 308);
    assert_eq!(enter.headers()["location"], "/console/");
    let expected = console::index().unwrap();
    for path in [
        "/console/",
        "/console/index.html",
        "/console/funnel?by=month",
        "/console/campaigns/camp_1",
    ] {
        let page = get(&gateway, path, &[BROWSER]).await;
        assert_eq!(page.status(), 200, "{path}");
        let headers = page.headers().clone();
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["cache-control"], "no-cache");
        assert_eq!(headers["etag"], expected.etag);
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert_eq!(page.bytes().await.unwrap(), expected.bytes, "{path}");
    }
    let again = get(
        &gateway,
        "/console/",
        &[BROWSER, ("if-none-match", expected.etag)],
    )
    .await;
    assert_eq!(again.status(), 304);
    assert!(again.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_program_gets_no_page_for_an_answer() {
    let gateway = Gateway::start().await;
    for (path, accept) in [
        ("/console/funnel", "application/json"),
        ("/console/assets/none.js", "text/html"),
        ("/console/assets/", "text/html"),
    ] {
        let answer = get(&gateway, path, &[("accept", accept)]).await;
        assert_ne!(answer.status(), 200, "{path}");
        let json: serde_json::Value = answer.json().await.unwrap();
        assert!(json["error"]["reason"].is_string(), "{path}");
    }
    let post = gateway.http.post(gateway.url("/console/funnel"));
    assert_eq!(post.send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn what_has_a_hash_in_its_name_is_kept_for_ever() {
    let gateway = Gateway::start().await;
    for file in console::FILES {
        let path = format!("/console/{}", file.path);
        let plain = get(&gateway, &path, &[]).await;
        assert_eq!(plain.status(), 200, "{path}");
        assert_eq!(plain.headers()["content-type"], file.media_type, "{path}");
        let expected = if file.is_lasting() {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        assert_eq!(plain.headers()["cache-control"], expected, "{path}");
        assert!(!plain.headers().contains_key("content-encoding"), "{path}");
        assert_eq!(plain.bytes().await.unwrap(), file.bytes, "{path}");
        let packed = get(&gateway, &path, &[("accept-encoding", "gzip")]).await;
        let encoded = packed.headers().contains_key("content-encoding");
        assert_eq!(encoded, file.gzip.is_some(), "{path}");
        let bytes = packed.bytes().await.unwrap();
        assert_eq!(bytes, file.gzip.unwrap_or(file.bytes), "{path}");
    }
}
