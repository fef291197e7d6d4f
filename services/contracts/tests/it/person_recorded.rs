//! Contracts follow the client base.

use ids::{LeadId, OrganisationId, PersonId};
use messaging::{Delivered, HandlerError, RawEvent};
use proto::contracts::v1::{Contract, ContractRecorded, ListContractsRequest};
use proto::customers::v1::PersonRecorded;
use proto::deals::v1::DealWon;

use crate::world::{World, won, worlds};

/// A deal won with a lead that was qualified as somebody whom the client base knew as an older record.
struct Chain {
    deal: DealWon,
    lead: LeadId,
    older: PersonId,
    old: OrganisationId,
    new: OrganisationId,
}

/// What happens: the deal is won, the older record claims its lead, then gets another organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Won,
    Claimed,
    Moved,
}

impl Chain {
    fn new() -> Self {
        let lead = LeadId::generate();
        let older = PersonId::generate();
        Self {
            deal: DealWon {
                lead_id: lead.to_string(),
                organisation_id: String::new(),
                ..won("Desks")
            },
            lead,
            older,
            old: OrganisationId::generate(),
            new: OrganisationId::generate(),
        }
    }

    fn event(&self, world: &World, news: News) -> RawEvent {
        let recorded = |organisation, revision| {
            let message = recorded(self.older, Some(organisation), &[self.lead]);
            world.event(&message, self.older, revision)
        };
        match news {
            News::Won => world.event(&self.deal, &self.deal.deal_id, 4),
            News::Claimed => recorded(self.old, 7),
            News::Moved => recorded(self.new, 8),
        }
    }

    async fn happens(&self, world: &World, news: News) {
        let event = self.event(world, news);
        for delivered in [Delivered::Handled, Delivered::Repeated] {
            assert_eq!(world.hand_over(&event).await.unwrap(), delivered);
        }
    }

    async fn contract(&self, world: &World) -> Contract {
        world.contract_of(&self.deal.deal_id).await
    }
}

fn recorded(
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

async fn listed(world: &World, person_id: &str) -> Vec<String> {
    let request = ListContractsRequest {
        person_id: person_id.to_owned(),
        ..ListContractsRequest::default()
    };
    let listed = world.client.clone().list_contracts(request).await.unwrap();
    let listed = listed.into_inner().contracts;
    listed.into_iter().map(|it| it.deal_id).collect()
}

#[tokio::test]
async fn contracts_follow_the_client_base_in_any_order() {
    use News::{Claimed, Moved, Won};

    for world in worlds().await {
        for order in [
            [Won, Claimed, Moved],
            [Won, Moved, Claimed],
            [Claimed, Won, Moved],
            [Claimed, Moved, Won],
            [Moved, Claimed, Won],
            [Moved, Won, Claimed],
        ] {
            let chain = Chain::new();
            for news in order {
                chain.happens(&world, news).await;
            }
            let contract = chain.contract(&world).await;
            let (older, new) = (chain.older.to_string(), chain.new.to_string());
            assert_eq!(contract.person_id, older, "{}: {order:?}", world.label);
            assert_eq!(contract.organisation_id, new, "{}: {order:?}", world.label);

            let deals = vec![chain.deal.deal_id.clone()];
            assert_eq!(listed(&world, &older).await, deals, "{}", world.label);
            let before = listed(&world, &chain.deal.person_id).await;
            assert!(before.is_empty(), "{}: {before:?}", world.label);
            assert_eq!(world.history(&contract).await, ["drafted"]);
        }
    }
}

#[tokio::test]
async fn what_follows_is_announced_as_a_whole() {
    for world in worlds().await {
        let chain = Chain::new();
        for news in [News::Won, News::Claimed, News::Moved, News::Claimed] {
            // The last of them as another event, which tells nothing new.
            let event = chain.event(&world, news);
            let delivered = world.hand_over(&event).await.unwrap();
            assert_eq!(delivered, Delivered::Handled);
        }
        let recorded = world.announced::<ContractRecorded>().await;
        let whom: Vec<_> = recorded
            .iter()
            .map(|it| {
                (
                    it.revision,
                    it.message.person_id.clone(),
                    it.message.organisation_id.clone(),
                )
            })
            .collect();
        let older = chain.older.to_string();
        let expected = [
            (1, chain.deal.person_id.clone(), String::new()),
            (2, older.clone(), chain.old.to_string()),
            (3, older, chain.new.to_string()),
        ];
        assert_eq!(whom, expected, "{}", world.label);
    }
}

#[tokio::test]
async fn a_signed_contract_follows_its_person_and_stays_with_its_organisation() {
    for world in worlds().await {
        let chain = Chain::new();
        chain.happens(&world, News::Won).await;
        chain.happens(&world, News::Claimed).await;
        let draft = chain.contract(&world).await;
        world.send(&draft).await.unwrap();
        world.sign(&draft).await.unwrap();
        chain.happens(&world, News::Moved).await;
        let contract = chain.contract(&world).await;
        assert_eq!(contract.person_id, chain.older.to_string());
        let old = chain.old.to_string();
        assert_eq!(contract.organisation_id, old, "{}", world.label);

        // The lead turns out to be somebody else's.
        let heir = PersonId::generate();
        let claim = recorded(heir, Some(chain.new), &[chain.lead]);
        world.deliver(&claim, heir, 1).await;
        let given_up = recorded(chain.older, Some(chain.new), &[]);
        world.deliver(&given_up, chain.older, 9).await;
        let contract = chain.contract(&world).await;
        assert_eq!(contract.person_id, heir.to_string(), "{}", world.label);
        assert_eq!(contract.organisation_id, old, "{}", world.label);
    }
}

#[tokio::test]
async fn a_contract_signed_before_its_person_was_recorded_still_follows() {
    for world in worlds().await {
        let chain = Chain::new();
        chain.happens(&world, News::Won).await;
        let draft = chain.contract(&world).await;
        world.send(&draft).await.unwrap();
        world.sign(&draft).await.unwrap();
        chain.happens(&world, News::Claimed).await;
        let contract = chain.contract(&world).await;
        assert_eq!(contract.person_id, chain.older.to_string());
        let old = chain.old.to_string();
        assert_eq!(contract.organisation_id, old, "{}", world.label);
    }
}

#[tokio::test]
async fn a_client_that_somebody_chose_on_the_deal_stays() {
    for world in worlds().await {
        let mut chain = Chain::new();
        chain.deal.client_chosen = true;
        for news in [News::Claimed, News::Won, News::Moved] {
            chain.happens(&world, news).await;
        }
        let contract = chain.contract(&world).await;
        assert_eq!(contract.person_id, chain.deal.person_id, "{}", world.label);
        assert_eq!(contract.organisation_id, "", "{}", world.label);
    }
}

#[tokio::test]
async fn a_person_and_a_won_deal_that_come_at_once_find_each_other() {
    for world in worlds().await {
        for _ in 0..10 {
            let chain = Chain::new();
            let drafted = chain.event(&world, News::Won);
            let claimed = chain.event(&world, News::Claimed);
            let (one, other) = tokio::join!(world.hand_over(&drafted), world.hand_over(&claimed));
            one.unwrap();
            other.unwrap();
            let contract = chain.contract(&world).await;
            let older = chain.older.to_string();
            assert_eq!(contract.person_id, older, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn a_person_that_makes_no_sense_is_refused() {
    for world in worlds().await {
        let wrong = PersonRecorded {
            lead_ids: vec!["lead".to_owned()],
            ..recorded(PersonId::generate(), None, &[])
        };
        let event = world.event(&wrong, "person", 1);
        let refused = world.hand_over(&event).await.unwrap_err();
        assert!(
            matches!(refused, HandlerError::Refuse { .. }),
            "{}: {refused}",
            world.label
        );
    }
}
