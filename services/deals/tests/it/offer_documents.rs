use deals::settings::Settings;
use proto::deals::v1::{Offer, OfferContent, OfferLine, RenderOfferRequest, RenderOfferResponse};

use crate::offers::{client, content, draft, line, send};
use crate::world::{World, noon, reason, stamp, worlds};

async fn render(world: &World, offer: &Offer) -> RenderOfferResponse {
    let request = RenderOfferRequest {
        offer_id: offer.offer_id.clone(),
    };
    let answer = client(world).render_offer(request).await;
    answer.unwrap().into_inner()
}

/// Text without the space in it: how far letters stand apart is for the eye, and guessed when read back.
fn solid(text: &str) -> String {
    text.split_whitespace().collect()
}

fn text_of(document: &[u8]) -> String {
    solid(&pdf_extract::extract_text_from_mem(document).unwrap())
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(&solid(part)), "no {part:?} in {text}");
    }
}

fn in_language(language: &str, currency: &str, lines: Vec<OfferLine>) -> OfferContent {
    OfferContent {
        currency: currency.to_owned(),
        language: language.to_owned(),
        valid_until: stamp(noon() + chrono::TimeDelta::days(30)),
        ..content(lines)
    }
}

#[tokio::test]
async fn a_document_says_all_that_the_offer_does() {
    for mut world in worlds().await {
        world.set(Settings {
            offer_seller: "Möbel & Söhne\nDuna utca 1".to_owned(),
            ..Settings::default()
        });
        let deal = world.open("Desks").await;
        let lines = vec![
            line("Oak desk with drawers", [12_000, 12_345], [1_250, 2_100]),
            line("Delivery", [1_000, 9_900], [0, 0]),
        ];
        let offer = OfferContent {
            addressee: "Anna Kovács\nBudapest".to_owned(),
            introduction: "Thank you for your interest.".to_owned(),
            terms: "Delivery within four weeks.".to_owned(),
            ..in_language("en", "EUR", lines)
        };
        let offer = draft(&world, &deal, offer).await;
        let rendered = render(&world, &offer).await;
        assert_eq!(rendered.content_type, "application/pdf");
        assert_eq!(rendered.file_name, format!("offer-{}-1.pdf", offer.number));
        assert!(rendered.document.starts_with(b"%PDF-"), "{}", world.label);
        let text = text_of(&rendered.document);
        let title = format!("Offer {}/1", offer.number);
        contains(
            &text,
            &[
                "Möbel & Söhne Duna utca 1",
                &title,
                "Draft",
                "Date: 2026-11-22",
                "Valid until: 2026-12-22",
                "Anna Kovács Budapest",
                "Thank you for your interest.",
                "Oak desk with drawers",
                "123.45",
                "12.5%",
                "1,296.22",
                "Delivery",
                "99.00",
                "Total before tax",
                "1,395.22 EUR",
                "Tax 21%",
                "272.21 EUR",
                "1,667.43 EUR",
                "Delivery within four weeks.",
                "Page 1 of 1",
            ],
        );
        assert_eq!(offer.total.as_ref().unwrap().minor, 166_743);

        send(&world, &offer).await.unwrap();
        let sent = text_of(&render(&world, &offer).await.document);
        assert!(!sent.contains("Draft"), "{}", world.label);
    }
}

#[tokio::test]
async fn documents_speak_hungarian_russian_and_latvian() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        for (language, currency, text, expected) in [
            (
                "hu",
                "HUF",
                "Ülőgarnitúra hűtővel",
                [
                    "Ajánlat",
                    "Érvényes: 2026. 12. 22.",
                    "Ülőgarnitúra hűtővel",
                    "1 234 567,50",
                    "Áfa 27 %",
                    "Fizetendő",
                    "1 567 900,72 HUF",
                ],
            ),
            (
                "ru",
                "RUB",
                "Письменный стол «Ёж»",
                [
                    "Коммерческое предложение",
                    "Действительно до: 22.12.2026",
                    "Письменный стол «Ёж»",
                    "1 234 567,50",
                    "НДС 27 %",
                    "Всего",
                    "1 567 900,72 RUB",
                ],
            ),
            (
                "lv",
                "EUR",
                "Rakstāmgalds ar ķēdi, šūpuļkrēsls",
                [
                    "Piedāvājums",
                    "Derīgs līdz: 22.12.2026.",
                    "Rakstāmgalds ar ķēdi, šūpuļkrēsls",
                    "1 234 567,50",
                    "PVN 27 %",
                    "Kopā",
                    "1 567 900,72 EUR",
                ],
            ),
        ] {
            let lines = vec![line(text, [1_000, 123_456_750], [0, 2_700])];
            let offer = draft(&world, &deal, in_language(language, currency, lines)).await;
            let text = text_of(&render(&world, &offer).await.document);
            contains(&text, &expected);
        }
    }
}

#[tokio::test]
async fn the_same_offer_gives_the_same_bytes() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let lines = vec![line("Парта", [1_500, 777], [10, 2_000])];
        let offer = draft(&world, &deal, in_language("ru", "EUR", lines)).await;
        let first = render(&world, &offer).await;
        world.days_pass(400);
        assert!(render(&world, &offer).await == first, "{}", world.label);
    }
}

#[tokio::test]
async fn a_long_offer_goes_on_over_the_pages() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let lines = (1..=70)
            .map(|n| line(&format!("Item number {n} of the list"), [1_000, n], [0, 0]))
            .collect();
        let long = OfferContent {
            terms: "and so on ".repeat(500),
            ..in_language("en", "EUR", lines)
        };
        let offer = draft(&world, &deal, long).await;
        let document = render(&world, &offer).await.document;
        let pages = pdf_extract::extract_text_from_mem_by_pages(&document).unwrap();
        assert!(pages.len() > 2, "{}: {} pages", world.label, pages.len());
        let all = solid(&pages.concat());
        for n in 1..=70 {
            contains(&all, &[&format!("Item number {n} of the list")]);
        }
        contains(&all, &["Total before tax 24.85 EUR"]);
        for (place, page) in pages.iter().enumerate() {
            let foot = format!("Page {} of {}", place + 1, pages.len());
            contains(&solid(page), &[&foot]);
        }
        contains(&solid(&pages[1]), &["Description Quantity"]);
        let unknown = RenderOfferRequest {
            offer_id: ids::OfferId::generate().to_string(),
        };
        let answer = client(&world).render_offer(unknown).await;
        assert_eq!(reason(answer), "OFFER_NOT_FOUND", "{}", world.label);
    }
}
