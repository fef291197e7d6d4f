use ids::PaymentId;
use proto::contracts::v1::{Contract, ExpectPaymentRequest, Payment, ReceivePaymentRequest};
use proto::types::v1::Money;
use tonic::Status;

use crate::world::{World, day, euros, reason, violations, worlds};

async fn expect(world: &World, contract: &Contract, payment: Payment) -> Result<Payment, Status> {
    let contract_id = contract.contract_id.clone();
    let request = ExpectPaymentRequest {
        contract_id,
        payment: Some(payment),
    };
    Ok(world
        .client
        .clone()
        .expect_payment(request)
        .await?
        .into_inner()
        .payment
        .unwrap())
}

async fn receive(
    world: &World,
    contract: &Contract,
    payment: &Payment,
    at: u64,
) -> Result<Payment, Status> {
    let request = ReceivePaymentRequest {
        contract_id: contract.contract_id.clone(),
        payment_id: payment.payment_id.clone(),
        received_at: day(at),
    };
    Ok(world
        .client
        .clone()
        .receive_payment(request)
        .await?
        .into_inner()
        .payment
        .unwrap())
}

fn payment(due: u64) -> Payment {
    Payment {
        payment_id: PaymentId::generate().to_string(),
        amount: euros(100),
        due_at: day(due),
        ..Payment::default()
    }
}

#[tokio::test]
async fn payments_are_expected_and_received_once() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let late = expect(&world, &contract, payment(20)).await.unwrap();
        let early = expect(&world, &contract, payment(10)).await.unwrap();
        let again = Payment {
            amount: euros(1),
            ..early.clone()
        };
        assert_eq!(
            expect(&world, &contract, again).await.unwrap(),
            early,
            "{}",
            world.label
        );

        let received = receive(&world, &contract, &early, 9).await.unwrap();
        assert_eq!(
            received,
            Payment {
                received_at: day(9),
                revision: 2,
                ..early.clone()
            }
        );
        assert_eq!(
            receive(&world, &contract, &early, 11).await.unwrap(),
            received
        );
        let card = world.card(&contract).await;
        assert_eq!(card.payments, [received, late], "by due date");
        assert_eq!(
            world.history(&contract).await,
            ["drafted", "payment", "payment", "payment"]
        );
        assert_eq!(card.contract.unwrap().revision, 4, "{}", world.label);
    }
}

#[tokio::test]
async fn payments_at_once_are_all_kept() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let payments = (0..10).map(|n| expect(&world, &contract, payment(n)));
        for expected in futures::future::join_all(payments).await {
            expected.unwrap();
        }
        let card = world.card(&contract).await;
        assert_eq!(
            (card.payments.len(), card.contract.unwrap().revision),
            (10, 11)
        );
        assert_eq!(card.history.len(), 11, "{}", world.label);
    }
}

#[tokio::test]
async fn what_is_no_payment_of_the_contract_is_refused() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let other = world.draft("Chairs").await;
        let forint = Money {
            minor: 1,
            currency: "HUF".to_owned(),
        };
        let foreign = Payment {
            amount: Some(forint),
            ..payment(1)
        };
        let differs = (
            "payment.amount.currency".to_owned(),
            "CURRENCY_DIFFERS".to_owned(),
        );
        assert_eq!(
            violations(expect(&world, &contract, foreign).await),
            [differs]
        );
        let empty = Payment {
            amount: None,
            due_at: None,
            ..payment(1)
        };
        let found: Vec<_> = violations(expect(&world, &contract, empty).await)
            .into_iter()
            .map(|it| it.0)
            .collect();
        assert_eq!(
            found,
            ["payment.amount", "payment.due_at"],
            "{}",
            world.label
        );

        let elsewhere = expect(&world, &other, payment(1)).await.unwrap();
        let taken = receive(&world, &contract, &elsewhere, 1).await;
        assert_eq!(reason(taken), "PAYMENT_NOT_FOUND");
        assert_eq!(world.now(&contract).await.revision, 1);
    }
}
