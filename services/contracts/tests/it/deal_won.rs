use std::collections::BTreeSet;
use std::time::Duration;

use ids::ContractId;
use messaging::{Delivered, HandlerError};
use proto::contracts::v1::{ContractDrafted, ContractState, ListContractsRequest};
use proto::deals::v1::DealWon;

use crate::world::{day, euros, won, worlds};

#[tokio::test]
async fn a_won_deal_gets_one_contract() {
    for world in worlds().await {
        let deal = DealWon {
            renews_contract_id: ContractId::generate().to_string(),
            ..won("Desks")
        };
        world.deliver(&deal, &deal.deal_id, 4).await;
        // The same news as another event.
        world.deliver(&deal, &deal.deal_id, 5).await;

        let contract = world.contract_of(&deal.deal_id).await;
        assert_eq!(contract.state(), ContractState::Draft);
        assert_eq!(contract.number, "C-2026-00001", "{}", world.label);
        assert_eq!(
            (contract.title.as_str(), contract.version, contract.revision),
            ("Desks", 1, 1)
        );
        assert_eq!(contract.amount, euros(120_000));
        assert_eq!(contract.lead_id, deal.lead_id);
        assert_eq!(contract.person_id, deal.person_id);
        assert_eq!(contract.organisation_id, deal.organisation_id);
        assert_eq!(contract.responsible_id, deal.responsible_id);
        assert_eq!(contract.renews_contract_id, deal.renews_contract_id);
        assert_eq!((contract.recurring, contract.period_months), (false, 12));
        assert_eq!(contract.renewal_notice_days, 30);
        assert!(
            contract.terms.contains("pays EUR 1200.00 in all"),
            "{}",
            contract.terms
        );
        assert_eq!(contract.drafted_at, day(0));

        assert_eq!(world.history(&contract).await, ["drafted"]);
        assert_eq!(world.card(&contract).await.versions.len(), 1);
        let announced = world.announced::<ContractDrafted>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].message.deal_id, deal.deal_id);
        assert_eq!(announced[0].message.amount, euros(120_000));
    }
}

#[tokio::test]
async fn numbers_are_given_once_and_without_gaps() {
    for world in worlds().await {
        let deals: Vec<DealWon> = (0..24).map(|n| won(&format!("Deal {n}"))).collect();
        let events: Vec<_> = deals
            .iter()
            .map(|deal| world.event(deal, &deal.deal_id, 4))
            .collect();
        let drafted = events.iter().map(|event| world.hand_over(event));
        for drafted in futures::future::join_all(drafted).await {
            assert_eq!(drafted.unwrap(), Delivered::Handled, "{}", world.label);
        }
        let request = ListContractsRequest {
            page_size: 100,
            ..ListContractsRequest::default()
        };
        let page = world
            .client
            .clone()
            .list_contracts(request)
            .await
            .unwrap()
            .into_inner();
        let numbers: BTreeSet<String> = page.contracts.into_iter().map(|it| it.number).collect();
        let expected: BTreeSet<String> = (1..=24).map(|n| format!("C-2026-{n:05}")).collect();
        assert_eq!(numbers, expected, "{}", world.label);
    }
}

#[tokio::test]
async fn each_year_counts_for_itself() {
    for world in worlds().await {
        assert_eq!(world.draft("old").await.number, "C-2026-00001");
        world.hands.advance(Duration::from_hours(24 * 60));
        assert_eq!(
            world.draft("new").await.number,
            "C-2027-00001",
            "{}",
            world.label
        );
        assert_eq!(world.draft("newer").await.number, "C-2027-00002");
    }
}

#[tokio::test]
async fn the_same_deal_won_twice_at_once_is_one_contract() {
    for world in worlds().await {
        let deal = won("Desks");
        let (one, other) = (
            world.event(&deal, &deal.deal_id, 4),
            world.event(&deal, &deal.deal_id, 5),
        );
        let (first, second) = tokio::join!(world.hand_over(&one), world.hand_over(&other));
        for (event, answer) in [(&one, first), (&other, second)] {
            // Who comes second may be told to come again.
            if let Err(error) = answer {
                assert!(
                    matches!(error, HandlerError::Retry { .. }),
                    "{}: {error}",
                    world.label
                );
                assert_eq!(world.hand_over(event).await.unwrap(), Delivered::Handled);
            }
        }
        assert_eq!(
            world.contract_of(&deal.deal_id).await.number,
            "C-2026-00001"
        );
        assert_eq!(
            world.announced::<ContractDrafted>().await.len(),
            1,
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn news_that_make_no_sense_are_refused() {
    for world in worlds().await {
        for deal in [
            DealWon {
                amount: None,
                ..won("Desks")
            },
            DealWon {
                deal_id: "deal".to_owned(),
                ..won("Desks")
            },
            DealWon {
                person_id: "somebody".to_owned(),
                ..won("Desks")
            },
        ] {
            let event = world.event(&deal, &deal.deal_id, 1);
            let refusal = world.hand_over(&event).await.unwrap_err();
            assert!(
                matches!(refusal, HandlerError::Refuse { .. }),
                "{}",
                world.label
            );
        }
        assert_eq!(
            world.draft("good").await.number,
            "C-2026-00001",
            "no number was used up"
        );
    }
}
