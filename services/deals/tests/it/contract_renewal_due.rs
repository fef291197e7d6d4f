use std::time::Duration;

use deals::domain::topic;
use deals::settings::Settings;
use ids::{ContractId, OrganisationId, PersonId, StaffId};
use messaging::HandlerError;
use proto::contracts::v1::ContractRenewalDue;
use proto::deals::v1::{CreateTopicRequest, DealOpened, DealWon, Stage, Topic, WinDealRequest};

use crate::world::{euros, noon, stamp, worlds};

fn due() -> ContractRenewalDue {
    ContractRenewalDue {
        contract_id: ContractId::generate().to_string(),
        person_id: PersonId::generate().to_string(),
        organisation_id: OrganisationId::generate().to_string(),
        title: "Desks".to_owned(),
        amount: euros(500),
        ends_at: stamp(noon()),
        responsible_id: StaffId::generate().to_string(),
    }
}

#[tokio::test]
async fn a_contract_near_its_end_opens_one_renewal() {
    for world in worlds().await {
        let event = due();
        world.deliver(&event, &event.contract_id, 7).await;
        // The same news as another event.
        world.deliver(&event, &event.contract_id, 8).await;

        let announced = world.announced::<DealOpened>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].message.origin, "renewal");
        let deal = world.deal(&announced[0].message.deal_id).await;
        assert_eq!(deal.title, "Renewal: Desks");
        assert_eq!(deal.renews_contract_id, event.contract_id);
        assert_eq!(deal.organisation_id, event.organisation_id);
        assert_eq!(deal.person_id, event.person_id);
        assert_eq!(deal.responsible_id, event.responsible_id);
        assert_eq!(
            (deal.amount, deal.expected_close_at),
            (euros(500), stamp(noon()))
        );

        let request = WinDealRequest {
            deal_id: deal.deal_id,
            amount: None,
        };
        world.client.clone().win_deal(request).await.unwrap();
        let won = world.announced::<DealWon>().await;
        assert_eq!(
            won[0].message.renews_contract_id, event.contract_id,
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn another_end_of_the_same_contract_is_another_renewal() {
    for world in worlds().await {
        let event = due();
        let later = ContractRenewalDue {
            ends_at: stamp(noon() + Duration::from_hours(24 * 365)),
            ..event.clone()
        };
        world.deliver(&later, &event.contract_id, 9).await;
        world.deliver(&event, &event.contract_id, 7).await;
        assert_eq!(
            world.announced::<DealOpened>().await.len(),
            2,
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn renewals_may_have_a_topic_of_their_own() {
    for mut world in worlds().await {
        let stage = Stage {
            code: "talk".to_owned(),
            name: "Talk".to_owned(),
            ..Stage::default()
        };
        let topic = Topic {
            code: "renewals".to_owned(),
            name: "Renewals".to_owned(),
            stages: vec![stage],
            ..Topic::default()
        };
        let request = CreateTopicRequest { topic: Some(topic) };
        let created = world
            .client
            .clone()
            .create_topic(request)
            .await
            .unwrap()
            .into_inner();
        for (setting, expected) in [
            ("renewals", created.topic.unwrap().topic_id),
            ("nowhere", topic::Topic::GENERAL.to_string()),
            ("", topic::Topic::GENERAL.to_string()),
        ] {
            world.set(Settings {
                renewal_topic: setting.to_owned(),
                ..Settings::default()
            });
            let event = due();
            world.deliver(&event, &event.contract_id, 1).await;
            let opened = world.announced::<DealOpened>().await;
            assert_eq!(
                opened.last().unwrap().message.topic_id,
                expected,
                "{}",
                world.label
            );
        }
    }
}

#[tokio::test]
async fn news_without_an_end_are_refused() {
    for world in worlds().await {
        let event = ContractRenewalDue {
            ends_at: None,
            ..due()
        };
        let refusal = world.refusal(&event, &event.contract_id).await;
        assert!(
            matches!(refusal, HandlerError::Refuse { .. }),
            "{}",
            world.label
        );
    }
}
