//! The whole state of contracts and payments, as it is announced.

use contracts::timers::work;
use database::rows;
use ids::{ContractId, PaymentId, StaffId};
use proto::contracts::v1::{
    Contract, ContractRecorded, ExpectPaymentRequest, Payment, PaymentRecorded,
    ReceivePaymentRequest, UpdateContractRequest,
};
use proto::deals::v1::DealWon;

use crate::world::{World, day, euros, won, worlds};

async fn states(world: &World) -> Vec<(i64, String)> {
    let recorded = world.announced::<ContractRecorded>().await;
    recorded
        .into_iter()
        .map(|it| (it.revision, it.message.state))
        .collect()
}

/// A contract from draft to end, 100.00 each month from day 10 to day 100.
async fn whole_life(world: &World, deal: &DealWon, heir: &str) -> Contract {
    world.deliver(deal, &deal.deal_id, 4).await;
    let draft = world.contract_of(&deal.deal_id).await;
    let request = UpdateContractRequest {
        contract_id: draft.contract_id.clone(),
        amount: euros(10_000),
        recurring: Some(true),
        period_months: Some(1),
        starts_at: day(10),
        ends_at: day(100),
        responsible_id: Some(heir.to_owned()),
        ..UpdateContractRequest::default()
    };
    world.update(request.clone()).await.unwrap();
    world.update(request).await.unwrap();
    world.send(&draft).await.unwrap();
    world.days_pass(1);
    world.sign(&draft).await.unwrap();
    world.activate(&draft).await.unwrap();
    world.days_pass(99);
    work(&world.app).await.unwrap();
    work(&world.app).await.unwrap();
    draft
}

#[tokio::test]
async fn every_change_of_a_contract_announces_all_of_it() {
    for world in worlds().await {
        let deal = DealWon {
            contract_kind: "cross_sale".to_owned(),
            previous_contract_id: ContractId::generate().to_string(),
            ..won("Desks")
        };
        let heir = StaffId::generate().to_string();
        let draft = whole_life(&world, &deal, &heir).await;

        let expected = [
            (1, "draft"),
            (2, "draft"),
            (3, "sent"),
            (4, "signed"),
            (5, "active"),
            // The renewal fell due.
            (6, "active"),
            (7, "ended"),
        ];
        let expected = expected.map(|(revision, state)| (revision, state.to_owned()));
        assert_eq!(states(&world).await, expected, "{}", world.label);

        let recorded = world.announced::<ContractRecorded>().await;
        let last = ContractRecorded {
            contract_id: draft.contract_id.clone(),
            number: "C-2026-00001".to_owned(),
            state: "ended".to_owned(),
            kind: "cross_sale".to_owned(),
            previous_contract_id: deal.previous_contract_id.clone(),
            deal_id: deal.deal_id.clone(),
            lead_id: deal.lead_id.clone(),
            person_id: deal.person_id.clone(),
            organisation_id: deal.organisation_id.clone(),
            responsible_id: heir,
            amount: euros(10_000),
            recurring: true,
            period_months: 1,
            starts_at: day(10),
            ends_at: day(100),
            signed_at: day(1),
            ended_at: day(100),
            // The 2nd of December, of January and of February.
            value: euros(30_000),
            end_reason: String::new(),
        };
        assert_eq!(recorded[6].message, last, "{}", world.label);
        let first = ContractRecorded {
            state: "draft".to_owned(),
            responsible_id: deal.responsible_id.clone(),
            amount: euros(120_000),
            recurring: false,
            period_months: 12,
            starts_at: None,
            ends_at: None,
            signed_at: None,
            ended_at: None,
            value: euros(120_000),
            ..last
        };
        assert_eq!(recorded[0].message, first, "{}", world.label);
    }
}

/// An expected payment of a draft and the same payment received, as announced.
async fn paid(world: &World) -> (ContractRecorded, [PaymentRecorded; 2]) {
    let contract = world.draft("Desks").await;
    let payment = Payment {
        payment_id: PaymentId::generate().to_string(),
        amount: euros(100),
        due_at: day(20),
        ..Payment::default()
    };
    let request = ExpectPaymentRequest {
        contract_id: contract.contract_id.clone(),
        payment: Some(payment.clone()),
    };
    let receipt = ReceivePaymentRequest {
        contract_id: contract.contract_id.clone(),
        payment_id: payment.payment_id.clone(),
        received_at: day(19),
    };
    // Each of them twice.
    for _ in 0..2 {
        let expected = world.client.clone().expect_payment(request.clone()).await;
        expected.unwrap();
    }
    for _ in 0..2 {
        let received = world.client.clone().receive_payment(receipt.clone()).await;
        received.unwrap();
    }
    let expected = PaymentRecorded {
        payment_id: payment.payment_id,
        contract_id: contract.contract_id,
        amount: euros(100),
        due_at: day(20),
        received_at: None,
        removed: false,
    };
    let received = PaymentRecorded {
        received_at: day(19),
        ..expected.clone()
    };
    let recorded = world.announced::<ContractRecorded>().await;
    let last = recorded.into_iter().last().unwrap();
    (last.message, [expected, received])
}

#[tokio::test]
async fn payments_are_announced_with_each_change() {
    for world in worlds().await {
        let (_, expected) = paid(&world).await;
        let recorded = world.announced::<PaymentRecorded>().await;
        let revisions: Vec<i64> = recorded.iter().map(|it| it.revision).collect();
        assert_eq!(revisions, [1, 2], "{}", world.label);
        for (recorded, expected) in recorded.iter().zip(expected) {
            assert_eq!(recorded.message, expected, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn contracts_from_before_are_announced_once_as_they_are() {
    for world in worlds().await {
        let (contract, [_, payment]) = paid(&world).await;
        let tx = world.app.outbox.begin().await.unwrap();
        let before = "update contract set recorded = false";
        rows::execute(tx.connection(), before, []).await.unwrap();
        tx.commit().await.unwrap();

        work(&world.app).await.unwrap();
        work(&world.app).await.unwrap();
        let contracts = world.announced::<ContractRecorded>().await;
        let payments = world.announced::<PaymentRecorded>().await;
        assert_eq!((contracts.len(), payments.len()), (4, 3), "{}", world.label);
        assert_eq!(
            (contracts[3].revision, &contracts[3].message),
            (3, &contract)
        );
        assert_eq!((payments[2].revision, &payments[2].message), (2, &payment));
    }
}
