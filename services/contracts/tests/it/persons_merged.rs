//! Contracts of persons who are one.

use ids::MergeId;
use proto::contracts::v1::ListContractsRequest;
use proto::customers::v1::{PersonsMerged, PersonsSplit};
use proto::deals::v1::DealWon;

use crate::world::{World, won, worlds};

async fn titles(world: &World, person: &str) -> (Vec<String>, i64) {
    let request = ListContractsRequest {
        person_id: person.to_owned(),
        ..ListContractsRequest::default()
    };
    let listed = world.client.clone().list_contracts(request).await.unwrap();
    let listed = listed.into_inner();
    let mut titles: Vec<String> = listed.contracts.into_iter().map(|it| it.title).collect();
    titles.sort();
    (titles, listed.total)
}

fn merged(merge: MergeId, deals: &[DealWon; 2]) -> PersonsMerged {
    PersonsMerged {
        merge_id: merge.to_string(),
        kept_id: deals[0].person_id.clone(),
        joined_id: deals[1].person_id.clone(),
        ..PersonsMerged::default()
    }
}

fn split(merge: MergeId, deals: &[DealWon; 2]) -> PersonsSplit {
    PersonsSplit {
        merge_id: merge.to_string(),
        kept_id: deals[0].person_id.clone(),
        joined_id: deals[1].person_id.clone(),
        ..PersonsSplit::default()
    }
}

fn alone(title: &str) -> (Vec<String>, i64) {
    (vec![title.to_owned()], 1)
}

#[tokio::test]
async fn contracts_of_all_records_are_listed_while_they_are_one() {
    for world in worlds().await {
        let deals = [won("Chairs"), won("Desks")];
        for deal in &deals {
            world.deliver(deal, &deal.deal_id, 4).await;
        }
        let (first, second) = (MergeId::generate(), MergeId::generate());
        world.deliver(&merged(first, &deals), first, 1).await;
        let both = (vec!["Chairs".to_owned(), "Desks".to_owned()], 2);
        for deal in &deals {
            assert_eq!(
                titles(&world, &deal.person_id).await,
                both,
                "{}",
                world.label
            );
        }
        // The split of a merge may come before it.
        world.deliver(&split(first, &deals), first, 2).await;
        world.deliver(&split(second, &deals), second, 4).await;
        world.deliver(&merged(second, &deals), second, 3).await;
        for deal in &deals {
            assert_eq!(
                titles(&world, &deal.person_id).await,
                alone(&deal.title),
                "{}",
                world.label
            );
        }
    }
}
