use ids::DealActivityId;
use proto::deals::v1::{
    Activity, CompleteActivityRequest, CompleteActivityResponse, Deal, DealStageChanged,
    LoseDealRequest, PlanActivityRequest,
};
use tonic::Status;

use crate::world::{World, euros, noon, reason, stamp, violations, worlds};

async fn plan(world: &World, deal: &Deal, activity: Activity) -> Result<Activity, Status> {
    let deal_id = deal.deal_id.clone();
    let request = PlanActivityRequest {
        deal_id,
        activity: Some(activity),
    };
    Ok(world
        .client
        .clone()
        .plan_activity(request)
        .await?
        .into_inner()
        .activity
        .unwrap())
}

async fn complete(
    world: &World,
    deal: &Deal,
    activity: &Activity,
) -> Result<CompleteActivityResponse, Status> {
    let request = CompleteActivityRequest {
        deal_id: deal.deal_id.clone(),
        activity_id: activity.activity_id.clone(),
        result: "agreed".to_owned(),
    };
    Ok(world
        .client
        .clone()
        .complete_activity(request)
        .await?
        .into_inner())
}

fn offer() -> Activity {
    Activity {
        activity_id: DealActivityId::generate().to_string(),
        kind: "offer".to_owned(),
        note: "send it".to_owned(),
        due_at: stamp(noon()),
        move_to: "negotiation".to_owned(),
        ..Activity::default()
    }
}

#[tokio::test]
async fn planning_the_same_activity_twice_returns_the_first() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let planned = plan(&world, &deal, offer()).await.unwrap();
        assert_eq!(planned.responsible_id, world.staff.to_string());
        let other = Activity {
            note: "another".to_owned(),
            ..planned.clone()
        };
        assert_eq!(
            plan(&world, &deal, other).await.unwrap(),
            planned,
            "{}",
            world.label
        );
        assert_eq!(world.card(&deal.deal_id).await.activities, [planned]);
    }
}

#[tokio::test]
async fn a_completed_activity_moves_the_deal_when_the_gate_lets_it() {
    for world in worlds().await {
        let deal = Deal {
            title: "Desks".to_owned(),
            sale_object: "desk".to_owned(),
            amount: euros(5),
            ..Deal::default()
        };
        let deal = world.open_deal(deal).await.unwrap();
        let planned = plan(&world, &deal, offer()).await.unwrap();
        let done = complete(&world, &deal, &planned).await.unwrap();
        assert_eq!(done.activity.unwrap().result, "agreed");
        assert_eq!(done.deal.unwrap().stage, "negotiation", "{}", world.label);
        assert_eq!(done.missing, [""; 0]);
        assert_eq!(world.announced::<DealStageChanged>().await.len(), 1);

        let again = complete(&world, &deal, &planned).await.unwrap();
        assert_eq!(again.deal.unwrap().revision, 2, "a repeat changes nothing");
        assert_eq!(world.announced::<DealStageChanged>().await.len(), 1);
    }
}

#[tokio::test]
async fn a_completion_stands_when_the_gate_does_not_open() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let planned = plan(&world, &deal, offer()).await.unwrap();
        let done = complete(&world, &deal, &planned).await.unwrap();
        assert_eq!(done.missing, ["sale_object", "amount"], "{}", world.label);
        assert_eq!(done.deal.unwrap().stage, "need");
        assert_eq!(done.activity.unwrap().completed_at, stamp(noon()));
        let again = complete(&world, &deal, &planned).await.unwrap();
        assert_eq!(again.missing, ["sale_object", "amount"], "{}", world.label);
        assert!(world.announced::<DealStageChanged>().await.is_empty());
    }
}

#[tokio::test]
async fn open_activities_come_first_then_the_newest() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let mut planned = Vec::new();
        for note in ["first", "second", "third"] {
            let activity = Activity {
                activity_id: String::new(),
                note: note.to_owned(),
                move_to: String::new(),
                ..offer()
            };
            planned.push(plan(&world, &deal, activity).await.unwrap());
            world.days_pass(1);
        }
        complete(&world, &deal, &planned[2]).await.unwrap();
        let card = world.card(&deal.deal_id).await;
        let notes: Vec<_> = card.activities.iter().map(|it| it.note.as_str()).collect();
        assert_eq!(notes, ["second", "first", "third"], "{}", world.label);
    }
}

#[tokio::test]
async fn what_cannot_be_planned_is_refused() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let moon = Activity {
            move_to: "moon".to_owned(),
            ..offer()
        };
        assert_eq!(reason(plan(&world, &deal, moon).await), "STAGE_UNKNOWN");
        let dance = Activity {
            kind: "dance".to_owned(),
            ..offer()
        };
        let wrong = ("activity.kind".to_owned(), "MALFORMED".to_owned());
        assert_eq!(violations(plan(&world, &deal, dance).await), [wrong]);
        assert_eq!(
            reason(complete(&world, &deal, &offer()).await),
            "ACTIVITY_NOT_FOUND"
        );

        let late = plan(&world, &deal, offer()).await.unwrap();
        let lost = LoseDealRequest {
            deal_id: deal.deal_id.clone(),
            reason: "price".to_owned(),
            note: String::new(),
        };
        world.client.clone().lose_deal(lost).await.unwrap();
        assert_eq!(
            reason(plan(&world, &deal, offer()).await),
            "DEAL_ALREADY_LOST"
        );
        assert_eq!(
            plan(&world, &deal, late.clone()).await.unwrap(),
            late,
            "it was planned before"
        );
        let done = complete(&world, &deal, &late).await.unwrap();
        assert_eq!(
            done.deal.unwrap().stage,
            "need",
            "the work is done, the deal stays lost"
        );
    }
}
