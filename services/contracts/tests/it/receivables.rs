//! Payments of all contracts: what is overdue, and what came of what was expected.

use proto::contracts::v1::payments_service_client::PaymentsServiceClient;
use proto::contracts::v1::{
    ComparePaymentsRequest, Contract, ListOverduePaymentsRequest, ListOverduePaymentsResponse,
    ListPaymentsRequest, Payment, PaymentMonth, PaymentState,
};
use proto::deals::v1::DealWon;
use proto::types::v1::Money;

use crate::planning::{expected, receive, refund, refund_of, remove};
use crate::world::{World, day, euros, violations, won, worlds};

async fn overdue(
    world: &World,
    request: ListOverduePaymentsRequest,
) -> ListOverduePaymentsResponse {
    let mut client = PaymentsServiceClient::new(world.channel.clone());
    let answer = client.list_overdue_payments(request).await;
    answer.unwrap().into_inner()
}

async fn months(world: &World, first: &str, last: &str, staff: &str) -> Vec<PaymentMonth> {
    let request = ComparePaymentsRequest {
        first_month: first.to_owned(),
        last_month: last.to_owned(),
        responsible_id: staff.to_owned(),
    };
    let mut client = PaymentsServiceClient::new(world.channel.clone());
    let answer = client.compare_payments(request).await;
    answer.unwrap().into_inner().months
}

async fn list(world: &World, request: ListPaymentsRequest) -> Vec<Payment> {
    let mut client = PaymentsServiceClient::new(world.channel.clone());
    let mut request = ListPaymentsRequest {
        page_size: 2,
        ..request
    };
    let mut found = Vec::new();
    loop {
        let page = client.list_payments(request.clone()).await;
        let page = page.unwrap().into_inner();
        found.extend(page.payments);
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}

fn minors(payments: &[Payment]) -> Vec<i64> {
    let amounts = payments.iter().filter_map(|it| it.amount.as_ref());
    amounts.map(|amount| amount.minor).collect()
}

#[tokio::test]
async fn what_did_not_come_in_time_is_overdue() {
    for world in worlds().await {
        let desks = world.draft("Desks").await;
        let chairs = world.draft("Chairs").await;
        let late = expected(&world, &desks, 100, 3).await;
        let early = expected(&world, &chairs, 20, 1).await;
        expected(&world, &desks, 3, 10).await;
        let came = expected(&world, &desks, 400, 2).await;
        receive(&world, &came, 400, 2).await.unwrap();
        let gone = expected(&world, &desks, 5_000, 2).await;
        remove(&world, &gone).await.unwrap();

        world.days_pass(3);
        let all = ListOverduePaymentsRequest::default();
        let found = overdue(&world, all.clone()).await;
        assert_eq!(found.total, 1, "{}: the third day is not over", world.label);
        world.days_pass(4);
        let found = overdue(&world, all).await;
        assert_eq!(
            (found.total, found.sums.clone()),
            (2, vec![euros(120).unwrap()])
        );
        let [first, second] = found.payments.as_slice() else {
            panic!("{}: two are overdue", world.label);
        };
        assert_eq!(first.payment, Some(early));
        assert_eq!((first.days_overdue, second.days_overdue), (6, 4));
        assert_eq!(second.payment, Some(late));
        assert_eq!(
            (&second.contract_number, &second.contract_title),
            (&desks.number, &desks.title)
        );
        assert_eq!(
            (
                &second.responsible_id,
                &second.person_id,
                &second.organisation_id
            ),
            (
                &desks.responsible_id,
                &desks.person_id,
                &desks.organisation_id
            )
        );
    }
}

#[tokio::test]
async fn what_is_overdue_is_narrowed_and_paged() {
    for world in worlds().await {
        let desks = world.draft("Desks").await;
        let chairs = world.draft("Chairs").await;
        expected(&world, &desks, 100, 3).await;
        expected(&world, &chairs, 20, 1).await;
        world.days_pass(7);
        let all = ListOverduePaymentsRequest::default();
        for (request, expected) in [
            (
                ListOverduePaymentsRequest {
                    responsible_id: desks.responsible_id.clone(),
                    ..all.clone()
                },
                vec![4],
            ),
            (
                ListOverduePaymentsRequest {
                    min_days: 4,
                    ..all.clone()
                },
                vec![6, 4],
            ),
            (
                ListOverduePaymentsRequest {
                    min_days: 5,
                    ..all.clone()
                },
                vec![6],
            ),
        ] {
            let found = overdue(&world, request).await;
            let days: Vec<i32> = found.payments.iter().map(|it| it.days_overdue).collect();
            assert_eq!(days, expected, "{}", world.label);
            assert_eq!(found.total, i64::try_from(expected.len()).unwrap());
        }
        let mut paged = ListOverduePaymentsRequest {
            page_size: 1,
            ..all
        };
        let page = overdue(&world, paged.clone()).await;
        assert_eq!((page.payments.len(), page.total), (1, 2));
        paged.page_token = page.next_page_token;
        let page = overdue(&world, paged).await;
        assert_eq!(page.payments[0].days_overdue, 4);
        assert_eq!(page.next_page_token, "");
    }
}

/// Day 0 is the 22nd of November: day 9 is the first of December, day 40 the first of January.
///
/// The contract in euros of two, whose payments are expected and come around the turn of the year.
async fn turn_of_the_year(world: &World) -> Contract {
    let desks = world.draft("Desks").await;
    let forint = DealWon {
        amount: Some(Money {
            minor: 9_000,
            currency: "HUF".to_owned(),
        }),
        ..won("Chairs")
    };
    world.deliver(&forint, &forint.deal_id, 4).await;
    let chairs = world.contract_of(&forint.deal_id).await;

    let november = expected(world, &desks, 1_000, 8).await;
    let december = expected(world, &desks, 2_000, 9).await;
    expected(world, &desks, 4_000, 39).await;
    let gone = expected(world, &desks, 50_000, 39).await;
    remove(world, &gone).await.unwrap();
    // November's comes in December, and part of December's in January.
    receive(world, &november, 1_000, 10).await.unwrap();
    receive(world, &december, 500, 41).await.unwrap();
    refund(world, &refund_of(&november, Some(300), 42))
        .await
        .unwrap();
    let request = proto::contracts::v1::ExpectPaymentRequest {
        contract_id: chairs.contract_id.clone(),
        payment: Some(Payment {
            amount: Some(Money {
                minor: 9_000,
                currency: "HUF".to_owned(),
            }),
            due_at: day(9),
            ..Payment::default()
        }),
    };
    world.client.clone().expect_payment(request).await.unwrap();
    desks
}

#[tokio::test]
async fn months_show_what_was_expected_and_what_came() {
    for world in worlds().await {
        let desks = turn_of_the_year(&world).await;
        let month = |month: &str, currency: &str, figures: [i64; 4]| PaymentMonth {
            month: month.to_owned(),
            currency: currency.to_owned(),
            expected_minor: figures[0],
            outstanding_minor: figures[1],
            received_minor: figures[2],
            refunded_minor: figures[3],
        };
        let of_desks = [
            month("2026-11", "EUR", [1_000, 0, 0, 0]),
            month("2026-12", "EUR", [6_000, 5_500, 1_000, 0]),
            month("2027-01", "EUR", [0, 0, 500, 300]),
        ];
        let mut all = of_desks.to_vec();
        all.insert(2, month("2026-12", "HUF", [9_000, 9_000, 0, 0]));
        let found = months(&world, "2026-10", "2027-02", "").await;
        assert_eq!(found, all, "{}", world.label);
        let found = months(&world, "2026-10", "2027-02", &desks.responsible_id).await;
        assert_eq!(found, of_desks, "{}", world.label);
        let found = months(&world, "2027-01", "2027-01", "").await;
        assert_eq!(found, of_desks[2..], "{}", world.label);
    }
}

#[tokio::test]
async fn the_payments_behind_the_figures_are_listed() {
    for world in worlds().await {
        let desks = turn_of_the_year(&world).await;
        let all = ListPaymentsRequest::default();
        for (request, expected) in [
            (
                ListPaymentsRequest {
                    due_from: day(9),
                    due_before: day(40),
                    currency: "EUR".to_owned(),
                    ..all.clone()
                },
                vec![500, 1_500, 4_000],
            ),
            (
                ListPaymentsRequest {
                    received_from: day(40),
                    received_before: day(70),
                    ..all.clone()
                },
                vec![500, -300],
            ),
            (
                ListPaymentsRequest {
                    responsible_id: desks.responsible_id.clone(),
                    state: PaymentState::Expected.into(),
                    ..all.clone()
                },
                vec![1_500, 4_000],
            ),
            (
                ListPaymentsRequest {
                    contract_id: desks.contract_id.clone(),
                    state: PaymentState::Received.into(),
                    ..all.clone()
                },
                vec![1_000, 500],
            ),
            (
                ListPaymentsRequest {
                    state: PaymentState::Refund.into(),
                    ..all.clone()
                },
                vec![-300],
            ),
            (
                ListPaymentsRequest {
                    state: PaymentState::Removed.into(),
                    ..all.clone()
                },
                vec![50_000],
            ),
        ] {
            let found = list(&world, request).await;
            let mut found = minors(&found);
            found.sort_unstable();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(found, expected, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn months_that_are_none_are_refused() {
    for world in worlds().await {
        for (first, last, expected) in [
            ("2026-13", "2026-12", ("first_month", "MALFORMED")),
            ("2026-12", "2026-11", ("last_month", "OUT_OF_RANGE")),
            ("2016-12", "2026-12", ("last_month", "OUT_OF_RANGE")),
            ("2026-12", "", ("last_month", "REQUIRED")),
        ] {
            let request = ComparePaymentsRequest {
                first_month: first.to_owned(),
                last_month: last.to_owned(),
                responsible_id: String::new(),
            };
            let mut client = PaymentsServiceClient::new(world.channel.clone());
            let answer = client.compare_payments(request).await;
            let expected = (expected.0.to_owned(), expected.1.to_owned());
            assert_eq!(violations(answer), [expected], "{}", world.label);
        }
    }
}
