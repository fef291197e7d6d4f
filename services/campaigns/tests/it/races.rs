//! What happens at the same moment.

use ids::{ActivityId, CampaignId, ResponseId};
use proto::campaigns::v1::{self as pb, CampaignRecorded, CampaignState, ResponseRecorded};

use crate::{
    activities,
    fixture::{campaign, desks, participant},
};

#[tokio::test]
async fn two_lists_with_the_same_people_add_each_once() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        for round in 0..5 {
            let people = |step: usize| {
                let number = move |it: usize| (it * step) % 101;
                let one = move |it| participant("A", &format!("{round}-{}@x.org", number(it)));
                (0..101).map(one).collect::<Vec<_>>()
            };
            let (left, right) = tokio::join!(desk.add(&id, people(1)), desk.add(&id, people(7)));
            let ids = |list: Vec<pb::Participant>| {
                let mut ids: Vec<_> = list.into_iter().map(|it| it.participant_id).collect();
                ids.sort();
                ids
            };
            assert_eq!(ids(left.unwrap()), ids(right.unwrap()), "{}", desk.label);
        }
        assert_eq!(desk.card(&id).await.figures.unwrap().participants, 505);
    }
}

#[tokio::test]
async fn the_same_id_at_once_is_one_record() {
    for desk in desks().await {
        for _ in 0..10 {
            let request = pb::CreateCampaignRequest {
                campaign: Some(pb::Campaign {
                    campaign_id: CampaignId::generate().to_string(),
                    ..campaign("Fair")
                }),
            };
            let (mut one, mut other) = (desk.client(), desk.client());
            let (left, right) = tokio::join!(
                one.create_campaign(request.clone()),
                other.create_campaign(request)
            );
            assert_eq!(left.unwrap().into_inner(), right.unwrap().into_inner());
        }
        assert_eq!(
            desk.announced::<CampaignRecorded>().await.len(),
            10,
            "{}",
            desk.label
        );
        let id = desk.running("Fair").await;
        for _ in 0..10 {
            let activity = pb::Activity {
                activity_id: ActivityId::generate().to_string(),
                kind: "calls".to_owned(),
                name: "Calls".to_owned(),
                ..pb::Activity::default()
            };
            let (left, right) = tokio::join!(
                activities::add(&desk, &id, &activity),
                activities::add(&desk, &id, &activity)
            );
            assert_eq!(left.unwrap(), right.unwrap(), "{}", desk.label);
        }
        for round in 0..10 {
            let anna = desk.participant(&id, &format!("{round}@example.org")).await;
            let response = pb::Response {
                response_id: ResponseId::generate().to_string(),
                positive: true,
                ..pb::Response::default()
            };
            let (left, right) = tokio::join!(
                desk.respond(&id, &anna, response.clone()),
                desk.respond(&id, &anna, response)
            );
            assert_eq!(left.unwrap(), right.unwrap(), "{}", desk.label);
        }
        assert_eq!(
            desk.announced::<ResponseRecorded>().await.len(),
            10,
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn a_change_and_a_move_at_once_both_have_their_effect() {
    for desk in desks().await {
        for _ in 0..10 {
            let id = desk.create("Fair").await.campaign_id;
            let request = pb::UpdateCampaignRequest {
                campaign_id: id.clone(),
                campaign: Some(campaign("Ярмарка")),
            };
            let mut client = desk.client();
            let (moved, changed) = tokio::join!(
                desk.enter(&id, CampaignState::Running),
                client.update_campaign(request)
            );
            moved.unwrap();
            changed.unwrap();
            let now = desk.card(&id).await.campaign.unwrap();
            assert_eq!(
                (now.revision, now.name.as_str()),
                (3, "Ярмарка"),
                "{}",
                desk.label
            );
            assert_eq!(now.state(), CampaignState::Running, "{}", desk.label);
        }
    }
}
