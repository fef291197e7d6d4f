use std::time::Duration;

use proto::deals::v1::{
    Deal, NextContactPlanned, PlanNextContactRequest, UpdateDealRequest, WinDealRequest,
};
use tonic::Status;

use crate::world::{World, euros, noon, reason, stamp, violations, worlds};

async fn plan(world: &World, deal: &Deal, hours: Option<u64>, kind: &str) -> Result<Deal, Status> {
    let request = PlanNextContactRequest {
        deal_id: deal.deal_id.clone(),
        next_contact_at: hours.and_then(|hours| stamp(noon() + Duration::from_hours(hours))),
        contact_kind: kind.to_owned(),
    };
    Ok(world
        .client
        .clone()
        .plan_next_contact(request)
        .await?
        .into_inner()
        .deal
        .unwrap())
}

#[tokio::test]
async fn a_contact_is_planned_moved_and_cancelled() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        plan(&world, &deal, Some(1), "").await.unwrap();
        plan(&world, &deal, Some(1), "call").await.unwrap();
        plan(&world, &deal, Some(2), "visit").await.unwrap();
        let cancelled = plan(&world, &deal, None, "").await.unwrap();
        assert_eq!(cancelled.next_contact_at, None);

        let announced = world.announced::<NextContactPlanned>().await;
        let shown: Vec<_> = announced
            .iter()
            .map(|it| {
                (
                    it.revision,
                    it.message.kind.as_str(),
                    it.message.next_contact_at.is_some(),
                )
            })
            .collect();
        let expected = [(2, "call", true), (3, "visit", true), (4, "", false)];
        assert_eq!(
            shown, expected,
            "{}: a repeat is not announced",
            world.label
        );
        assert_eq!(announced[0].message.responsible_id, world.staff.to_string());
        assert_eq!(announced[0].message.title, "Desks");
    }
}

#[tokio::test]
async fn the_reminder_goes_over_to_who_takes_the_deal() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        plan(&world, &deal, Some(1), "").await.unwrap();
        let heir = ids::StaffId::generate().to_string();
        let request = UpdateDealRequest {
            deal_id: deal.deal_id.clone(),
            responsible_id: Some(heir.clone()),
            ..UpdateDealRequest::default()
        };
        world.client.clone().update_deal(request).await.unwrap();
        let announced = world.announced::<NextContactPlanned>().await;
        assert_eq!(announced.len(), 2, "{}", world.label);
        assert_eq!(announced[1].message.responsible_id, heir);
        assert_eq!(
            announced[1].message.next_contact_at,
            announced[0].message.next_contact_at
        );
    }
}

#[tokio::test]
async fn a_closed_deal_has_no_next_contact() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let wrong = ("contact_kind".to_owned(), "MALFORMED".to_owned());
        assert_eq!(
            violations(plan(&world, &deal, Some(1), "dance").await),
            [wrong]
        );
        let request = WinDealRequest {
            deal_id: deal.deal_id.clone(),
            amount: euros(1),
        };
        world.client.clone().win_deal(request).await.unwrap();
        assert_eq!(
            reason(plan(&world, &deal, Some(1), "").await),
            "DEAL_ALREADY_WON"
        );
        assert!(
            world.announced::<NextContactPlanned>().await.is_empty(),
            "{}",
            world.label
        );
    }
}
