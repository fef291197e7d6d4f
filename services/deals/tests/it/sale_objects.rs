use ids::SaleObjectId;
use proto::deals::v1::{
    CreateSaleObjectRequest, GetSaleObjectRequest, LineKind, ListSaleObjectsRequest, RelatedObject,
    SaleObject, SaleObjectRecorded, UpdateSaleObjectRequest,
};
use proto::types::v1::Money;
use rpc::{Identity, Role};
use tonic::Status;

use crate::offers::client;
use crate::world::{World, reason, violations, worlds};

pub(crate) fn money(minor: i64, currency: &str) -> Money {
    Money {
        minor,
        currency: currency.to_owned(),
    }
}

pub(crate) fn desk() -> SaleObject {
    SaleObject {
        code: "desk".to_owned(),
        name: "Desk".to_owned(),
        unit: "piece".to_owned(),
        prices: vec![money(4_000_000, "HUF"), money(10_000, "EUR")],
        active: true,
        ..SaleObject::default()
    }
}

pub(crate) async fn create(world: &World, object: SaleObject) -> Result<SaleObject, Status> {
    let request = CreateSaleObjectRequest {
        sale_object: Some(object),
    };
    let answer = client(world).create_sale_object(request).await?;
    Ok(answer.into_inner().sale_object.unwrap())
}

async fn update(world: &World, object: SaleObject) -> Result<SaleObject, Status> {
    let request = UpdateSaleObjectRequest {
        sale_object_id: object.sale_object_id.clone(),
        sale_object: Some(object),
    };
    let answer = client(world).update_sale_object(request).await?;
    Ok(answer.into_inner().sale_object.unwrap())
}

async fn get(world: &World, id: &str) -> Result<SaleObject, Status> {
    let request = GetSaleObjectRequest {
        sale_object_id: id.to_owned(),
    };
    let answer = client(world).get_sale_object(request).await?;
    Ok(answer.into_inner().sale_object.unwrap())
}

#[tokio::test]
async fn a_sale_object_is_recorded_once_and_replaced_as_a_whole() {
    for world in worlds().await {
        let new = SaleObject {
            sale_object_id: SaleObjectId::generate().to_string(),
            ..desk()
        };
        let created = create(&world, new.clone()).await.unwrap();
        let currencies: Vec<_> = created
            .prices
            .iter()
            .map(|it| it.currency.as_str())
            .collect();
        assert_eq!(currencies, ["EUR", "HUF"], "{}", world.label);
        let other = SaleObject {
            name: "Chair".to_owned(),
            ..new
        };
        assert_eq!(
            create(&world, other).await.unwrap(),
            created,
            "the first stands"
        );

        let changed = SaleObject {
            name: "Oak desk".to_owned(),
            active: false,
            ..created.clone()
        };
        let updated = update(&world, changed.clone()).await.unwrap();
        assert_eq!((updated.revision, updated.active), (2, false));
        assert_eq!(reason(update(&world, changed).await), "REVISION_CONFLICT");
        let same = SaleObject {
            revision: 0,
            ..updated.clone()
        };
        assert_eq!(update(&world, same).await.unwrap(), updated);
        assert_eq!(get(&world, &created.sale_object_id).await.unwrap(), updated);

        let told = world.announced::<SaleObjectRecorded>().await;
        let told: Vec<_> = told
            .iter()
            .map(|it| (it.revision, it.message.name.as_str()))
            .collect();
        assert_eq!(told, [(1, "Desk"), (2, "Oak desk")], "{}", world.label);
    }
}

#[tokio::test]
async fn what_goes_with_a_sale_object_is_in_the_catalogue() {
    for world in worlds().await {
        let desk = create(&world, desk()).await.unwrap();
        let with = |id: &str, kind: LineKind| SaleObject {
            code: "chair".to_owned(),
            name: "Chair".to_owned(),
            related: vec![RelatedObject {
                sale_object_id: id.to_owned(),
                kind: kind.into(),
            }],
            ..crate::sale_objects::desk()
        };
        let nowhere = SaleObjectId::generate().to_string();
        let refused = create(&world, with(&nowhere, LineKind::UpSell)).await;
        assert_eq!(reason(refused), "SALE_OBJECT_NOT_FOUND", "{}", world.label);
        let base = create(&world, with(&desk.sale_object_id, LineKind::Base)).await;
        let wrong = (
            "sale_object.related[0].kind".to_owned(),
            "MALFORMED".to_owned(),
        );
        assert_eq!(violations(base), [wrong], "{}", world.label);
        let chair = create(&world, with(&desk.sale_object_id, LineKind::CrossSell))
            .await
            .unwrap();
        let mut twice = chair.clone();
        twice.related.push(chair.related[0].clone());
        let wrong = (
            "sale_object.related[1].sale_object_id".to_owned(),
            "DUPLICATE".to_owned(),
        );
        assert_eq!(violations(update(&world, twice).await), [wrong]);
        let mut itself = chair.clone();
        itself.related[0].sale_object_id = chair.sale_object_id;
        let wrong = (
            "sale_object.related[0].sale_object_id".to_owned(),
            "DUPLICATE".to_owned(),
        );
        assert_eq!(violations(update(&world, itself).await), [wrong]);
    }
}

#[tokio::test]
async fn what_the_catalogue_cannot_hold_is_refused() {
    for world in worlds().await {
        create(&world, desk()).await.unwrap();
        assert_eq!(
            reason(create(&world, desk()).await),
            "SALE_OBJECT_CODE_TAKEN"
        );
        let wrong = SaleObject {
            code: "Two Words".to_owned(),
            name: String::new(),
            prices: vec![money(1, "EUR"), money(2, "EUR")],
            ..desk()
        };
        let found = violations(create(&world, wrong).await);
        let expected = [
            ("sale_object.code", "MALFORMED"),
            ("sale_object.name", "REQUIRED"),
            ("sale_object.prices", "MALFORMED"),
        ];
        let expected = expected.map(|(field, reason)| (field.to_owned(), reason.to_owned()));
        assert_eq!(found, expected, "{}", world.label);
        let unknown = get(&world, &SaleObjectId::generate().to_string()).await;
        assert_eq!(reason(unknown), "SALE_OBJECT_NOT_FOUND");

        let marketer = Identity::Staff {
            id: ids::StaffId::generate().to_string(),
            roles: vec![Role::Marketer],
        };
        let channel = world.channel_of(marketer);
        let mut client = proto::deals::v1::offers_service_client::OffersServiceClient::new(channel);
        let request = CreateSaleObjectRequest {
            sale_object: Some(desk()),
        };
        assert_eq!(
            reason(client.create_sale_object(request).await),
            "NOT_ALLOWED"
        );
    }
}

#[tokio::test]
async fn the_catalogue_is_listed_by_name_in_pages() {
    for world in worlds().await {
        for (place, name) in ["Chair", "Armchair", "Desk", "Lamp"]
            .into_iter()
            .enumerate()
        {
            let object = SaleObject {
                code: format!("object-{place}"),
                name: name.to_owned(),
                active: name != "Desk",
                ..desk()
            };
            create(&world, object).await.unwrap();
        }
        for (active_only, expected) in [
            (false, vec!["Armchair", "Chair", "Desk", "Lamp"]),
            (true, vec!["Armchair", "Chair", "Lamp"]),
        ] {
            let mut names = Vec::new();
            let mut request = ListSaleObjectsRequest {
                active_only,
                page_size: 2,
                ..ListSaleObjectsRequest::default()
            };
            loop {
                let page = client(&world).list_sale_objects(request.clone()).await;
                let page = page.unwrap().into_inner();
                assert!(page.sale_objects.len() <= 2);
                names.extend(page.sale_objects.into_iter().map(|it| it.name));
                if page.next_page_token.is_empty() {
                    break;
                }
                request.page_token = page.next_page_token;
            }
            assert_eq!(names, expected, "{}", world.label);
        }
    }
}
