//! Persons that come several at once.

use ids::{LeadId, OrganisationId, PersonId};
use messaging::{HandlerError, RawEvent};
use proto::customers::v1::PersonRecorded;

use crate::person_recorded::{Chain, News, recorded};
use crate::world::{World, event, worlds};

/// A deal that waits for its person.
async fn waiting(world: &World) -> Chain {
    let chain = Chain::new();
    world.deliver_event(&chain.event(News::Qualified)).await;
    chain
}

#[tokio::test]
async fn in_a_batch_each_deal_follows_the_newest_of_its_person() {
    for world in worlds().await {
        let (one, two) = (waiting(&world).await, waiting(&world).await);
        let three = waiting(&world).await;
        let events = [
            one.event(News::Moved),
            two.event(News::Recorded),
            one.event(News::Recorded),
            three.event(News::Recorded),
            three.event(News::Moved),
            three.event(News::Moved),
        ];
        for _ in 0..2 {
            world.together::<PersonRecorded>(&events).await.unwrap();
            for (chain, organisation) in [(&one, one.new), (&two, two.old), (&three, three.new)] {
                let deal = world.deal(&chain.deal.to_string()).await;
                assert_eq!(deal.person_id, chain.person.to_string(), "{}", world.label);
                assert_eq!(deal.organisation_id, organisation.to_string());
                assert_eq!(deal.revision, 2, "{}", world.label);
            }
        }
    }
}

#[tokio::test]
async fn a_lead_goes_over_to_another_person_within_a_batch() {
    for world in worlds().await {
        let chain = waiting(&world).await;
        let heir = PersonId::generate();
        world.deliver_event(&chain.event(News::Recorded)).await;
        let events = [
            event(&recorded(heir, Some(chain.new), &[chain.lead]), heir, 1),
            event(&recorded(chain.person, None, &[]), chain.person, 2),
        ];
        world.together::<PersonRecorded>(&events).await.unwrap();
        let deal = world.deal(&chain.deal.to_string()).await;
        assert_eq!(deal.person_id, heir.to_string(), "{}", world.label);
        assert_eq!(deal.organisation_id, chain.new.to_string());
    }
}

#[tokio::test]
async fn two_batches_with_the_same_persons_and_leads_take_turns() {
    for world in worlds().await {
        for _ in 0..5 {
            let chains = [(); 3].map(|()| Chain::new());
            for chain in &chains {
                world.deliver_event(&chain.event(News::Qualified)).await;
            }
            let old = chains.each_ref().map(|it| it.event(News::Recorded));
            let mut new = chains.each_ref().map(|it| it.event(News::Moved));
            new.reverse();
            let (one, other) = tokio::join!(
                world.together::<PersonRecorded>(&old),
                world.together::<PersonRecorded>(&new)
            );
            one.unwrap();
            other.unwrap();
            for chain in &chains {
                let deal = world.deal(&chain.deal.to_string()).await;
                assert_eq!(deal.organisation_id, chain.new.to_string());
            }
        }
    }
}

#[tokio::test]
async fn an_event_that_makes_no_sense_is_the_one_to_blame() {
    for world in worlds().await {
        let chain = waiting(&world).await;
        let wrong = PersonRecorded {
            lead_ids: vec!["lead".to_owned()],
            ..recorded(PersonId::generate(), None, &[])
        };
        let events = [chain.event(News::Recorded), event(&wrong, "person", 1)];
        let refused = world.together::<PersonRecorded>(&events).await.unwrap_err();
        assert_eq!(refused.at, Some(1), "{}", world.label);
        assert!(matches!(refused.error, HandlerError::Refuse { .. }));
        let deal = world.deal(&chain.deal.to_string()).await;
        assert_eq!(deal.organisation_id, "", "{}", world.label);
    }
}

#[tokio::test]
async fn a_batch_takes_as_many_statements_whatever_its_size() {
    for world in worlds().await {
        let new = |count| -> Vec<RawEvent> {
            let one = |_| {
                let (person, organisation) = (PersonId::generate(), OrganisationId::generate());
                let leads = [LeadId::generate(), LeadId::generate()];
                event(&recorded(person, Some(organisation), &leads), person, 1)
            };
            (0..count).map(one).collect()
        };
        let mut costs = Vec::new();
        for count in [2, 60] {
            let mut events = new(count);
            for _ in 0..2 {
                events.push(waiting(&world).await.event(News::Recorded));
            }
            costs.push(world.together::<PersonRecorded>(&events).await.unwrap());
        }
        assert_eq!(costs[0], costs[1], "{}", world.label);
        assert_eq!(costs[0] > 0, world.label == "postgres", "{costs:?}");
    }
}
