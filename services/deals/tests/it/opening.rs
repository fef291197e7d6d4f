use deals::domain::topic::Topic;
use ids::{ContractId, DealId, LeadId, PersonId};
use proto::deals::v1::{Deal, DealOpened, DealState, DealWon, WinDealRequest};
use rpc::{Identity, Role};

use crate::world::{World, euros, noon, reason, stamp, violations, worlds};

#[tokio::test]
async fn a_deal_opens_at_the_first_stage_of_the_default_topic() {
    for world in worlds().await {
        let lead = LeadId::generate().to_string();
        let deal = Deal {
            title: "  Twelve desks ".to_owned(),
            amount: euros(120_000),
            sale_object: "desk".to_owned(),
            expected_close_at: stamp(noon()),
            lead_id: lead.clone(),
            note: "hurry".to_owned(),
            ..Deal::default()
        };
        let opened = world.open_deal(deal).await.unwrap();
        assert_eq!(opened.title, "Twelve desks");
        assert_eq!(opened.topic_id, Topic::GENERAL.to_string());
        assert_eq!(opened.stage, "need");
        assert_eq!(opened.state(), DealState::Open);
        assert_eq!(opened.origin, "lead");
        assert_eq!(opened.revision, 1);
        assert_eq!(
            opened.responsible_id,
            world.staff.to_string(),
            "who opens it works it"
        );
        assert_eq!(opened.opened_at, stamp(noon()));

        let card = world.card(&opened.deal_id).await;
        assert_eq!(card.deal, Some(opened.clone()));
        assert_eq!(card.stages.len(), 1);
        assert_eq!(card.stages[0].moved_by, world.staff.to_string());

        let announced = world.announced::<DealOpened>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].aggregate_id, opened.deal_id);
        assert_eq!(announced[0].message.lead_id, lead);
        assert_eq!(announced[0].message.amount, euros(120_000));
    }
}

#[tokio::test]
async fn opening_the_same_deal_twice_returns_the_first() {
    for world in worlds().await {
        let id = DealId::generate().to_string();
        let deal = |title: &str| Deal {
            deal_id: id.clone(),
            title: title.to_owned(),
            ..Deal::default()
        };
        let first = world.open_deal(deal("Desks")).await.unwrap();
        let again = world.open_deal(deal("Chairs")).await.unwrap();
        assert_eq!(again, first, "{}", world.label);
        assert_eq!(world.announced::<DealOpened>().await.len(), 1);
    }
}

#[tokio::test]
async fn twins_at_once_are_one_deal() {
    for world in worlds().await {
        let deal = Deal {
            deal_id: DealId::generate().to_string(),
            title: "Desks".to_owned(),
            ..Deal::default()
        };
        let twins = (0..16).map(|_| world.open_deal(deal.clone()));
        for twin in futures::future::join_all(twins).await {
            assert_eq!(twin.unwrap().deal_id, deal.deal_id, "{}", world.label);
        }
        assert_eq!(
            world.announced::<DealOpened>().await.len(),
            1,
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn every_origin_ends_in_the_same_funnel() {
    for world in worlds().await {
        let lead = LeadId::generate().to_string();
        let contract = ContractId::generate().to_string();
        let none = String::new();
        for (origin, lead_id, renews, previous, expected) in [
            ("", &none, &none, &none, "direct"),
            ("direct", &none, &none, &none, "direct"),
            ("", &lead, &none, &none, "lead"),
            ("email", &none, &none, &none, "email"),
            ("email", &lead, &none, &none, "email"),
            ("renewal", &none, &contract, &none, "renewal"),
            ("", &none, &contract, &contract, "renewal"),
            ("renewal", &none, &none, &contract, "renewal"),
            ("extension", &none, &none, &contract, "extension"),
            ("expansion", &none, &none, &contract, "expansion"),
            ("cross_sale", &none, &none, &contract, "cross_sale"),
        ] {
            let deal = Deal {
                title: "Desks".to_owned(),
                origin: origin.to_owned(),
                lead_id: lead_id.clone(),
                renews_contract_id: renews.clone(),
                previous_contract_id: previous.clone(),
                ..Deal::default()
            };
            let opened = world.open_deal(deal).await.unwrap();
            assert_eq!(opened.origin, expected, "{}", world.label);
            assert_eq!(&opened.lead_id, lead_id);
            let renewed = if expected == "renewal" {
                &contract
            } else {
                &none
            };
            assert_eq!(&opened.renews_contract_id, renewed);
            assert_eq!(
                opened.previous_contract_id.is_empty(),
                previous == &none && renews == &none
            );
            assert_eq!(world.deal(&opened.deal_id).await, opened, "{}", world.label);
            let announced = world.announced::<DealOpened>().await;
            assert_eq!(announced.last().unwrap().message.origin, expected);

            let won = win(&world, &opened).await;
            let kind = if opened.previous_contract_id.is_empty() {
                "new"
            } else {
                expected
            };
            assert_eq!(won.contract_kind, kind);
            assert_eq!(won.previous_contract_id, opened.previous_contract_id);
            assert_eq!(&won.renews_contract_id, renewed);
        }
    }
}

/// Wins the deal and answers what was announced.
pub(crate) async fn win(world: &World, deal: &Deal) -> DealWon {
    let request = WinDealRequest {
        deal_id: deal.deal_id.clone(),
        amount: euros(1),
    };
    world.client.clone().win_deal(request).await.unwrap();
    world.announced::<DealWon>().await.pop().unwrap().message
}

#[tokio::test]
async fn an_origin_that_does_not_fit_its_ids_is_refused() {
    for world in worlds().await {
        let lead = LeadId::generate().to_string();
        let contract = ContractId::generate().to_string();
        let other = ContractId::generate().to_string();
        let none = String::new();
        for (origin, lead_id, renews, previous) in [
            ("extension", &none, &none, &none),
            ("extension", &none, &contract, &none),
            ("expansion", &lead, &none, &contract),
            ("", &none, &none, &contract),
            ("direct", &none, &none, &contract),
            ("lead", &lead, &none, &contract),
            ("renewal", &none, &contract, &other),
            ("upgrade", &none, &none, &contract),
        ] {
            let deal = Deal {
                title: "Desks".to_owned(),
                origin: origin.to_owned(),
                lead_id: lead_id.clone(),
                renews_contract_id: renews.clone(),
                previous_contract_id: previous.clone(),
                ..Deal::default()
            };
            let wrong = ("deal.origin".to_owned(), "MALFORMED".to_owned());
            assert_eq!(violations(world.open_deal(deal).await), [wrong], "{origin}");
        }
    }
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    for world in worlds().await {
        let wrong = Deal {
            deal_id: "deal_1".to_owned(),
            title: "  ".to_owned(),
            amount: Some(proto::types::v1::Money {
                minor: -1,
                currency: "EUR".to_owned(),
            }),
            origin: "lead".to_owned(),
            note: "nul \0".to_owned(),
            ..Deal::default()
        };
        let found = violations(world.open_deal(wrong).await);
        let expected = [
            ("deal.deal_id", "MALFORMED"),
            ("deal.title", "REQUIRED"),
            ("deal.amount.minor", "OUT_OF_RANGE"),
            ("deal.origin", "MALFORMED"),
            ("deal.note", "CONTROL_CHARACTER"),
        ];
        assert_eq!(
            found,
            expected.map(|(field, reason)| (field.to_owned(), reason.to_owned())),
            "{}",
            world.label
        );
        let nowhere = Deal {
            title: "Desks".to_owned(),
            topic_id: ids::TopicId::generate().to_string(),
            person_id: PersonId::generate().to_string(),
            ..Deal::default()
        };
        assert_eq!(reason(world.open_deal(nowhere).await), "TOPIC_NOT_FOUND");
        assert_eq!(world.announcements().await, 0);
    }
}

#[tokio::test]
async fn those_who_only_look_on_open_nothing() {
    for world in worlds().await {
        let auditor = Identity::Staff {
            id: ids::StaffId::generate().to_string(),
            roles: vec![Role::Auditor],
        };
        for identity in [
            auditor,
            Identity::Anyone,
            Identity::Service {
                name: "intake".to_owned(),
            },
        ] {
            let request = proto::deals::v1::OpenDealRequest::default();
            let answer = world.client_of(identity).open_deal(request).await;
            let reason = reason(answer);
            assert!(
                reason == "NOT_ALLOWED" || reason == "CREDENTIALS_MISSING",
                "{}: {reason}",
                world.label
            );
        }
    }
}
