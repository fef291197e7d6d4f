use proto::deals::v1::{
    Deal, DealLost, DealState, DealWon, ListLossReasonsRequest, LoseDealRequest, MoveDealRequest,
    NextContactPlanned, PlanNextContactRequest, WinDealRequest,
};
use tonic::Status;

use crate::world::{World, euros, noon, reason, stamp, violations, worlds};

async fn win(world: &World, deal: &Deal, minor: Option<i64>) -> Result<Deal, Status> {
    let amount = minor.and_then(euros);
    let request = WinDealRequest {
        deal_id: deal.deal_id.clone(),
        amount,
    };
    Ok(world
        .client
        .clone()
        .win_deal(request)
        .await?
        .into_inner()
        .deal
        .unwrap())
}

async fn lose(world: &World, deal: &Deal, reason: &str) -> Result<Deal, Status> {
    let request = LoseDealRequest {
        deal_id: deal.deal_id.clone(),
        reason: reason.to_owned(),
        note: "in words".to_owned(),
    };
    Ok(world
        .client
        .clone()
        .lose_deal(request)
        .await?
        .into_inner()
        .deal
        .unwrap())
}

#[tokio::test]
async fn a_deal_is_won_once_with_its_final_amount() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        assert_eq!(reason(win(&world, &deal, None).await), "AMOUNT_REQUIRED");

        let won = win(&world, &deal, Some(90)).await.unwrap();
        assert_eq!(won.state(), DealState::Won);
        assert_eq!(
            (won.amount.clone(), won.closed_at),
            (euros(90), stamp(noon()))
        );
        world.days_pass(1);
        assert_eq!(
            win(&world, &deal, None).await.unwrap(),
            won,
            "{}",
            world.label
        );
        assert_eq!(win(&world, &deal, Some(90)).await.unwrap(), won);
        assert_eq!(
            reason(win(&world, &deal, Some(80)).await),
            "DEAL_ALREADY_WON"
        );
        assert_eq!(
            reason(lose(&world, &deal, "price").await),
            "DEAL_ALREADY_WON"
        );

        let announced = world.announced::<DealWon>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].message.amount, euros(90));
        assert_eq!(announced[0].message.won_at, stamp(noon()));
        assert_eq!(announced[0].message.responsible_id, world.staff.to_string());
        let stays = world.card(&deal.deal_id).await.stages;
        assert_eq!(
            stays[0].left_at,
            stamp(noon()),
            "the stay ends with the deal"
        );
    }
}

#[tokio::test]
async fn a_deal_is_lost_once_for_a_reason_of_the_directory() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let unknown = ("reason".to_owned(), "REASON_UNKNOWN".to_owned());
        assert_eq!(violations(lose(&world, &deal, "weather").await), [unknown]);

        let lost = lose(&world, &deal, "price").await.unwrap();
        assert_eq!(lost.state(), DealState::Lost);
        assert_eq!(
            (lost.loss_reason.as_str(), lost.lost_stage.as_str()),
            ("price", "need")
        );
        assert_eq!(lost.loss_note, "in words");
        assert_eq!(
            lose(&world, &deal, "price").await.unwrap(),
            lost,
            "{}",
            world.label
        );
        assert_eq!(
            reason(lose(&world, &deal, "competitor").await),
            "DEAL_ALREADY_LOST"
        );
        assert_eq!(
            reason(win(&world, &deal, Some(1)).await),
            "DEAL_ALREADY_LOST"
        );
        let request = MoveDealRequest {
            deal_id: deal.deal_id,
            stage: "offer".to_owned(),
        };
        let moved = world.client.clone().move_deal(request).await;
        assert_eq!(reason(moved), "DEAL_ALREADY_LOST");

        let announced = world.announced::<DealLost>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        let DealLost {
            reason,
            stage,
            amount,
            ..
        } = &announced[0].message;
        assert_eq!(
            (reason.as_str(), stage.as_str(), amount),
            ("price", "need", &None)
        );
    }
}

#[tokio::test]
async fn closing_cancels_the_next_contact() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let request = PlanNextContactRequest {
            deal_id: deal.deal_id.clone(),
            next_contact_at: stamp(noon()),
            contact_kind: String::new(),
        };
        world
            .client
            .clone()
            .plan_next_contact(request)
            .await
            .unwrap();
        lose(&world, &deal, "no_need").await.unwrap();
        let announced = world.announced::<NextContactPlanned>().await;
        let times: Vec<_> = announced
            .iter()
            .map(|it| it.message.next_contact_at)
            .collect();
        assert_eq!(times, [stamp(noon()), None], "{}", world.label);
        assert_eq!(world.deal(&deal.deal_id).await.next_contact_at, None);
    }
}

#[tokio::test]
async fn a_deal_won_and_lost_at_once_is_one_of_them() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let (won, lost) = tokio::join!(win(&world, &deal, Some(1)), lose(&world, &deal, "price"));
        assert_ne!(
            won.is_ok(),
            lost.is_ok(),
            "{}: {won:?} {lost:?}",
            world.label
        );
        let announced =
            world.announced::<DealWon>().await.len() + world.announced::<DealLost>().await.len();
        assert_eq!(announced, 1, "{}", world.label);
    }
}

#[tokio::test]
async fn the_directory_of_reasons_is_in_order() {
    for world in worlds().await {
        let response = world
            .client
            .clone()
            .list_loss_reasons(ListLossReasonsRequest {})
            .await;
        let reasons = response.unwrap().into_inner().reasons;
        assert_eq!(reasons[0].code, "price");
        assert_eq!(reasons.last().unwrap().code, "other");
    }
}
