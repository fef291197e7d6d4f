use proto::deals::v1::{Deal, UpdateDealRequest, WinDealRequest};
use tonic::Status;

use crate::world::{World, euros, reason, violations, worlds};

async fn update(world: &World, request: UpdateDealRequest) -> Result<Deal, Status> {
    Ok(world
        .client
        .clone()
        .update_deal(request)
        .await?
        .into_inner()
        .deal
        .unwrap())
}

fn nothing(deal: &Deal) -> UpdateDealRequest {
    UpdateDealRequest {
        deal_id: deal.deal_id.clone(),
        ..UpdateDealRequest::default()
    }
}

#[tokio::test]
async fn absent_fields_stay_and_empty_references_go() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let request = UpdateDealRequest {
            amount: euros(7),
            note: Some("ring twice".to_owned()),
            organisation_id: Some(ids::OrganisationId::generate().to_string()),
            ..nothing(&deal)
        };
        let updated = update(&world, request.clone()).await.unwrap();
        assert_eq!(updated.title, "Desks");
        assert_eq!((updated.amount.clone(), updated.revision), (euros(7), 2));
        assert_eq!(
            update(&world, request).await.unwrap(),
            updated,
            "{}",
            world.label
        );

        let cleared = UpdateDealRequest {
            organisation_id: Some(String::new()),
            ..nothing(&deal)
        };
        let cleared = update(&world, cleared).await.unwrap();
        assert_eq!(
            (cleared.organisation_id.as_str(), cleared.amount),
            ("", euros(7))
        );
    }
}

#[tokio::test]
async fn an_update_of_something_else_than_was_seen_is_refused() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let title = |text: &str| UpdateDealRequest {
            revision: 1,
            title: Some(text.to_owned()),
            ..nothing(&deal)
        };
        update(&world, title("Chairs")).await.unwrap();
        let refused = update(&world, title("Tables")).await;
        assert_eq!(reason(refused), "REVISION_CONFLICT", "{}", world.label);
        assert_eq!(world.deal(&deal.deal_id).await.title, "Chairs");
    }
}

#[tokio::test]
async fn updates_at_once_are_all_kept() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let amount = UpdateDealRequest {
            amount: euros(9),
            ..nothing(&deal)
        };
        let note = UpdateDealRequest {
            note: Some("n".to_owned()),
            ..nothing(&deal)
        };
        let object = UpdateDealRequest {
            sale_object: Some("o".to_owned()),
            ..nothing(&deal)
        };
        let title = UpdateDealRequest {
            title: Some("t".to_owned()),
            ..nothing(&deal)
        };
        let updates = [amount, note, object, title].map(|request| update(&world, request));
        for updated in futures::future::join_all(updates).await {
            updated.unwrap();
        }
        let last = world.deal(&deal.deal_id).await;
        assert_eq!(last.revision, 5, "{}", world.label);
        assert_eq!((last.title.as_str(), last.note.as_str()), ("t", "n"));
        assert_eq!((last.sale_object.as_str(), last.amount), ("o", euros(9)));
    }
}

#[tokio::test]
async fn closed_deals_and_wrong_fields_are_refused() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let wrong = UpdateDealRequest {
            title: Some(String::new()),
            person_id: Some("pers".to_owned()),
            revision: -1,
            ..nothing(&deal)
        };
        let fields: Vec<_> = violations(update(&world, wrong).await)
            .into_iter()
            .map(|it| it.0)
            .collect();
        assert_eq!(
            fields,
            ["revision", "title", "person_id"],
            "{}",
            world.label
        );

        let request = WinDealRequest {
            deal_id: deal.deal_id.clone(),
            amount: euros(1),
        };
        world.client.clone().win_deal(request).await.unwrap();
        let late = UpdateDealRequest {
            title: Some("Chairs".to_owned()),
            ..nothing(&deal)
        };
        assert_eq!(reason(update(&world, late).await), "DEAL_ALREADY_WON");
    }
}
