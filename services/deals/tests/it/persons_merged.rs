//! Deals of persons who are one.

use ids::{DealId, LeadId, MergeId, PersonId};
use messaging::RawEvent;
use proto::customers::v1::{PersonsMerged, PersonsSplit};
use proto::deals::v1::ListDealsRequest;
use proto::intake::v1::LeadQualified;
use proto::intake::v1::lead_qualified::NewDeal;

use crate::world::{World, event, worlds};

async fn open(world: &World, person: PersonId) -> String {
    let (deal, lead) = (DealId::generate(), LeadId::generate());
    let message = LeadQualified {
        lead_id: lead.to_string(),
        person_id: person.to_string(),
        new_deal: Some(NewDeal {
            deal_id: deal.to_string(),
            title: "Desks".to_owned(),
            ..NewDeal::default()
        }),
        ..LeadQualified::default()
    };
    world.deliver(&message, lead, 5).await;
    deal.to_string()
}

fn merged(merge: MergeId, kept: PersonId, joined: PersonId, revision: i64) -> RawEvent {
    let message = PersonsMerged {
        merge_id: merge.to_string(),
        kept_id: kept.to_string(),
        joined_id: joined.to_string(),
        ..PersonsMerged::default()
    };
    event(&message, merge, revision)
}

fn split(merge: MergeId, kept: PersonId, joined: PersonId, revision: i64) -> RawEvent {
    let message = PersonsSplit {
        merge_id: merge.to_string(),
        kept_id: kept.to_string(),
        joined_id: joined.to_string(),
        ..PersonsSplit::default()
    };
    event(&message, merge, revision)
}

async fn list(world: &World, person: PersonId) -> (Vec<String>, i64) {
    let request = ListDealsRequest {
        person_id: person.to_string(),
        ..ListDealsRequest::default()
    };
    let listed = world.client.clone().list_deals(request).await.unwrap();
    let listed = listed.into_inner();
    let mut ids: Vec<String> = listed.deals.into_iter().map(|it| it.deal_id).collect();
    ids.sort();
    (ids, listed.total)
}

#[tokio::test]
async fn deals_of_all_records_are_listed_while_they_are_one() {
    for world in worlds().await {
        let persons: [PersonId; 3] = std::array::from_fn(|_| PersonId::generate());
        let [a, b, c] = persons;
        let deals = [
            open(&world, a).await,
            open(&world, b).await,
            open(&world, c).await,
        ];
        let (one, two) = (MergeId::generate(), MergeId::generate());
        world.deliver_event(&merged(one, b, a, 1)).await;
        world.deliver_event(&merged(two, b, c, 2)).await;
        for person in persons {
            assert_eq!(
                list(&world, person).await,
                (deals.to_vec(), 3),
                "{}",
                world.label
            );
        }
        world.deliver_event(&split(one, b, a, 3)).await;
        assert_eq!(
            list(&world, a).await,
            (vec![deals[0].clone()], 1),
            "{}",
            world.label
        );
        assert_eq!(
            list(&world, c).await,
            (deals[1..].to_vec(), 2),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn a_merge_that_comes_after_its_split_is_over() {
    for world in worlds().await {
        let (a, b) = (PersonId::generate(), PersonId::generate());
        let deals = [open(&world, a).await, open(&world, b).await];
        let merge = MergeId::generate();
        world.deliver_event(&split(merge, a, b, 2)).await;
        world.deliver_event(&merged(merge, a, b, 1)).await;
        assert_eq!(
            list(&world, a).await,
            (deals[..1].to_vec(), 1),
            "{}",
            world.label
        );
    }
}
