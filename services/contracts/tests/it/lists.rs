use proto::contracts::v1::{Contract, ContractState, ListContractsRequest, ListContractsResponse};

use crate::world::{World, worlds};

async fn list(world: &World, request: ListContractsRequest) -> ListContractsResponse {
    world
        .client
        .clone()
        .list_contracts(request)
        .await
        .unwrap()
        .into_inner()
}

fn titles(contracts: &[Contract]) -> Vec<&str> {
    contracts
        .iter()
        .map(|contract| contract.title.as_str())
        .collect()
}

#[tokio::test]
async fn lists_go_from_new_to_old_in_pages() {
    for world in worlds().await {
        for n in 0..5 {
            world.draft(&format!("{n}")).await;
            world.days_pass(1);
        }
        let mut found = Vec::new();
        let mut request = ListContractsRequest {
            page_size: 2,
            ..ListContractsRequest::default()
        };
        loop {
            let page = list(&world, request.clone()).await;
            assert_eq!(page.total, 5);
            found.extend(page.contracts);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(titles(&found), ["4", "3", "2", "1", "0"], "{}", world.label);
    }
}

#[tokio::test]
async fn lists_are_narrowed_by_what_is_asked() {
    for world in worlds().await {
        let desks = world.draft("Desks").await;
        let chairs = world.draft("Chairs").await;
        world.send(&chairs).await.unwrap();
        let all = ListContractsRequest::default();
        for request in [
            ListContractsRequest {
                person_id: desks.person_id.clone(),
                ..all.clone()
            },
            ListContractsRequest {
                organisation_id: desks.organisation_id.clone(),
                ..all.clone()
            },
            ListContractsRequest {
                responsible_id: desks.responsible_id.clone(),
                ..all.clone()
            },
            ListContractsRequest {
                deal_id: desks.deal_id.clone(),
                ..all.clone()
            },
            ListContractsRequest {
                state: ContractState::Draft.into(),
                ..all.clone()
            },
        ] {
            let page = list(&world, request.clone()).await;
            assert_eq!(
                titles(&page.contracts),
                ["Desks"],
                "{}: {request:?}",
                world.label
            );
            assert_eq!(page.total, 1);
        }
        let sent = ListContractsRequest {
            state: ContractState::Sent.into(),
            ..all
        };
        assert_eq!(titles(&list(&world, sent).await.contracts), ["Chairs"]);
    }
}
