use ids::{DealId, LeadId, OrganisationId, PersonId};
use messaging::RawEvent;
use proto::customers::v1::PersonRecorded;
use proto::deals::v1::{Deal, UpdateDealRequest};
use proto::intake::v1::LeadQualified;
use proto::intake::v1::lead_qualified::NewDeal;

use crate::opening::win;
use crate::world::{event, worlds};

pub(crate) struct Chain {
    pub deal: DealId,
    pub lead: LeadId,
    pub person: PersonId,
    pub old: OrganisationId,
    pub new: OrganisationId,
}

/// What happens: the lead is qualified, its person is recorded, then gets another organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Qualified,
    Recorded,
    Moved,
}

impl Chain {
    pub(crate) fn new() -> Self {
        Self {
            deal: DealId::generate(),
            lead: LeadId::generate(),
            person: PersonId::generate(),
            old: OrganisationId::generate(),
            new: OrganisationId::generate(),
        }
    }

    pub(crate) fn event(&self, news: News) -> RawEvent {
        match news {
            News::Qualified => {
                let message = LeadQualified {
                    lead_id: self.lead.to_string(),
                    person_id: self.person.to_string(),
                    new_deal: Some(NewDeal {
                        deal_id: self.deal.to_string(),
                        title: "Desks".to_owned(),
                        ..NewDeal::default()
                    }),
                    ..LeadQualified::default()
                };
                event(&message, self.lead, 5)
            }
            News::Recorded => self.recorded(self.old, 1),
            News::Moved => self.recorded(self.new, 2),
        }
    }

    fn recorded(&self, organisation: OrganisationId, revision: i64) -> RawEvent {
        let message = recorded(self.person, Some(organisation), &[self.lead]);
        event(&message, self.person, revision)
    }
}

pub(crate) fn recorded(
    person: PersonId,
    organisation: Option<OrganisationId>,
    leads: &[LeadId],
) -> PersonRecorded {
    PersonRecorded {
        person_id: person.to_string(),
        organisation_id: organisation.map(|id| id.to_string()).unwrap_or_default(),
        lead_ids: leads.iter().map(ToString::to_string).collect(),
        ..PersonRecorded::default()
    }
}

#[tokio::test]
async fn deals_follow_the_client_base_in_any_order() {
    use News::{Moved, Qualified, Recorded};

    for world in worlds().await {
        for order in [
            [Qualified, Recorded, Moved],
            [Qualified, Moved, Recorded],
            [Recorded, Qualified, Moved],
            [Recorded, Moved, Qualified],
            [Moved, Recorded, Qualified],
            [Moved, Qualified, Recorded],
        ] {
            let chain = Chain::new();
            for news in order {
                world.deliver_event(&chain.event(news)).await;
            }
            let deal = world.deal(&chain.deal.to_string()).await;
            assert_eq!(deal.person_id, chain.person.to_string(), "{}", world.label);
            assert_eq!(
                deal.organisation_id,
                chain.new.to_string(),
                "{}: {order:?}",
                world.label
            );
        }
    }
}

#[tokio::test]
async fn a_lead_that_goes_over_to_another_person_takes_its_deal_along() {
    for world in worlds().await {
        let chain = Chain::new();
        let heir = PersonId::generate();
        world.deliver_event(&chain.event(News::Qualified)).await;
        // A merge: the heir gets the lead before the news that the first lost it.
        world.deliver_event(&chain.event(News::Recorded)).await;
        world
            .deliver(&recorded(heir, Some(chain.new), &[chain.lead]), heir, 1)
            .await;
        world
            .deliver(
                &recorded(chain.person, Some(chain.old), &[]),
                chain.person,
                2,
            )
            .await;

        let deal = world.deal(&chain.deal.to_string()).await;
        assert_eq!(deal.person_id, heir.to_string(), "{}", world.label);
        assert_eq!(
            deal.organisation_id,
            chain.new.to_string(),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn a_client_that_somebody_chose_stays() {
    for world in worlds().await {
        let chain = Chain::new();
        world.deliver_event(&chain.event(News::Qualified)).await;
        let chosen = OrganisationId::generate().to_string();
        let request = UpdateDealRequest {
            deal_id: chain.deal.to_string(),
            organisation_id: Some(chosen.clone()),
            ..UpdateDealRequest::default()
        };
        world.client.clone().update_deal(request).await.unwrap();
        world.deliver_event(&chain.event(News::Recorded)).await;
        let deal = world.deal(&chain.deal.to_string()).await;
        assert_eq!(deal.organisation_id, chosen, "{}", world.label);

        // Its contract is told not to follow either.
        assert!(win(&world, &deal).await.client_chosen, "{}", world.label);
        let chain = Chain::new();
        world.deliver_event(&chain.event(News::Qualified)).await;
        let deal = world.deal(&chain.deal.to_string()).await;
        assert!(!win(&world, &deal).await.client_chosen, "{}", world.label);
    }
}

#[tokio::test]
async fn a_direct_deal_gets_the_organisation_of_its_person() {
    for world in worlds().await {
        let (early, late) = (PersonId::generate(), PersonId::generate());
        let organisation = OrganisationId::generate();
        world
            .deliver(&recorded(early, Some(organisation), &[]), early, 1)
            .await;
        for person in [early, late] {
            let deal = Deal {
                title: "Desks".to_owned(),
                person_id: person.to_string(),
                ..Deal::default()
            };
            let deal = world.open_deal(deal).await.unwrap();
            if person == late {
                world
                    .deliver(&recorded(late, Some(organisation), &[]), late, 1)
                    .await;
            }
            let deal = world.deal(&deal.deal_id).await;
            assert_eq!(
                deal.organisation_id,
                organisation.to_string(),
                "{}",
                world.label
            );
        }
    }
}

#[tokio::test]
async fn a_person_and_a_deal_that_come_at_once_find_each_other() {
    for world in worlds().await {
        for _ in 0..10 {
            let chain = Chain::new();
            let (qualified, recorded) = (chain.event(News::Qualified), chain.event(News::Recorded));
            let (one, other) =
                tokio::join!(world.hand_over(&qualified), world.hand_over(&recorded));
            one.unwrap();
            other.unwrap();
            let deal = world.deal(&chain.deal.to_string()).await;
            assert_eq!(
                deal.organisation_id,
                chain.old.to_string(),
                "{}",
                world.label
            );
        }
    }
}
