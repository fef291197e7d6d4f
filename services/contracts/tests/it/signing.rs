use proto::contracts::v1::{
    ContractActivated, ContractSent, ContractSigned, ContractState, SignContractRequest,
};

use crate::world::{day, euros, reason, worlds};

#[tokio::test]
async fn a_contract_goes_from_draft_into_force() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        assert_eq!(reason(world.sign(&draft).await), "CONTRACT_NOT_SENT");
        assert_eq!(reason(world.activate(&draft).await), "CONTRACT_NOT_SIGNED");

        world.days_pass(1);
        let sent = world.send(&draft).await.unwrap();
        assert_eq!((sent.state(), sent.sent_at), (ContractState::Sent, day(1)));
        world.days_pass(1);
        let signed = world.sign(&draft).await.unwrap();
        assert_eq!(
            (signed.state(), signed.signed_at),
            (ContractState::Signed, day(2))
        );
        world.days_pass(1);
        let active = world.activate(&draft).await.unwrap();
        assert_eq!(
            (active.state(), active.activated_at),
            (ContractState::Active, day(3))
        );
        assert_eq!(active.starts_at, day(3), "nothing else was agreed");
        assert_eq!((active.sent_at, active.signed_at), (day(1), day(2)));
        assert_eq!(active.revision, 4);

        assert_eq!(
            world.history(&draft).await,
            ["drafted", "sent", "signed", "activated"]
        );
        let by = world.card(&draft).await.history[0].by.clone();
        assert_eq!(by, world.staff.to_string(), "{}", world.label);
        let announced = world.announced::<ContractSigned>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].message.amount, euros(120_000));
        assert_eq!(announced[0].message.person_id, draft.person_id);
        assert_eq!(
            (announced[0].revision, announced[0].message.signed_at),
            (3, day(2))
        );
    }
}

#[tokio::test]
async fn a_repeated_step_changes_nothing() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        let sent = world.send(&draft).await.unwrap();
        world.days_pass(1);
        assert_eq!(world.send(&draft).await.unwrap(), sent);
        let signed = world.sign(&draft).await.unwrap();
        world.days_pass(1);
        assert_eq!(world.sign(&draft).await.unwrap(), signed);
        assert_eq!(reason(world.send(&draft).await), "CONTRACT_ALREADY_SIGNED");
        let active = world.activate(&draft).await.unwrap();
        world.days_pass(1);
        assert_eq!(world.activate(&draft).await.unwrap(), active);
        assert_eq!(world.sign(&draft).await.unwrap(), active);
        assert_eq!(reason(world.send(&draft).await), "CONTRACT_ALREADY_ACTIVE");
        let announced = (
            world.announced::<ContractSent>().await.len(),
            world.announced::<ContractSigned>().await.len(),
            world.announced::<ContractActivated>().await.len(),
        );
        assert_eq!(announced, (1, 1, 1), "{}", world.label);
    }
}

#[tokio::test]
async fn steps_at_once_are_announced_once() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        world.send(&draft).await.unwrap();
        let signatures = (0..12).map(|_| world.sign(&draft));
        for signed in futures::future::join_all(signatures).await {
            assert_eq!(signed.unwrap().revision, 3, "{}", world.label);
        }
        assert_eq!(
            world.announced::<ContractSigned>().await.len(),
            1,
            "{}",
            world.label
        );
        assert_eq!(world.history(&draft).await, ["drafted", "sent", "signed"]);
    }
}

#[tokio::test]
async fn a_signature_may_be_recorded_later() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        world.send(&draft).await.unwrap();
        world.days_pass(5);
        let request = SignContractRequest {
            contract_id: draft.contract_id.clone(),
            signed_at: day(2),
        };
        let signed = world
            .client
            .clone()
            .sign_contract(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            signed.contract.unwrap().signed_at,
            day(2),
            "{}",
            world.label
        );
        let line = &world.card(&draft).await.history[0];
        assert_eq!((line.kind.as_str(), line.at), ("signed", day(5)));
    }
}

#[tokio::test]
async fn contracts_that_do_not_exist_are_not_found() {
    for world in worlds().await {
        let nobody = proto::contracts::v1::Contract {
            contract_id: ids::ContractId::generate().to_string(),
            ..Default::default()
        };
        assert_eq!(
            reason(world.send(&nobody).await),
            "CONTRACT_NOT_FOUND",
            "{}",
            world.label
        );
        let nonsense = proto::contracts::v1::Contract {
            contract_id: "cntr".to_owned(),
            ..Default::default()
        };
        assert_eq!(reason(world.send(&nonsense).await), "FIELDS_INVALID");
    }
}
