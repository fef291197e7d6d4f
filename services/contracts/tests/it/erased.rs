//! Contracts of persons who were erased.

use proto::contracts::v1::{Contract, ContractErased, UpdateContractRequest};
use proto::customers::v1::PersonErased;
use proto::deals::v1::{DealErased, DealWon};

use crate::world::{World, noon, stamp, won, worlds};

/// What no row may hold of somebody who was erased.
const WORD: &str = "kalnzars";

fn erased(deals: &[&DealWon]) -> PersonErased {
    PersonErased {
        erasure_id: ids::ErasureId::generate().to_string(),
        person_ids: deals.iter().map(|deal| deal.person_id.clone()).collect(),
        erased_at: stamp(noon()),
        ..PersonErased::default()
    }
}

async fn places(world: &World) -> Vec<String> {
    let places = testkit::places_of(world.app.database(), WORD).await;
    places.into_iter().collect()
}

#[tokio::test]
async fn contracts_lose_their_words_and_keep_their_sums() {
    for world in worlds().await {
        let deals = [won(&format!("Chairs of {WORD}")), won("Desks")];
        for deal in &deals {
            world.deliver(deal, &deal.deal_id, 4).await;
        }
        let contract = world.contract_of(&deals[0].deal_id).await;
        let terms = UpdateContractRequest {
            contract_id: contract.contract_id.clone(),
            terms: Some(format!("{WORD} pays in May")),
            ..UpdateContractRequest::default()
        };
        let before = world.update(terms).await.unwrap();
        let message = erased(&[&deals[0]]);
        world.deliver(&message, &message.erasure_id, 1).await;
        let deal = DealErased {
            deal_id: deals[0].deal_id.clone(),
            erased_at: stamp(noon()),
        };
        world.deliver(&deal, &deal.deal_id, 9).await;

        let expected = Contract {
            revision: before.revision + 1,
            title: String::new(),
            terms: String::new(),
            erased_at: stamp(noon()),
            ..before
        };
        assert_eq!(world.now(&contract).await, expected, "{}", world.label);
        assert_eq!(
            places(&world).await,
            Vec::<String>::new(),
            "{}",
            world.label
        );
        let told = world.announced::<ContractErased>().await;
        assert_eq!(told.len(), 1, "{}: once", world.label);
        let other = world.contract_of(&deals[1].deal_id).await;
        assert_eq!((other.title.as_str(), other.erased_at), ("Desks", None));
    }
}

#[tokio::test]
async fn a_contract_that_is_drafted_late_has_no_words() {
    for world in worlds().await {
        let deals = [
            won(&format!("Chairs of {WORD}")),
            won(&format!("Desks of {WORD}")),
        ];
        let message = erased(&[&deals[0]]);
        world.deliver(&message, &message.erasure_id, 1).await;
        let deal = DealErased {
            deal_id: deals[1].deal_id.clone(),
            erased_at: stamp(noon()),
        };
        world.deliver(&deal, &deal.deal_id, 9).await;
        for deal in &deals {
            world.deliver(deal, &deal.deal_id, 4).await;
            let contract = world.contract_of(&deal.deal_id).await;
            assert_eq!(contract.amount, deal.amount, "{}", world.label);
        }
        assert_eq!(
            places(&world).await,
            Vec::<String>::new(),
            "{}",
            world.label
        );
    }
}
