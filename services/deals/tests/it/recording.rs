//! What is announced of deals and topics as a whole, with every change.

use std::collections::BTreeSet;

use deals::domain::topic;
use ids::{OrganisationId, PersonId};
use messaging::Received;
use proto::deals::v1::{
    Activity, CompleteActivityRequest, CreateTopicRequest, Deal, DealActivityCompleted,
    DealRecorded, LoseDealRequest, MoveDealRequest, PlanActivityRequest, PlanNextContactRequest,
    Stage, Topic, TopicRecorded, UpdateDealRequest, UpdateTopicRequest, WinDealRequest,
};

use crate::person_recorded::recorded as person_recorded;
use crate::world::{World, euros, noon, stamp, worlds};

async fn recorded(world: &World, deal: &Deal) -> Vec<Received<DealRecorded>> {
    let mut all = world.announced::<DealRecorded>().await;
    all.retain(|it| it.aggregate_id == deal.deal_id);
    all
}

/// The newest announcement tells the deal as it is, and no revision goes untold.
async fn check(world: &World, deal_id: &str, chance: i32) -> DealRecorded {
    let deal = world.deal(deal_id).await;
    let all = recorded(world, &deal).await;
    let revisions: BTreeSet<i64> = all.iter().map(|it| it.revision).collect();
    assert_eq!(revisions, (1..=deal.revision).collect(), "{}", world.label);
    assert_eq!(all.len(), revisions.len(), "each once");
    let newest = all.last().unwrap();
    assert_eq!(newest.revision, deal.revision, "{}", world.label);
    let state = deal.state().as_str_name().to_lowercase();
    let expected = DealRecorded {
        state: state.trim_start_matches("deal_state_").to_owned(),
        probability_percent: chance,
        deal_id: deal.deal_id,
        topic_id: deal.topic_id,
        stage: deal.stage,
        amount: deal.amount,
        expected_close_at: deal.expected_close_at,
        committed: deal.committed,
        lead_id: deal.lead_id,
        person_id: deal.person_id,
        organisation_id: deal.organisation_id,
        responsible_id: deal.responsible_id,
        origin: deal.origin,
        previous_contract_id: deal.previous_contract_id,
        sale_object: deal.sale_object,
        opened_at: deal.opened_at,
    };
    assert_eq!(newest.message, expected, "{}", world.label);
    expected
}

#[tokio::test]
async fn every_change_of_a_deal_is_told_as_a_whole() {
    for world in worlds().await {
        let client = || world.client.clone();
        let deal = Deal {
            title: "Desks".to_owned(),
            sale_object: "desk".to_owned(),
            person_id: PersonId::generate().to_string(),
            ..Deal::default()
        };
        let deal_id = world.open_deal(deal).await.unwrap().deal_id;
        check(&world, &deal_id, 10).await;

        let update = UpdateDealRequest {
            deal_id: deal_id.clone(),
            amount: euros(7),
            expected_close_at: stamp(noon()),
            committed: Some(true),
            ..UpdateDealRequest::default()
        };
        for _ in 0..2 {
            client().update_deal(update.clone()).await.unwrap();
        }
        let told = check(&world, &deal_id, 10).await;
        assert!(told.committed);

        let to_offer = MoveDealRequest {
            deal_id: deal_id.clone(),
            stage: "offer".to_owned(),
        };
        for _ in 0..2 {
            client().move_deal(to_offer.clone()).await.unwrap();
        }
        check(&world, &deal_id, 30).await;

        let call = PlanNextContactRequest {
            deal_id: deal_id.clone(),
            next_contact_at: stamp(noon()),
            contact_kind: String::new(),
        };
        client().plan_next_contact(call).await.unwrap();
        check(&world, &deal_id, 30).await;

        let person: PersonId = world.deal(&deal_id).await.person_id.parse().unwrap();
        let news = person_recorded(person, Some(OrganisationId::generate()), &[]);
        world.deliver(&news, person, 1).await;
        let told = check(&world, &deal_id, 30).await;
        assert_eq!(told.organisation_id, news.organisation_id);

        let win = WinDealRequest {
            deal_id: deal_id.clone(),
            amount: euros(9),
        };
        for _ in 0..2 {
            client().win_deal(win.clone()).await.unwrap();
        }
        assert_eq!(check(&world, &deal_id, 30).await.state, "won");

        let lost = world.open("Chairs").await;
        let request = LoseDealRequest {
            deal_id: lost.deal_id.clone(),
            reason: "price".to_owned(),
            note: String::new(),
        };
        client().lose_deal(request).await.unwrap();
        assert_eq!(check(&world, &lost.deal_id, 10).await.state, "lost");
    }
}

#[tokio::test]
async fn a_completed_activity_is_told_once() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let activity = Activity {
            kind: "meeting".to_owned(),
            ..Activity::default()
        };
        let plan = PlanActivityRequest {
            deal_id: deal.deal_id.clone(),
            activity: Some(activity),
        };
        let planned = world.client.clone().plan_activity(plan).await.unwrap();
        let planned = planned.into_inner().activity.unwrap();
        assert!(world.announced::<DealActivityCompleted>().await.is_empty());
        world.days_pass(1);
        let complete = CompleteActivityRequest {
            deal_id: deal.deal_id.clone(),
            activity_id: planned.activity_id.clone(),
            result: "agreed".to_owned(),
        };
        for _ in 0..2 {
            let answer = world
                .client
                .clone()
                .complete_activity(complete.clone())
                .await;
            answer.unwrap();
        }
        let told = world.announced::<DealActivityCompleted>().await;
        let told: Vec<_> = told.into_iter().map(|it| it.message).collect();
        let expected = DealActivityCompleted {
            deal_id: deal.deal_id,
            activity_id: planned.activity_id,
            kind: "meeting".to_owned(),
            responsible_id: world.staff.to_string(),
            completed_at: stamp(noon() + chrono::TimeDelta::days(1)),
        };
        assert_eq!(told, [expected], "{}", world.label);
    }
}

#[tokio::test]
async fn a_topic_is_told_from_the_first_one_on() {
    for world in worlds().await {
        let told = world.announced::<TopicRecorded>().await;
        assert_eq!(told.len(), 1, "{}: the general topic", world.label);
        assert_eq!(told[0].aggregate_id, topic::Topic::GENERAL.to_string());
        let chances = told[0].message.stages.iter();
        let chances = chances.map(|it| (it.code.as_str(), it.probability_percent, it.limit_days));
        let general = [
            ("need", 10, 14),
            ("offer", 30, 14),
            ("negotiation", 60, 30),
            ("agreement", 90, 14),
        ];
        assert!(chances.eq(general), "{}", world.label);
        deals::app::seed::seed(&world.app).await.unwrap();
        assert_eq!(world.announcements().await, 0, "{}: once", world.label);

        let stage = Stage {
            code: "talk".to_owned(),
            name: "Talk".to_owned(),
            probability_percent: 40,
            ..Stage::default()
        };
        let new = Topic {
            code: "repairs".to_owned(),
            name: "Repairs".to_owned(),
            stages: vec![stage],
            is_default: true,
            ..Topic::default()
        };
        let request = CreateTopicRequest { topic: Some(new) };
        let created = world.client.clone().create_topic(request).await.unwrap();
        let created = created.into_inner().topic.unwrap();
        let told = world.announced::<TopicRecorded>().await;
        let revisions: Vec<_> = told
            .iter()
            .map(|it| (it.aggregate_id.as_str(), it.revision))
            .collect();
        let (general, repairs) = (topic::Topic::GENERAL.to_string(), created.topic_id.as_str());
        assert_eq!(
            revisions,
            [(general.as_str(), 1), (&general, 2), (repairs, 1)],
            "{}: the default that is no longer one has changed, too",
            world.label
        );
        assert_eq!(told[2].message.name, "Repairs");

        let renamed = Topic {
            name: "Mending".to_owned(),
            ..created.clone()
        };
        let request = UpdateTopicRequest {
            topic_id: created.topic_id.clone(),
            topic: Some(renamed),
        };
        let again = UpdateTopicRequest {
            topic: request.topic.clone().map(|topic| Topic {
                revision: 0,
                ..topic
            }),
            ..request.clone()
        };
        for request in [request, again] {
            world.client.clone().update_topic(request).await.unwrap();
        }
        let told = world.announced::<TopicRecorded>().await;
        assert_eq!(told.len(), 4, "{}", world.label);
        assert_eq!(
            (told[3].revision, told[3].message.name.as_str()),
            (2, "Mending")
        );
    }
}
