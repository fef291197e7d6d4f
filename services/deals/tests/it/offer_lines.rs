use ids::{OfferId, SaleObjectId};
use proto::deals::v1::{
    LineKind, OfferContent, OfferLine, RelatedObject, SaleObject, SuggestLinesRequest,
};

use crate::offers::{client, content, draft, get, line, send, try_draft, update};
use crate::sale_objects::{create as create_object, desk, money};
use crate::world::{World, reason, violations, worlds};

#[tokio::test]
async fn lines_take_what_they_lack_from_the_catalogue_and_keep_it() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let object = create_object(&world, desk()).await.unwrap();
        let of = |object: &SaleObject| OfferLine {
            sale_object_id: object.sale_object_id.clone(),
            quantity_milli: 2_000,
            ..OfferLine::default()
        };
        let named = OfferLine {
            text: "Desk with drawers".to_owned(),
            unit: "set".to_owned(),
            unit_price_minor: Some(9_000),
            ..of(&object)
        };
        let offer = draft(&world, &deal, content(vec![of(&object), named])).await;
        let lines = offer.content.clone().unwrap().lines;
        let said = |line: &OfferLine| (line.text.clone(), line.unit.clone(), line.unit_price_minor);
        let (name, unit) = ("Desk".to_owned(), "piece".to_owned());
        assert_eq!(
            said(&lines[0]),
            (name, unit, Some(10_000)),
            "{}",
            world.label
        );
        let (name, unit) = ("Desk with drawers".to_owned(), "set".to_owned());
        assert_eq!(said(&lines[1]), (name, unit, Some(9_000)));
        assert_eq!(lines[0].kind(), LineKind::Base);

        let retired = proto::deals::v1::UpdateSaleObjectRequest {
            sale_object_id: object.sale_object_id.clone(),
            sale_object: Some(SaleObject {
                active: false,
                prices: vec![],
                ..object.clone()
            }),
        };
        client(&world).update_sale_object(retired).await.unwrap();
        assert_eq!(get(&world, &offer).await, offer, "an offer is a copy");
        let id = OfferId::generate();
        let late = try_draft(&world, &deal, id, content(vec![of(&object)])).await;
        assert_eq!(reason(late), "SALE_OBJECT_INACTIVE", "{}", world.label);
        let nowhere = SaleObject {
            sale_object_id: SaleObjectId::generate().to_string(),
            ..desk()
        };
        let unknown = try_draft(&world, &deal, id, content(vec![of(&nowhere)])).await;
        assert_eq!(reason(unknown), "SALE_OBJECT_NOT_FOUND");
        let priceless = SaleObject {
            code: "stool".to_owned(),
            prices: vec![money(5, "USD")],
            ..desk()
        };
        let priceless = create_object(&world, priceless).await.unwrap();
        let refused = try_draft(&world, &deal, id, content(vec![of(&priceless)])).await;
        assert_eq!(reason(refused), "PRICE_MISSING", "{}", world.label);
    }
}

/// Records a sale object of that code with what goes with it.
async fn object(world: &World, code: &str, related: &[(&String, LineKind)]) -> String {
    let related = related.iter().map(|(id, kind)| RelatedObject {
        sale_object_id: (*id).clone(),
        kind: (*kind).into(),
    });
    let object = SaleObject {
        code: code.to_owned(),
        name: code.to_owned(),
        active: code != "retired",
        prices: match code {
            "dollars" => vec![money(1, "USD")],
            _ => desk().prices,
        },
        related: related.collect(),
        ..desk()
    };
    create_object(world, object).await.unwrap().sale_object_id
}

#[tokio::test]
async fn what_goes_with_the_lines_is_suggested() {
    use LineKind::{CrossSell, UpSell};
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let oak = object(&world, "oak", &[]).await;
        let lamp = object(&world, "lamp", &[]).await;
        let mat = object(&world, "mat", &[]).await;
        let retired = object(&world, "retired", &[]).await;
        let dollars = object(&world, "dollars", &[]).await;
        let related = [
            (&lamp, CrossSell),
            (&oak, UpSell),
            (&retired, CrossSell),
            (&dollars, CrossSell),
        ];
        let desk = object(&world, "desk", &related).await;
        let related = [(&lamp, CrossSell), (&mat, CrossSell), (&desk, CrossSell)];
        let chair = object(&world, "chair", &related).await;
        let of = |id: &String| OfferLine {
            sale_object_id: id.clone(),
            quantity_milli: 1_000,
            tax_bp: 2_100,
            ..OfferLine::default()
        };
        let lines = vec![line("Delivery", [1_000, 5], [0, 0]), of(&desk), of(&chair)];
        let offer = draft(&world, &deal, content(lines)).await;
        let request = SuggestLinesRequest {
            offer_id: offer.offer_id.clone(),
        };
        let answer = client(&world).suggest_lines(request).await.unwrap();
        let suggested = answer.into_inner().lines;
        let found: Vec<_> = suggested
            .iter()
            .map(|it| (it.line.as_ref().unwrap(), &it.goes_with_id))
            .map(|(line, with)| (&line.sale_object_id, line.kind(), with))
            .collect();
        let expected = [
            (&lamp, CrossSell, &desk),
            (&oak, UpSell, &desk),
            (&mat, CrossSell, &chair),
        ];
        assert_eq!(found, expected, "{}", world.label);
        let first = suggested[0].line.clone().unwrap();
        assert_eq!((first.net_minor, first.quantity_milli), (10_000, 1_000));

        // A suggestion is a line as it stands.
        let mut wanted = offer.content.clone().unwrap();
        wanted.lines.push(first);
        let offer = update(&world, &offer, wanted).await.unwrap();
        assert_eq!(offer.cross_sell_minor, 10_000, "{}", world.label);
    }
}

#[tokio::test]
async fn all_wrong_fields_of_an_offer_are_named_at_once() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let wrong = OfferContent {
            currency: String::new(),
            language: "de".to_owned(),
            lines: vec![
                line("", [0, -1], [10_001, -1]),
                OfferLine {
                    unit_price_minor: None,
                    ..line("Desks", [1_000, 0], [0, 0])
                },
            ],
            ..OfferContent::default()
        };
        let id = OfferId::generate();
        let found = violations(try_draft(&world, &deal, id, wrong).await);
        let expected = [
            ("content.currency", "REQUIRED"),
            ("content.language", "MALFORMED"),
            ("content.lines[0].text", "REQUIRED"),
            ("content.lines[0].quantity_milli", "OUT_OF_RANGE"),
            ("content.lines[0].unit_price_minor", "OUT_OF_RANGE"),
            ("content.lines[0].discount_bp", "OUT_OF_RANGE"),
            ("content.lines[0].tax_bp", "OUT_OF_RANGE"),
            ("content.lines[1].unit_price_minor", "REQUIRED"),
        ];
        let expected = expected.map(|(field, reason)| (field.to_owned(), reason.to_owned()));
        assert_eq!(found, expected, "{}", world.label);
        let most = 1_000_000_000_000_000;
        let much = content(vec![line("Gold", [2_000, most], [0, 0])]);
        assert_eq!(reason(try_draft(&world, &deal, id, much).await), "TOO_MUCH");
        let empty = draft(&world, &deal, content(vec![])).await;
        assert_eq!(
            reason(send(&world, &empty).await),
            "OFFER_EMPTY",
            "{}",
            world.label
        );
        let many = content(vec![line("Desk", [1, 1], [0, 0]); 201]);
        let wrong = ("content.lines".to_owned(), "TOO_MANY".to_owned());
        assert_eq!(
            violations(try_draft(&world, &deal, id, many).await),
            [wrong]
        );
    }
}
