use chrono::{DateTime, Utc};
use deals::domain::forecast::weighted;
use deals::domain::topic::{Percent, Topic};
use ids::StaffId;
use proto::deals::v1::forecast_service_client::ForecastServiceClient;
use proto::deals::v1::{
    Deal, ForecastRow, ForecastSpan, ForecastSums, GetForecastRequest, GetForecastResponse,
    MoveDealRequest, UpdateDealRequest, WinDealRequest,
};
use proto::types::v1::Money;

use crate::world::{World, euros, stamp, worlds};

fn at(text: &str) -> Option<prost_types::Timestamp> {
    let at: DateTime<Utc> = text.parse().unwrap();
    stamp(at)
}

struct New<'a> {
    amount: Option<Money>,
    expected: Option<prost_types::Timestamp>,
    responsible: &'a str,
    committed: bool,
}

async fn open(world: &World, title: &str, new: New<'_>) -> Deal {
    let deal = Deal {
        title: title.to_owned(),
        sale_object: "desk".to_owned(),
        amount: new.amount,
        expected_close_at: new.expected,
        responsible_id: new.responsible.to_owned(),
        ..Deal::default()
    };
    let deal = world.open_deal(deal).await.unwrap();
    if !new.committed {
        return deal;
    }
    let commit = UpdateDealRequest {
        deal_id: deal.deal_id.clone(),
        committed: Some(true),
        ..UpdateDealRequest::default()
    };
    let answer = world.client.clone().update_deal(commit).await.unwrap();
    answer.into_inner().deal.unwrap()
}

pub(crate) async fn forecast(world: &World, request: GetForecastRequest) -> GetForecastResponse {
    let mut client = ForecastServiceClient::new(world.channel());
    client.get_forecast(request).await.unwrap().into_inner()
}

fn forints(minor: i64) -> Money {
    let currency = "HUF".to_owned();
    Money { minor, currency }
}

fn sums(currency: &str, [open, weighted, committed, won]: [i64; 4]) -> ForecastSums {
    ForecastSums {
        currency: currency.to_owned(),
        open_minor: open,
        weighted_minor: weighted,
        committed_minor: committed,
        won_minor: won,
    }
}

/// Span or month, responsible, counts and sums.
type Shown = (String, String, [i64; 3], Vec<ForecastSums>);

fn shown(row: &ForecastRow) -> Shown {
    let when = match row.span() {
        ForecastSpan::Month => row.month.clone(),
        other => other
            .as_str_name()
            .trim_start_matches("FORECAST_SPAN_")
            .to_lowercase(),
    };
    let counts = [row.open_count, row.committed_count, row.won_count];
    (when, row.responsible_id.clone(), counts, row.sums.clone())
}

/// On 22 November: deals of two members of staff, overdue, dated, undated, committed, won and lost.
pub(crate) async fn filled(world: &World) -> (String, String) {
    let mut staff = [
        StaffId::generate().to_string(),
        StaffId::generate().to_string(),
    ];
    staff.sort();
    let [ann, ben] = staff;
    for (title, amount, expected, responsible, committed) in [
        (
            "overdue",
            euros(105),
            at("2026-11-21T23:59:59Z"),
            &ann,
            false,
        ),
        (
            "today",
            euros(1_000),
            at("2026-11-22T00:00:00Z"),
            &ann,
            true,
        ),
        (
            "autumn",
            euros(15),
            at("2026-11-30T23:59:59.9Z"),
            &ann,
            false,
        ),
        (
            "forints",
            Some(forints(7_777)),
            at("2026-11-30T12:00:00Z"),
            &ann,
            false,
        ),
        (
            "december",
            euros(20),
            at("2026-12-01T00:00:00Z"),
            &ann,
            false,
        ),
        ("hers", euros(25), at("2026-12-24T00:00:00Z"), &ben, true),
        ("worthless", None, at("2026-12-24T00:00:00Z"), &ben, false),
        ("some day", euros(45), None, &ben, false),
    ] {
        let new = New {
            amount,
            expected,
            responsible,
            committed,
        };
        open(world, title, new).await;
    }
    let new = New {
        amount: euros(1),
        expected: at("2026-12-24T00:00:00Z"),
        responsible: &ann,
        committed: true,
    };
    let won = open(world, "won", new).await;
    let win = WinDealRequest {
        deal_id: won.deal_id,
        amount: euros(500),
    };
    world.client.clone().win_deal(win).await.unwrap();
    (ann, ben)
}

#[tokio::test]
async fn open_deals_are_added_up_by_month_and_beside_them_what_was_won() {
    for world in worlds().await {
        let (ann, ben) = filled(&world).await;
        let answer = forecast(&world, GetForecastRequest::default()).await;
        let rows: Vec<Shown> = answer.rows.iter().map(shown).collect();
        let expected: [Shown; 5] = [
            // 10.5 to even
            (
                "overdue".to_owned(),
                ann.clone(),
                [1, 0, 0],
                vec![sums("EUR", [105, 10, 0, 0])],
            ),
            // 100 and 1.5 to even; 777.7
            (
                "2026-11".to_owned(),
                ann.clone(),
                [3, 1, 1],
                vec![
                    sums("EUR", [1_015, 102, 1_000, 500]),
                    sums("HUF", [7_777, 778, 0, 0]),
                ],
            ),
            (
                "2026-12".to_owned(),
                ann.clone(),
                [1, 0, 0],
                vec![sums("EUR", [20, 2, 0, 0])],
            ),
            // 2.5 to even
            (
                "2026-12".to_owned(),
                ben.clone(),
                [2, 1, 0],
                vec![sums("EUR", [25, 2, 25, 0])],
            ),
            // 4.5 to even
            (
                "undated".to_owned(),
                ben.clone(),
                [1, 0, 0],
                vec![sums("EUR", [45, 4, 0, 0])],
            ),
        ];
        assert_eq!(rows, expected, "{}", world.label);
        assert!(
            answer
                .rows
                .iter()
                .all(|row| row.topic_id == Topic::GENERAL.to_string())
        );
        let totals = [
            sums("EUR", [1_210, 120, 1_025, 500]),
            sums("HUF", [7_777, 778, 0, 0]),
        ];
        assert_eq!(answer.totals, totals, "{}", world.label);
        assert_eq!(answer.next_page_token, "");

        let mut paged = Vec::new();
        let mut request = GetForecastRequest {
            page_size: 2,
            ..GetForecastRequest::default()
        };
        loop {
            let page = forecast(&world, request.clone()).await;
            assert_eq!(page.totals, totals, "totals are those of all pages");
            assert!(page.rows.len() <= 2);
            paged.extend(page.rows);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(paged, answer.rows, "{}", world.label);
    }
}

#[tokio::test]
async fn a_forecast_is_narrowed_by_what_is_asked() {
    for world in worlds().await {
        let (ann, ben) = filled(&world).await;
        let when = async |request: GetForecastRequest| {
            let rows = forecast(&world, request).await.rows;
            let shown = rows.iter().map(shown).map(|it| (it.0, it.2));
            shown.collect::<Vec<_>>()
        };
        let row = |when: &str, counts: [i64; 3]| (when.to_owned(), counts);
        let hers = GetForecastRequest {
            responsible_id: ben,
            ..GetForecastRequest::default()
        };
        let expected = [row("2026-12", [2, 1, 0]), row("undated", [1, 0, 0])];
        assert_eq!(when(hers).await, expected, "{}", world.label);
        let elsewhere = GetForecastRequest {
            topic_id: ids::TopicId::generate().to_string(),
            ..GetForecastRequest::default()
        };
        assert_eq!(when(elsewhere).await, [], "{}", world.label);
        let november = GetForecastRequest {
            responsible_id: ann,
            from: at("2026-11-22T00:00:00Z"),
            to: at("2026-11-30T12:00:00Z"),
            ..GetForecastRequest::default()
        };
        assert_eq!(
            when(november).await,
            [row("2026-11", [1, 1, 1])],
            "{}",
            world.label
        );
        let later = GetForecastRequest {
            from: at("2026-11-30T00:00:00Z"),
            ..GetForecastRequest::default()
        };
        let expected = [
            row("2026-11", [2, 0, 0]),
            row("2026-12", [1, 0, 0]),
            row("2026-12", [2, 1, 0]),
        ];
        assert_eq!(when(later).await, expected, "{}", world.label);
    }
}

#[tokio::test]
async fn the_database_weighs_like_the_domain() {
    for world in worlds().await {
        let mut expected = 0;
        let mut amount = 1;
        // Halves of all kinds, and numbers of all sizes.
        for n in 0..60_i64 {
            amount = (amount * 31 + n * 17 + 5) % 1_000_000_007;
            let minor = if n % 3 == 0 {
                amount / 10 * 10 + 5
            } else {
                amount
            };
            let new = New {
                amount: euros(minor),
                expected: None,
                responsible: "",
                committed: false,
            };
            let deal = open(&world, "deal", new).await;
            let mut chance = 10;
            if n % 2 == 0 {
                let request = MoveDealRequest {
                    deal_id: deal.deal_id,
                    stage: "offer".to_owned(),
                };
                world.client.clone().move_deal(request).await.unwrap();
                chance = 30;
            }
            expected += weighted(minor, Percent::try_new(chance).unwrap());
        }
        let totals = forecast(&world, GetForecastRequest::default()).await.totals;
        assert_eq!(totals[0].weighted_minor, expected, "{}", world.label);
    }
}
