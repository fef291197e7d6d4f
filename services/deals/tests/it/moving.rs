use std::collections::BTreeSet;
use std::time::Duration;

use proto::deals::v1::{Deal, DealStageChanged, MoveDealRequest, UpdateDealRequest};
use tonic::Status;

use crate::world::{World, euros, noon, reason, stamp, violations, worlds};

async fn go(world: &World, deal: &Deal, stage: &str) -> Result<Deal, Status> {
    let request = MoveDealRequest {
        deal_id: deal.deal_id.clone(),
        stage: stage.to_owned(),
    };
    Ok(world
        .client
        .clone()
        .move_deal(request)
        .await?
        .into_inner()
        .deal
        .unwrap())
}

/// A deal that may go to `offer` and `negotiation`, not to `agreement`.
async fn ready(world: &World) -> Deal {
    let deal = Deal {
        title: "Desks".to_owned(),
        sale_object: "desk".to_owned(),
        amount: euros(100),
        ..Deal::default()
    };
    world.open_deal(deal).await.unwrap()
}

#[tokio::test]
async fn a_move_is_kept_with_the_time_spent_and_announced_once() {
    for world in worlds().await {
        let deal = ready(&world).await;
        world.hands.advance(Duration::from_secs(90));
        let moved = go(&world, &deal, "offer").await.unwrap();
        assert_eq!((moved.stage.as_str(), moved.revision), ("offer", 2));
        assert_eq!(
            go(&world, &deal, "offer").await.unwrap(),
            moved,
            "a repeat changes nothing"
        );

        world.hands.advance(Duration::from_secs(30));
        let stages = world.card(&deal.deal_id).await.stages;
        let shown: Vec<_> = stages
            .iter()
            .map(|it| (it.stage.as_str(), it.spent_ms))
            .collect();
        assert_eq!(
            shown,
            [("need", 90_000), ("offer", 30_000)],
            "{}",
            world.label
        );
        assert_eq!(stages[0].left_at, stages[1].entered_at);
        assert_eq!(stages[1].left_at, None);
        assert_eq!(stages[1].moved_by, world.staff.to_string());

        let announced = world.announced::<DealStageChanged>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        let DealStageChanged {
            from_stage,
            to_stage,
            spent_ms,
            ..
        } = &announced[0].message;
        assert_eq!(
            (from_stage.as_str(), to_stage.as_str(), *spent_ms),
            ("need", "offer", 90_000)
        );
        assert_eq!(announced[0].revision, 2);
    }
}

#[tokio::test]
async fn a_closed_gate_says_what_it_wants() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let refused = go(&world, &deal, "agreement").await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
        let explained = rpc::explain(&refused);
        assert_eq!(explained.reason, "GATE_NOT_MET");
        assert_eq!(
            explained.metadata["missing"], "sale_object,amount,person,expected_close_at",
            "{}",
            world.label
        );
        assert_eq!(
            world.deal(&deal.deal_id).await,
            deal,
            "it stays where it is"
        );

        let filled = UpdateDealRequest {
            deal_id: deal.deal_id.clone(),
            sale_object: Some("desk".to_owned()),
            amount: euros(1),
            person_id: Some(ids::PersonId::generate().to_string()),
            expected_close_at: stamp(noon()),
            ..UpdateDealRequest::default()
        };
        world.client.clone().update_deal(filled).await.unwrap();
        assert_eq!(
            go(&world, &deal, "agreement").await.unwrap().stage,
            "agreement"
        );
        assert_eq!(
            go(&world, &deal, "need").await.unwrap().stage,
            "need",
            "the way back is open"
        );
    }
}

#[tokio::test]
async fn stages_and_deals_that_do_not_exist_are_refused() {
    for world in worlds().await {
        let deal = ready(&world).await;
        let unknown = ("stage".to_owned(), "STAGE_UNKNOWN".to_owned());
        assert_eq!(violations(go(&world, &deal, "moon").await), [unknown]);
        let nobody = Deal {
            deal_id: ids::DealId::generate().to_string(),
            ..deal
        };
        assert_eq!(reason(go(&world, &nobody, "offer").await), "DEAL_NOT_FOUND");
    }
}

#[tokio::test]
async fn moves_at_once_lose_nothing() {
    for world in worlds().await {
        let deal = ready(&world).await;
        let stages = [
            "offer",
            "negotiation",
            "need",
            "offer",
            "negotiation",
            "need",
        ];
        let moves = stages
            .iter()
            .cycle()
            .take(24)
            .map(|stage| go(&world, &deal, stage));
        for moved in futures::future::join_all(moves).await {
            moved.unwrap();
        }

        let announced = world.announced::<DealStageChanged>().await;
        let revisions: BTreeSet<i64> = announced.iter().map(|event| event.revision).collect();
        assert_eq!(
            revisions.len(),
            announced.len(),
            "{}: each move has its revision",
            world.label
        );
        let last = world.deal(&deal.deal_id).await;
        let changes = i64::try_from(announced.len()).unwrap();
        assert_eq!(last.revision, 1 + changes, "{}", world.label);

        let mut chain: Vec<_> = announced.iter().collect();
        chain.sort_by_key(|event| event.revision);
        let mut at = "need".to_owned();
        for event in chain {
            assert_eq!(
                event.message.from_stage, at,
                "{}: no move starts elsewhere",
                world.label
            );
            at.clone_from(&event.message.to_stage);
        }
        assert_eq!(at, last.stage);

        let stays = world.card(&deal.deal_id).await.stages;
        assert_eq!(stays.len(), announced.len() + 1, "{}", world.label);
        assert_eq!(
            stays.iter().filter(|stay| stay.left_at.is_none()).count(),
            1
        );
    }
}
