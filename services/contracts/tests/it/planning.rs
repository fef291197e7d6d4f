//! Plans of payments, and what happens to planned ones.

use ids::PaymentId;
use proto::contracts::v1::payments_service_client::PaymentsServiceClient;
use proto::contracts::v1::plan_payments_request::Plan;
use proto::contracts::v1::{
    Contract, ContractRecorded, GivenPlan, InstalmentPlan, MovePaymentRequest, Payment,
    PaymentRecorded, PeriodPlan, PlanPaymentsRequest, PlanPaymentsResponse, PlannedPayment,
    ReceiveAmountRequest, ReceiveAmountResponse, RefundPaymentRequest, RemovePaymentRequest,
    UpdateContractRequest,
};
use proto::types::v1::Money;
use rpc::Channel;
use tonic::Status;

use crate::world::{World, day, euros, reason, violations, worlds};

fn client(world: &World) -> PaymentsServiceClient<Channel> {
    PaymentsServiceClient::new(world.channel.clone())
}

pub(crate) fn new_id() -> String {
    PaymentId::generate().to_string()
}

fn planned(contract: &Contract, plan: Plan) -> PlanPaymentsRequest {
    PlanPaymentsRequest {
        contract_id: contract.contract_id.clone(),
        plan_id: new_id(),
        plan: Some(plan),
    }
}

fn equal(count: i32) -> Plan {
    Plan::Instalments(InstalmentPlan {
        count,
        first_due_at: day(10),
        ..InstalmentPlan::default()
    })
}

pub(crate) async fn plan(
    world: &World,
    request: &PlanPaymentsRequest,
) -> Result<PlanPaymentsResponse, Status> {
    let planned = client(world).plan_payments(request.clone()).await?;
    Ok(planned.into_inner())
}

/// One payment of a plan of its own.
pub(crate) async fn expected(world: &World, contract: &Contract, minor: i64, due: u64) -> Payment {
    let payment = PlannedPayment {
        amount: euros(minor),
        due_at: day(due),
        ..PlannedPayment::default()
    };
    let given = GivenPlan {
        payments: vec![payment],
    };
    let request = planned(contract, Plan::Given(given));
    let answer = plan(world, &request).await.unwrap();
    answer.payments.into_iter().next().unwrap()
}

pub(crate) async fn receive(
    world: &World,
    payment: &Payment,
    minor: i64,
    at: u64,
) -> Result<ReceiveAmountResponse, Status> {
    let request = ReceiveAmountRequest {
        contract_id: payment.contract_id.clone(),
        payment_id: payment.payment_id.clone(),
        amount: euros(minor),
        received_at: day(at),
        rest_payment_id: String::new(),
    };
    Ok(client(world).receive_amount(request).await?.into_inner())
}

pub(crate) fn refund_of(payment: &Payment, minor: Option<i64>, at: u64) -> RefundPaymentRequest {
    RefundPaymentRequest {
        contract_id: payment.contract_id.clone(),
        payment_id: payment.payment_id.clone(),
        refund_id: new_id(),
        amount: minor.and_then(euros),
        reason: "a leg broke".to_owned(),
        refunded_at: day(at),
    }
}

pub(crate) async fn refund(
    world: &World,
    request: &RefundPaymentRequest,
) -> Result<Payment, Status> {
    let answer = client(world).refund_payment(request.clone()).await?;
    Ok(answer.into_inner().refund.unwrap())
}

pub(crate) async fn remove(world: &World, payment: &Payment) -> Result<Payment, Status> {
    let request = RemovePaymentRequest {
        contract_id: payment.contract_id.clone(),
        payment_id: payment.payment_id.clone(),
        revision: 0,
        reason: "entered twice".to_owned(),
    };
    let answer = client(world).remove_payment(request).await?;
    Ok(answer.into_inner().payment.unwrap())
}

async fn move_to(
    world: &World,
    payment: &Payment,
    revision: i64,
    due: u64,
) -> Result<Payment, Status> {
    let request = MovePaymentRequest {
        contract_id: payment.contract_id.clone(),
        payment_id: payment.payment_id.clone(),
        revision,
        due_at: day(due),
    };
    let answer = client(world).move_payment(request).await?;
    Ok(answer.into_inner().payment.unwrap())
}

fn amounts(payments: &[Payment]) -> Vec<i64> {
    let amounts = payments.iter().filter_map(|it| it.amount.as_ref());
    amounts.map(|amount| amount.minor).collect()
}

/// Each payment's last state that was announced.
async fn announced(world: &World, payment: &Payment) -> (i64, PaymentRecorded) {
    let all = world.announced::<PaymentRecorded>().await;
    let last = all
        .into_iter()
        .filter(|it| it.message.payment_id == payment.payment_id)
        .max_by_key(|it| it.revision)
        .unwrap();
    (last.revision, last.message)
}

#[tokio::test]
async fn a_plan_is_made_once_and_to_the_cent() {
    for world in worlds().await {
        // 1200.00 in all.
        let contract = world.draft("Desks").await;
        let request = planned(&contract, equal(7));
        let made = plan(&world, &request).await.unwrap();
        assert_eq!(made.plan_id, request.plan_id);
        assert_eq!(made.payments[0].payment_id, request.plan_id);
        let each = [17_142, 17_142, 17_142, 17_142, 17_142, 17_142, 17_148];
        assert_eq!(amounts(&made.payments), each, "{}", world.label);
        let again = plan(&world, &request).await.unwrap();
        assert_eq!(again, made, "{}", world.label);

        let card = world.card(&contract).await;
        assert_eq!(card.payments, made.payments);
        assert_eq!(world.history(&contract).await, ["drafted", "payment"]);
        let recorded = world.announced::<PaymentRecorded>().await;
        assert_eq!(recorded.len(), 7);
        assert_eq!(recorded[0].message.due_at, day(10));
        assert_eq!(world.announced::<ContractRecorded>().await.len(), 2);

        // Nothing is left of the value, until a payment is taken out.
        let more = planned(&contract, equal(2));
        assert_eq!(reason(plan(&world, &more).await), "NOTHING_TO_PLAN");
        remove(&world, &made.payments[6]).await.unwrap();
        let more = plan(&world, &more).await.unwrap();
        assert_eq!(amounts(&more.payments), [8_574, 8_574]);
    }
}

#[tokio::test]
async fn the_same_plan_at_once_is_one_plan() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let request = planned(&contract, equal(3));
        let all = futures::future::join_all((0..6).map(|_| plan(&world, &request))).await;
        let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
        assert!(all.iter().all(|it| *it == all[0]), "{}", world.label);
        assert_eq!(world.card(&contract).await.payments.len(), 3);
    }
}

#[tokio::test]
async fn periods_are_planned_where_none_is_due() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let periods = |due_days| Plan::Periods(PeriodPlan { due_days });
        let refused = plan(&world, &planned(&contract, periods(0))).await;
        assert_eq!(reason(refused), "CONTRACT_NOT_RECURRING");
        let request = UpdateContractRequest {
            contract_id: contract.contract_id.clone(),
            amount: euros(1_000),
            recurring: Some(true),
            period_months: Some(1),
            ..UpdateContractRequest::default()
        };
        world.update(request.clone()).await.unwrap();
        let refused = plan(&world, &planned(&contract, periods(0))).await;
        assert_eq!(reason(refused), "CONTRACT_WITHOUT_START");
        let request = UpdateContractRequest {
            starts_at: day(0),
            ends_at: day(91),
            ..request
        };
        world.update(request).await.unwrap();
        // Of the 22nd of November, of December and of January; the second one by hand.
        expected(&world, &contract, 1, 40).await;
        let made = plan(&world, &planned(&contract, periods(14))).await;
        let made = made.unwrap().payments;
        assert_eq!(amounts(&made), [1_000, 1_000], "{}", world.label);
        assert_eq!((made[0].due_at, made[1].due_at), (day(14), day(61 + 14)));
        let again = plan(&world, &planned(&contract, periods(0))).await;
        assert_eq!(reason(again), "NOTHING_TO_PLAN");
    }
}

#[tokio::test]
async fn the_rest_of_a_part_is_a_payment_of_its_own() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let payment = expected(&world, &contract, 1_000, 10).await;
        let request = ReceiveAmountRequest {
            contract_id: contract.contract_id.clone(),
            payment_id: payment.payment_id.clone(),
            amount: euros(400),
            received_at: day(9),
            rest_payment_id: new_id(),
        };
        let part = client(&world).receive_amount(request.clone()).await;
        let part = part.unwrap().into_inner();
        let again = client(&world).receive_amount(request.clone()).await;
        assert_eq!(again.unwrap().into_inner(), part, "{}", world.label);
        let (came, rest) = (part.payment.unwrap(), part.rest.unwrap());
        assert_eq!(
            (came.amount.clone(), came.received_at),
            (euros(400), day(9))
        );
        let left = Payment {
            payment_id: request.rest_payment_id.clone(),
            amount: euros(600),
            rest_of_payment_id: payment.payment_id.clone(),
            ..payment.clone()
        };
        assert_eq!(rest, left, "due as before, of the same plan");

        let more = receive(&world, &rest, 601, 11).await;
        assert_eq!(reason(more), "MORE_THAN_EXPECTED");
        let whole = receive(&world, &rest, 600, 11).await.unwrap();
        assert_eq!(whole.rest, None);
        let (revision, message) = announced(&world, &payment).await;
        assert_eq!(
            (revision, message.amount, message.received_at),
            (2, euros(400), day(9))
        );
        let (revision, message) = announced(&world, &rest).await;
        assert_eq!(
            (revision, message.amount),
            (2, euros(600)),
            "{}",
            world.label
        );
        let history = world.history(&contract).await;
        assert_eq!(history.len(), 4, "planned, a part, the rest");
    }
}

#[tokio::test]
async fn what_came_is_given_back_at_most_once() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let payment = expected(&world, &contract, 1_000, 10).await;
        let early = refund(&world, &refund_of(&payment, None, 12)).await;
        assert_eq!(reason(early), "PAYMENT_NOT_RECEIVED");
        receive(&world, &payment, 1_000, 11).await.unwrap();

        let part = refund_of(&payment, Some(300), 12);
        let given = refund(&world, &part).await.unwrap();
        assert_eq!(refund(&world, &part).await.unwrap(), given, "again");
        assert_eq!(
            (given.amount.clone(), given.received_at),
            (euros(-300), day(12))
        );
        assert_eq!(given.refunds_payment_id, payment.payment_id);
        assert_eq!(given.reason, "a leg broke");
        let (_, message) = announced(&world, &given).await;
        assert_eq!(
            (message.amount, message.received_at, message.removed),
            (euros(-300), day(12), false),
            "{}",
            world.label
        );
        let more = refund(&world, &refund_of(&payment, Some(701), 12)).await;
        assert_eq!(reason(more), "MORE_THAN_RECEIVED");
        let rest = refund(&world, &refund_of(&payment, None, 13))
            .await
            .unwrap();
        assert_eq!(rest.amount, euros(-700));
        let nothing = refund(&world, &refund_of(&payment, None, 14)).await;
        assert_eq!(reason(nothing), "MORE_THAN_RECEIVED");
        let twice = refund(&world, &refund_of(&rest, None, 14)).await;
        assert_eq!(reason(twice), "PAYMENT_IS_REFUND");
        let silent = RefundPaymentRequest {
            reason: " ".to_owned(),
            ..refund_of(&payment, None, 14)
        };
        let found = violations(refund(&world, &silent).await);
        assert_eq!(found, [("reason".to_owned(), "REQUIRED".to_owned())]);
    }
}

#[tokio::test]
async fn refunds_at_once_give_back_no_more_than_came() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let payment = expected(&world, &contract, 1_000, 10).await;
        receive(&world, &payment, 1_000, 11).await.unwrap();
        let requests: Vec<_> = (0..5).map(|_| refund_of(&payment, Some(400), 12)).collect();
        let refunds = requests.iter().map(|request| refund(&world, request));
        let refunds = futures::future::join_all(refunds).await;
        let given = refunds.iter().filter(|it| it.is_ok()).count();
        assert_eq!(given, 2, "{}: {refunds:?}", world.label);
    }
}

#[tokio::test]
async fn what_is_expected_moves_or_is_taken_out() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let payment = expected(&world, &contract, 1_000, 10).await;
        let moved = move_to(&world, &payment, 1, 20).await.unwrap();
        assert_eq!((moved.due_at, moved.revision), (day(20), 2));
        let stale = move_to(&world, &payment, 1, 30).await;
        assert_eq!(reason(stale), "REVISION_CONFLICT");
        assert_eq!(move_to(&world, &payment, 0, 20).await.unwrap(), moved);

        world.days_pass(1);
        let gone = remove(&world, &payment).await.unwrap();
        assert_eq!((gone.removed_at, gone.revision), (day(1), 3));
        assert_eq!(gone.reason, "entered twice");
        assert_eq!(remove(&world, &payment).await.unwrap(), gone);
        let (revision, message) = announced(&world, &payment).await;
        assert_eq!(
            (revision, message.removed, message.due_at),
            (3, true, day(20)),
            "{}",
            world.label
        );
        assert!(world.card(&contract).await.payments.is_empty());
        let late = move_to(&world, &payment, 0, 30).await;
        assert_eq!(reason(late), "PAYMENT_REMOVED");
        let late = receive(&world, &payment, 1_000, 30).await;
        assert_eq!(reason(late), "PAYMENT_REMOVED");

        let other = expected(&world, &contract, 1_000, 10).await;
        receive(&world, &other, 1_000, 11).await.unwrap();
        let late = move_to(&world, &other, 0, 30).await;
        assert_eq!(reason(late), "PAYMENT_RECEIVED");
        assert_eq!(reason(remove(&world, &other).await), "PAYMENT_RECEIVED");
    }
}

#[tokio::test]
async fn the_currency_stays_while_payments_stand() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let payment = expected(&world, &contract, 1_000, 10).await;
        let request = UpdateContractRequest {
            contract_id: contract.contract_id.clone(),
            amount: Some(Money {
                minor: 5,
                currency: "HUF".to_owned(),
            }),
            ..UpdateContractRequest::default()
        };
        let refused = world.update(request.clone()).await;
        assert_eq!(reason(refused), "CURRENCY_IN_USE", "{}", world.label);
        assert_eq!(world.now(&contract).await.amount, contract.amount);
        remove(&world, &payment).await.unwrap();
        let changed = world.update(request.clone()).await.unwrap();
        assert_eq!(changed.amount, request.amount, "{}", world.label);
    }
}

#[tokio::test]
async fn plans_that_make_no_sense_are_refused() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let other = world.draft("Chairs").await;
        let known = expected(&world, &other, 1, 1).await;
        let taken = PlanPaymentsRequest {
            plan_id: known.payment_id.clone(),
            ..planned(&contract, equal(2))
        };
        assert_eq!(reason(plan(&world, &taken).await), "ID_TAKEN");
        let forint = PlannedPayment {
            amount: Some(Money {
                minor: 1,
                currency: "HUF".to_owned(),
            }),
            due_at: day(1),
            ..PlannedPayment::default()
        };
        let empty = PlannedPayment::default();
        for (how, expected) in [
            (equal(0), ("instalments.count", "OUT_OF_RANGE")),
            (equal(501), ("instalments.count", "OUT_OF_RANGE")),
            (
                Plan::Periods(PeriodPlan { due_days: 366 }),
                ("periods.due_days", "OUT_OF_RANGE"),
            ),
            (
                Plan::Given(GivenPlan::default()),
                ("given.payments", "OUT_OF_RANGE"),
            ),
            (
                Plan::Given(GivenPlan {
                    payments: vec![forint],
                }),
                ("plan", "CURRENCY_DIFFERS"),
            ),
        ] {
            let refused = plan(&world, &planned(&contract, how)).await;
            let expected = (expected.0.to_owned(), expected.1.to_owned());
            assert_eq!(violations(refused), [expected], "{}", world.label);
        }
        let given = GivenPlan {
            payments: vec![empty.clone(), empty],
        };
        let refused = plan(&world, &planned(&contract, Plan::Given(given))).await;
        let fields: Vec<_> = violations(refused).into_iter().map(|it| it.0).collect();
        let expected = [
            "given.payments[0].amount",
            "given.payments[0].due_at",
            "given.payments[1].amount",
            "given.payments[1].due_at",
        ];
        assert_eq!(fields, expected);
        assert_eq!(world.now(&contract).await, contract, "{}", world.label);
    }
}

#[tokio::test]
async fn a_contract_has_so_many_payments_and_no_more() {
    for world in worlds().await {
        let contract = world.draft("Desks").await;
        let half = planned(
            &contract,
            Plan::Instalments(InstalmentPlan {
                count: 500,
                total: euros(500),
                ..InstalmentPlan::default()
            }),
        );
        for plan_id in [new_id(), new_id()] {
            let request = PlanPaymentsRequest {
                plan_id,
                ..half.clone()
            };
            assert_eq!(plan(&world, &request).await.unwrap().payments.len(), 500);
        }
        let more = plan(&world, &planned(&contract, equal(1))).await;
        assert_eq!(reason(more), "TOO_MANY_PAYMENTS", "{}", world.label);
    }
}
