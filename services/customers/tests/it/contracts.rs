//! Contracts, and who becomes a client by them.

use ids::{ContractId, LeadId, OrganisationId, PersonId};
use messaging::{Delivered, HandlerError, RawEvent};
use proto::{
    contracts::v1::{ContractEnded, ContractSigned},
    customers::v1::{self as pb, OrganisationRecorded, PersonRecorded},
    types::v1::Money,
};

use crate::{
    fixture::{Base, bases, event, person},
    leads::{everybody, qualified},
};

fn signed(id: ContractId, person: &str, lead: &str, organisation: &str) -> RawEvent {
    let message = ContractSigned {
        contract_id: id.to_string(),
        person_id: person.to_owned(),
        lead_id: lead.to_owned(),
        organisation_id: organisation.to_owned(),
        amount: Some(Money {
            minor: 150_000,
            currency: "EUR".to_owned(),
        }),
        ..ContractSigned::default()
    };
    event(&message, &message.contract_id, 3)
}

fn ended(id: ContractId) -> RawEvent {
    let message = ContractEnded {
        contract_id: id.to_string(),
        ..ContractEnded::default()
    };
    event(&message, &message.contract_id, 5)
}

async fn waits(base: &Base, event: &RawEvent, expected: &str) {
    let error = base.deliver(event).await.unwrap_err();
    let HandlerError::Retry { reason, .. } = error else {
        panic!("{}: {error}", base.label);
    };
    assert_eq!(reason, expected, "{}", base.label);
}

#[tokio::test]
async fn a_contract_waits_for_its_person_and_makes_it_a_client() {
    for base in bases().await {
        let (lead, id) = (LeadId::generate(), PersonId::generate());
        let contract = signed(
            ContractId::generate(),
            &id.to_string(),
            &lead.to_string(),
            "",
        );
        waits(&base, &contract, "PERSON_NOT_HERE_YET").await;
        base.settle_twice(&[qualified(lead, id, "Duna")]).await;
        base.settle_twice(std::slice::from_ref(&contract)).await;
        let card = base.card(&id.to_string()).await;
        let now = card.person.unwrap();
        assert_eq!(
            (now.client, now.category.as_str(), now.revision),
            (true, "client", 2)
        );
        assert_eq!(card.contracts.len(), 1, "{}", base.label);
        assert_eq!(card.contracts[0].state, "signed");
        assert_eq!(card.contracts[0].amount.as_ref().unwrap().minor, 150_000);
        let duna = base
            .organisation(&now.organisation_id)
            .await
            .organisation
            .unwrap();
        assert_eq!(
            (duna.client, duna.category.as_str(), duna.revision),
            (true, "client", 2)
        );

        let further = signed(ContractId::generate(), &id.to_string(), "", "");
        base.settle_twice(&[further]).await;
        let card = base.card(&id.to_string()).await;
        assert_eq!(
            (card.person.unwrap().revision, card.contracts.len()),
            (2, 2)
        );
        assert_eq!(base.announced::<PersonRecorded>().await.len(), 2);
        assert_eq!(base.announced::<OrganisationRecorded>().await.len(), 2);
    }
}

#[tokio::test]
async fn the_link_of_the_lead_tells_the_person_rather_than_the_contract() {
    for base in bases().await {
        let lead = LeadId::generate();
        base.settle_twice(&[crate::leads::created(lead, "Zvaigzne")])
            .await;
        let anna = everybody(&base).await.remove(0);
        let never = PersonId::generate().to_string();
        base.settle_twice(&[signed(
            ContractId::generate(),
            &never,
            &lead.to_string(),
            "",
        )])
        .await;
        let card = base.card(&anna.person_id).await;
        assert!(card.person.unwrap().client, "{}", base.label);
        assert_eq!(card.contracts.len(), 1, "{}", base.label);
    }
}

#[tokio::test]
async fn the_end_of_a_contract_stays_whatever_comes_after_it() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let (first, second) = (ContractId::generate(), ContractId::generate());
        base.settle_twice(&[
            ended(first),
            signed(second, &anna, "", ""),
            signed(first, &anna, "", ""),
            ended(second),
        ])
        .await;
        let card = base.card(&anna).await;
        let states: Vec<_> = card.contracts.iter().map(|it| it.state.as_str()).collect();
        assert_eq!(states, ["ended", "ended"], "{}", base.label);
        assert!(card.contracts.iter().all(|it| it.amount.is_some()));
        assert!(card.person.unwrap().client, "had a contract");
    }
}

#[tokio::test]
async fn a_contract_of_an_organisation_waits_for_it() {
    for base in bases().await {
        let id = OrganisationId::generate().to_string();
        let contract = signed(ContractId::generate(), "", "", &id);
        waits(&base, &contract, "ORGANISATION_NOT_HERE_YET").await;
        let organisation = pb::Organisation {
            organisation_id: id.clone(),
            name: "Duna".to_owned(),
            category: "key account".to_owned(),
            ..pb::Organisation::default()
        };
        let request = pb::RecordOrganisationRequest {
            organisation: Some(organisation),
        };
        base.client().record_organisation(request).await.unwrap();
        assert_eq!(base.settle(&contract).await, Delivered::Handled);
        let duna = base.organisation(&id).await.organisation.unwrap();
        assert_eq!((duna.client, duna.category.as_str()), (true, "key account"));
    }
}
