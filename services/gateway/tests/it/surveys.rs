//! Surveys as pages for whoever has the link.

use reqwest::Response;

use crate::harness::Gateway;

async fn get(gateway: &Gateway, path: &str) -> Response {
    let request = gateway.http.get(gateway.url(path));
    request.send().await.unwrap()
}

async fn post(gateway: &Gateway, path: &str, form: &[(&str, &str)]) -> Response {
    let request = gateway.http.post(gateway.url(path)).form(form);
    request.send().await.unwrap()
}

/// The status and the page.
async fn page(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    (status, response.text().await.unwrap())
}

#[tokio::test]
async fn a_survey_is_shown_without_script_or_sign_in() {
    let gateway = Gateway::start().await;
    let shown = get(&gateway, "/s/token").await;
    assert_eq!(shown.headers()["x-robots-tag"], "noindex, nofollow");
    assert_eq!(shown.headers()["cache-control"], "no-store");
    let (status, page) = page(shown).await;
    assert_eq!(status, 200, "{page}");
    for raw in ["<script", "<img", "<b>", "<it>"] {
        assert!(!page.contains(raw), "{raw}: {page}");
    }
    for part in [
        "<html lang=\"en\">",
        "name=\"q_nps\" value=\"0\" required> 0 · not at all likely</label>",
        "name=\"q_nps\" value=\"10\" required> 10 · extremely likely</label>",
        "name=\"q_colour\" value=\"Blue\"> Blue</label>",
        "name=\"q_colour\" value=\"\" checked> No answer</label>",
        "<label for=\"q_why\">Why?</label>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("<fieldset").count(), 2, "{page}");
    assert_eq!(page.matches("<legend>").count(), 2, "{page}");
    assert!(!page.contains("role=\"alert\"") && !page.contains("role=\"status\""));
}

#[tokio::test]
async fn a_survey_speaks_the_language_that_is_asked_for_or_liked() {
    let gateway = Gateway::start().await;
    for (query, accepted, lang, word) in [
        ("", "", "en", "Send the answers"),
        ("", "hu-HU,hu;q=0.9", "hu", "Válaszok küldése"),
        ("?lang=lv", "ru", "lv", "Nosūtīt atbildes"),
        ("?lang=xx", "ru", "ru", "Отправить ответы"),
    ] {
        let request = gateway.http.get(gateway.url(&format!("/s/token{query}")));
        let request = request.header("accept-language", accepted);
        let (_, page) = page(request.send().await.unwrap()).await;
        let html = format!("<html lang=\"{lang}\">");
        assert!(page.contains(&html) && page.contains(word), "{page}");
        let current = format!("lang=\"{lang}\" hreflang=\"{lang}\" aria-current=\"true\"");
        assert!(page.contains(&current), "{page}");
    }
}

#[tokio::test]
async fn answers_are_taken_and_thanked_for() {
    let gateway = Gateway::start().await;
    let form = [("q_nps", "9"), ("q_colour", ""), ("q_why", "")];
    let (status, page) = page(post(&gateway, "/s/token?lang=ru", &form).await).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Ваши ответы сохранены."), "{page}");
    assert!(!page.contains("<form"), "{page}");
}

#[tokio::test]
async fn what_is_missing_is_said_and_what_was_typed_stays() {
    let gateway = Gateway::start().await;
    let form = [
        ("q_colour", "\"><img src=x>"),
        ("q_why", "</textarea><script>\r\nline"),
    ];
    let refused = post(&gateway, "/s/token?lang=hu", &form).await;
    assert_eq!(refused.headers()["x-robots-tag"], "noindex, nofollow");
    let (status, page) = page(refused).await;
    assert_eq!(status, 400, "{page}");
    for part in [
        "role=\"alert\"",
        "<a href=\"#q_nps\">",
        "aria-invalid=\"true\" aria-describedby=\"q_nps_wrong\"",
        "<p class=\"wrong\" id=\"q_nps_wrong\">Kérjük, válaszoljon erre a kérdésre.</p>",
        "<input type=\"radio\" id=\"q_nps\" autofocus name=\"q_nps\"",
        "&lt;script&gt;\nline</textarea>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches(" checked").count(), 1, "{page}");
    assert!(
        !page.contains("<img") && !page.contains("<script"),
        "{page}"
    );
    assert_eq!(page.matches(" autofocus").count(), 1, "{page}");
}

#[tokio::test]
async fn an_answer_from_before_is_shown_to_be_corrected() {
    let gateway = Gateway::start().await;
    let (status, page) = page(get(&gateway, "/s/answered").await).await;
    assert_eq!(status, 200, "{page}");
    assert!(
        page.contains("<p role=\"status\">You have answered already."),
        "{page}"
    );
    assert!(page.contains("value=\"7\" checked"), "{page}");
    assert!(page.contains("Because</textarea>"), "{page}");
}

#[tokio::test]
async fn a_survey_that_takes_no_answers_says_so() {
    let gateway = Gateway::start().await;
    let form = [("q_nps", "9")];
    let long = "a".repeat(201);
    for (token, status, title) in [
        ("closed", 410, "Šī aptauja ir slēgta"),
        ("interview", 410, "Šī aptauja ir slēgta"),
        ("unknown", 404, "Tādas aptaujas nav"),
        (long.as_str(), 404, "Tādas aptaujas nav"),
    ] {
        let path = format!("/s/{token}?lang=lv");
        for response in [
            get(&gateway, &path).await,
            post(&gateway, &path, &form).await,
        ] {
            let (found, page) = page(response).await;
            assert_eq!(found, status, "{token}: {page}");
            assert!(page.contains(title), "{token}: {page}");
            assert!(!page.contains("<form"), "{token}: {page}");
        }
    }
    // It was closed while somebody filled it in.
    let (status, page) = page(post(&gateway, "/s/closes", &form).await).await;
    assert_eq!(status, 410, "{page}");
    assert!(page.contains("This survey is closed"), "{page}");
}

#[tokio::test]
async fn what_cannot_be_answered_now_is_a_page_too() {
    let gateway = Gateway::start().await;
    let form = [("q_nps", "9"), ("q_why", "break")];
    let (status, page) = page(post(&gateway, "/s/token", &form).await).await;
    assert_eq!(status, 500, "{page}");
    assert!(page.contains("This did not work"), "{page}");
    let long = "x".repeat(2 << 20);
    let (status, page) = self::page(post(&gateway, "/s/token", &[("q_why", &long)]).await).await;
    assert_eq!(status, 413, "{page}");
}
