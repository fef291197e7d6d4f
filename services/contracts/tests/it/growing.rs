//! Contracts that become longer or larger, and those that follow.

use contracts::timers::work;
use ids::{DealId, GrowthId};
use proto::contracts::v1::growth_service_client::GrowthServiceClient;
use proto::contracts::v1::{
    Contract, ContractGrown, ContractKind, ContractRecorded, ContractRenewalDue, ContractState,
    ExpandContractRequest, ExpandContractResponse, ExtendContractRequest, ExtendContractResponse,
    GrowthKind, ListContractGrowthRequest, ListContractsRequest, UpdateContractRequest,
};
use proto::deals::v1::DealWon;
use proto::types::v1::Money;
use tonic::Status;

use crate::world::{World, day, euros, reason, violations, won, worlds};

/// In force from day 0 to day 365, 1000 cents each month.
async fn monthly(world: &World) -> Contract {
    let draft = world.draft("Desks").await;
    let request = UpdateContractRequest {
        contract_id: draft.contract_id.clone(),
        amount: euros(1_000),
        recurring: Some(true),
        period_months: Some(1),
        starts_at: day(0),
        ends_at: day(365),
        ..UpdateContractRequest::default()
    };
    world.update(request).await.unwrap();
    world.send(&draft).await.unwrap();
    world.sign(&draft).await.unwrap();
    world.activate(&draft).await.unwrap()
}

async fn extend(
    world: &World,
    request: ExtendContractRequest,
) -> Result<ExtendContractResponse, Status> {
    let mut client = GrowthServiceClient::new(world.channel.clone());
    Ok(client.extend_contract(request).await?.into_inner())
}

async fn expand(
    world: &World,
    request: ExpandContractRequest,
) -> Result<ExpandContractResponse, Status> {
    let mut client = GrowthServiceClient::new(world.channel.clone());
    Ok(client.expand_contract(request).await?.into_inner())
}

fn longer(contract: &Contract, ends: u64) -> ExtendContractRequest {
    ExtendContractRequest {
        contract_id: contract.contract_id.clone(),
        growth_id: GrowthId::generate().to_string(),
        ends_at: day(ends),
        ..ExtendContractRequest::default()
    }
}

fn larger(contract: &Contract, from: u64, minor: i64) -> ExpandContractRequest {
    ExpandContractRequest {
        contract_id: contract.contract_id.clone(),
        growth_id: GrowthId::generate().to_string(),
        amount_added: euros(minor),
        from_at: day(from),
        ..ExpandContractRequest::default()
    }
}

#[tokio::test]
async fn a_contract_in_force_grows_once_by_each_id() {
    for world in worlds().await {
        let contract = monthly(&world).await;
        assert_eq!(contract.value, euros(12_000), "{}", world.label);
        // From the 22nd of May: six of twelve months.
        let request = ExpandContractRequest {
            deal_id: DealId::generate().to_string(),
            grown_at: day(1),
            revision: contract.revision,
            ..larger(&contract, 181, 200)
        };
        let expanded = expand(&world, request.clone()).await.unwrap();
        let growth = expanded.growth.clone().unwrap();
        assert_eq!(growth.kind(), GrowthKind::Expansion);
        assert_eq!(
            (growth.value_added.clone(), growth.amount_added.clone()),
            (euros(1_200), euros(200)),
            "{}",
            world.label
        );
        assert_eq!((growth.from_at, growth.ends_at), (day(181), day(365)));
        assert_eq!(growth.recorded_by, world.staff.to_string());
        let grown = expanded.contract.clone().unwrap();
        assert_eq!(
            (grown.amount.clone(), grown.value.clone(), grown.version),
            (euros(1_200), euros(13_200), contract.version + 1)
        );
        assert_eq!(expand(&world, request).await.unwrap(), expanded, "again");

        // Two months more, one of them for more.
        let extended = extend(&world, longer(&contract, 395)).await.unwrap();
        let growth = extended.growth.unwrap();
        assert_eq!(growth.kind(), GrowthKind::Extension);
        assert_eq!(growth.value_added, euros(1_200), "{}", world.label);
        let request = ExtendContractRequest {
            amount_added: euros(50),
            ..longer(&contract, 426)
        };
        let extended = extend(&world, request).await.unwrap();
        assert_eq!(extended.growth.unwrap().value_added, euros(1_250));
        let last = world.now(&contract).await;
        assert_eq!(extended.contract.unwrap(), last);
        assert_eq!((last.ends_at, last.value), (day(426), euros(15_650)));

        let announced = world.announced::<ContractGrown>().await;
        let told: Vec<_> = announced
            .iter()
            .map(|it| (it.message.kind.as_str(), it.message.added.clone()))
            .collect();
        let expected = [
            ("expansion", euros(1_200)),
            ("extension", euros(1_200)),
            ("extension", euros(1_250)),
        ];
        assert_eq!(told, expected, "{}", world.label);
        assert_eq!(announced[0].message.grown_at, day(1));
        assert_eq!(announced[1].message.grown_at, day(0), "now");
        let recorded = world.announced::<ContractRecorded>().await;
        assert_eq!(recorded.last().unwrap().message.value, euros(15_650));
        let history = world.history(&contract).await;
        assert_eq!(history[history.len() - 3..], ["grown", "grown", "grown"]);
        let versions = world.card(&contract).await.versions;
        let amounts: Vec<_> = versions
            .into_iter()
            .filter_map(|it| it.amount.map(|amount| amount.minor))
            .collect();
        assert_eq!(amounts, [1_250, 1_200, 1_200, 1_000, 120_000]);
    }
}

#[tokio::test]
async fn how_a_contract_grew_is_listed_in_pages() {
    for world in worlds().await {
        let contract = monthly(&world).await;
        let other = monthly(&world).await;
        expand(&world, larger(&other, 1, 7)).await.unwrap();
        for minor in 1..=3 {
            expand(&world, larger(&contract, 1, minor)).await.unwrap();
        }
        let mut request = ListContractGrowthRequest {
            contract_id: contract.contract_id.clone(),
            page_size: 2,
            page_token: String::new(),
        };
        let mut client = GrowthServiceClient::new(world.channel.clone());
        let mut found = Vec::new();
        loop {
            let page = client.list_contract_growth(request.clone()).await;
            let page = page.unwrap().into_inner();
            found.extend(page.growth.into_iter().map(|it| it.amount_added));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(found, [euros(3), euros(2), euros(1)], "{}", world.label);
    }
}

#[tokio::test]
async fn growth_at_once_is_all_kept() {
    for world in worlds().await {
        let contract = monthly(&world).await;
        let all = (0..8).map(|_| expand(&world, larger(&contract, 0, 10)));
        for grown in futures::future::join_all(all).await {
            grown.unwrap();
        }
        let now = world.now(&contract).await;
        assert_eq!((now.amount, now.value), (euros(1_080), euros(12_960)));
        assert_eq!(world.announced::<ContractGrown>().await.len(), 8);
    }
}

#[tokio::test]
async fn the_renewal_falls_due_anew_before_a_later_end() {
    for world in worlds().await {
        let contract = monthly(&world).await;
        world.days_pass(340);
        work(&world.app).await.unwrap();
        extend(&world, longer(&contract, 400)).await.unwrap();
        world.days_pass(29);
        work(&world.app).await.unwrap();
        assert_eq!(world.now(&contract).await.state(), ContractState::Active);
        assert_eq!(world.announced::<ContractRenewalDue>().await.len(), 1);
        world.days_pass(1);
        work(&world.app).await.unwrap();
        let due = world.announced::<ContractRenewalDue>().await;
        assert_eq!(due.len(), 2, "{}", world.label);
        assert_eq!(due[1].message.ends_at, day(400));
    }
}

#[tokio::test]
async fn what_cannot_grow_is_refused() {
    for world in worlds().await {
        let contract = monthly(&world).await;
        let known = larger(&contract, 1, 1);
        expand(&world, known.clone()).await.unwrap();
        let other = monthly(&world).await;
        let taken = ExpandContractRequest {
            growth_id: known.growth_id.clone(),
            ..larger(&other, 1, 1)
        };
        assert_eq!(reason(expand(&world, taken).await), "ID_TAKEN");
        let stale = ExpandContractRequest {
            revision: contract.revision,
            ..larger(&contract, 1, 1)
        };
        assert_eq!(reason(expand(&world, stale).await), "REVISION_CONFLICT");

        let named = |field: &str, reason: &str| [(field.to_owned(), reason.to_owned())];
        let nothing = expand(&world, larger(&contract, 1, 0)).await;
        assert_eq!(
            violations(nothing),
            named("amount_added.minor", "OUT_OF_RANGE")
        );
        let late = expand(&world, larger(&contract, 365, 1)).await;
        assert_eq!(violations(late), named("from_at", "FROM_AFTER_END"));
        let same = extend(&world, longer(&contract, 365)).await;
        assert_eq!(violations(same), named("ends_at", "ENDS_NOT_LATER"));
        let foreign = ExpandContractRequest {
            amount_added: Some(Money {
                minor: 1,
                currency: "HUF".to_owned(),
            }),
            ..larger(&contract, 1, 1)
        };
        assert_eq!(
            violations(expand(&world, foreign).await),
            named("amount_added.currency", "CURRENCY_DIFFERS")
        );
        let draft = world.draft("Chairs").await;
        let refused = extend(&world, longer(&draft, 400)).await;
        assert_eq!(reason(refused), "CONTRACT_NOT_ACTIVE");
        let endless = world.activate(&world.signed_without_end().await).await;
        let refused = extend(&world, longer(&endless.unwrap(), 400)).await;
        assert_eq!(reason(refused), "CONTRACT_WITHOUT_END");
        world.end(&contract, "terminated", "price").await.unwrap();
        let refused = extend(&world, longer(&contract, 400)).await;
        assert_eq!(reason(refused), "CONTRACT_ALREADY_ENDED");
        let again = expand(&world, known).await.unwrap();
        assert_eq!(again.contract.unwrap().state(), ContractState::Ended);
        assert_eq!(world.announced::<ContractGrown>().await.len(), 1);
    }
}

#[tokio::test]
async fn a_contract_shows_what_follows_from_it() {
    for world in worlds().await {
        let first = world.draft("Desks").await;
        let kinds = ["renewal", "extension", "expansion", "cross_sale"];
        let deals = kinds.map(|kind| DealWon {
            contract_kind: kind.to_owned(),
            previous_contract_id: first.contract_id.clone(),
            ..won(kind)
        });
        // Whatever the order in which they come.
        for deal in deals.iter().rev() {
            world.deliver(deal, &deal.deal_id, 4).await;
            world.deliver(deal, &deal.deal_id, 3).await;
        }
        let following = world.card(&first).await.following;
        let mut titles: Vec<_> = following.iter().map(|it| it.title.as_str()).collect();
        titles.sort_unstable();
        let expected = ["cross_sale", "expansion", "extension", "renewal"];
        assert_eq!(titles, expected, "{}", world.label);

        let renewal = following.iter().find(|it| it.title == "renewal").unwrap();
        assert_eq!(renewal.renews_contract_id, first.contract_id);
        let beside = following.iter().find(|it| it.title == "cross_sale");
        let beside = beside.unwrap();
        assert_eq!(beside.kind(), ContractKind::CrossSale);
        assert_eq!(
            (
                beside.previous_contract_id.as_str(),
                beside.renews_contract_id.as_str()
            ),
            (first.contract_id.as_str(), "")
        );
        for (request, expected) in [
            (
                ListContractsRequest {
                    kind: ContractKind::New.into(),
                    ..ListContractsRequest::default()
                },
                vec!["Desks"],
            ),
            (
                ListContractsRequest {
                    kind: ContractKind::Expansion.into(),
                    previous_contract_id: first.contract_id.clone(),
                    ..ListContractsRequest::default()
                },
                vec!["expansion"],
            ),
        ] {
            let page = world.client.clone().list_contracts(request).await.unwrap();
            let page = page.into_inner();
            let titles: Vec<_> = page.contracts.iter().map(|it| it.title.as_str()).collect();
            assert_eq!(titles, expected, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn a_kind_that_nobody_knows_is_refused() {
    for world in worlds().await {
        let deal = DealWon {
            contract_kind: "gift".to_owned(),
            ..won("Desks")
        };
        let event = world.event(&deal, &deal.deal_id, 1);
        let refused = world.hand_over(&event).await.unwrap_err();
        assert!(
            matches!(refused, messaging::HandlerError::Refuse { .. }),
            "{}",
            world.label
        );
        // Before the kind was told, a deal named what it renews.
        let before = DealWon {
            contract_kind: String::new(),
            renews_contract_id: ids::ContractId::generate().to_string(),
            ..won("Chairs")
        };
        world.deliver(&before, &before.deal_id, 4).await;
        let contract = world.contract_of(&before.deal_id).await;
        assert_eq!(contract.kind(), ContractKind::Renewal);
        assert_eq!(contract.previous_contract_id, before.renews_contract_id);
    }
}
