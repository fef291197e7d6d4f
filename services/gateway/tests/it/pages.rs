//! Pages for people with a browser.

use crate::harness::{Gateway, How, PASSWORD};

async fn text(response: reqwest::Response) -> String {
    response.text().await.unwrap()
}

fn sign_in(gateway: &Gateway, password: &str) -> reqwest::RequestBuilder {
    let form = [
        ("email", "anna@example.org"),
        ("password", password),
        ("next", "/outbox/mesg_1"),
    ];
    gateway.http.post(gateway.url("/sign-in")).form(&form)
}

#[tokio::test]
async fn staff_sign_in_with_a_browser_and_see_the_outbox() {
    let gateway = Gateway::start().await;
    gateway.staff("anna@example.org", &["agent"]).await;
    let get = |path: &str| {
        gateway
            .http
            .get(gateway.url(path))
            .header("accept", "text/html")
    };
    let away = get("/outbox/mesg_1").send().await.unwrap();
    assert_eq!(away.status(), 303);
    assert_eq!(
        away.headers()["location"],
        "/sign-in?next=%2Foutbox%2Fmesg%5F1"
    );

    let right = sign_in(&gateway, PASSWORD).header("origin", gateway.url(""));
    let right = right.send().await.unwrap();
    assert_eq!(right.status(), 303);
    assert_eq!(right.headers()["location"], "/outbox/mesg_1");
    let cookie = right.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let list = get("/outbox")
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    let list = text(list).await;
    assert!(
        list.contains("&lt;script&gt;alert") && !list.contains("<script"),
        "{list}"
    );
    assert!(
        list.contains("anna@example.org") && list.contains("caught"),
        "{list}"
    );

    let call = gateway
        .http
        .get(gateway.url("/v1/me"))
        .header("cookie", &cookie);
    assert_eq!(
        call.send().await.unwrap().status(),
        401,
        "a cookie opens pages only"
    );
    let out = gateway
        .http
        .post(gateway.url("/sign-out"))
        .send()
        .await
        .unwrap();
    assert!(
        out.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
}

#[tokio::test]
async fn a_wrong_password_or_a_foreign_page_begins_no_session() {
    let gateway = Gateway::start().await;
    gateway.staff("anna@example.org", &["agent"]).await;
    let wrong = sign_in(&gateway, "wrong horse").send().await.unwrap();
    assert_eq!(wrong.status(), 401);
    assert!(text(wrong).await.contains("Address or password is wrong"));
    for (header, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let foreign = sign_in(&gateway, PASSWORD)
            .header(header, value)
            .send()
            .await
            .unwrap();
        assert_eq!(foreign.status(), 403, "{header}");
        assert!(!foreign.headers().contains_key("set-cookie"), "{header}");
    }
}

#[tokio::test]
async fn a_message_is_shown_without_being_able_to_do_anything() {
    let gateway = Gateway::start().await;
    let token = gateway.staff("anna@example.org", &["auditor"]).await;
    let get = async |path: &str| {
        let request = gateway.http.get(gateway.url(path)).bearer_auth(&token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response
    };
    let page = text(get("/outbox/mesg_1").await).await;
    assert!(
        page.contains("<iframe sandbox title=") && page.contains("/outbox/mesg_1/html"),
        "{page}"
    );
    let page = text(get("/outbox/mesg_1?view=text").await).await;
    assert!(
        page.contains("Dear &lt;&#x2f;pre&gt;&lt;script&gt;"),
        "{page}"
    );
    let page = text(get("/outbox/mesg_1?view=headers").await).await;
    assert!(page.contains("Subject: &lt;x&gt;"), "{page}");
    let html = get("/outbox/mesg_1/html").await;
    let policy = html.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox"),
        "{policy}"
    );
    assert_eq!(html.headers()["x-frame-options"], "SAMEORIGIN");
    assert!(text(html).await.starts_with("<h1>Dear Anna</h1>"));
}

#[tokio::test]
async fn in_development_the_outbox_is_open_at_the_machine_itself() {
    let gateway = Gateway::started(How {
        dev: true,
        ..How::default()
    })
    .await;
    let get = |path: &str| gateway.http.get(gateway.url(path));
    assert_eq!(get("/outbox").send().await.unwrap().status(), 200);
    let rebound = get("/outbox")
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status(), 401);
    let proxied = get("/outbox")
        .header("x-forwarded-for", "192.0.2.1")
        .send()
        .await
        .unwrap();
    assert_eq!(proxied.status(), 401);
    assert_eq!(
        get("/v1/messages").send().await.unwrap().status(),
        401,
        "pages only"
    );
    assert!(
        text(get("/").send().await.unwrap())
            .await
            .contains("with reflection")
    );
}

#[tokio::test]
async fn a_questionnaire_is_answered_without_script_or_sign_in() {
    let gateway = Gateway::start().await;
    let url = gateway.url("/q/token");
    let shown = gateway.http.get(&url).send().await.unwrap();
    assert_eq!(shown.headers()["x-robots-tag"], "noindex, nofollow");
    let page = text(shown).await;
    assert!(
        page.contains("lang=\"lv\"") && page.contains("value=\"price\""),
        "{page}"
    );
    assert!(
        !page.contains("<script") && !page.contains("<img"),
        "{page}"
    );

    let form = [
        ("reason", "price"),
        ("comment", "Pārāk <dārgi>"),
        ("contact_wanted", "1"),
    ];
    let thanks = gateway.http.post(&url).form(&form).send().await.unwrap();
    assert_eq!(thanks.status(), 200);
    let page = text(thanks).await;
    assert!(page.contains("price|Pārāk &lt;dārgi&gt;|true"), "{page}");

    let page = text(
        gateway
            .http
            .get(gateway.url("/q/answered"))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert!(
        page.contains("Paldies") && !page.contains("<form"),
        "{page}"
    );
    let unknown = gateway
        .http
        .get(gateway.url("/q/unknown"))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
}
