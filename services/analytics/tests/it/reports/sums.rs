//! Reports add up: however they are grouped, the rows make the total, and the days make the months.

use proto::analytics::v1::{
    Filter, GetAttributionRequest, GetChannelsRequest, GetFlowRequest, GetFunnelRequest,
    GetKeyAccountsRequest, GetKpisRequest, GetPlansRequest, GetRefusalsRequest, GetStagesRequest,
    ListCampaignResultsRequest, ListClientsRequest,
};
use proto::types::v1::Money;

use super::{days, desks, filters, town};

const SPANS: [&str; 5] = ["day", "week", "month", "quarter", "year"];

fn minor(money: Option<&Money>) -> i64 {
    money.map_or(0, |money| money.minor)
}

fn grouped(labels: &[&str]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<&str>> = vec![vec![]];
    all.extend(labels.iter().map(|label| vec![*label]));
    all.extend(SPANS.map(|span| vec![span]));
    all.push([&["week"], labels].concat());
    let texts = |group: Vec<&str>| group.into_iter().map(str::to_owned).collect();
    all.into_iter().map(texts).collect()
}

/// Asks for a report grouped in every way; the rows and the total go to a check.
macro_rules! in_every_way {
    ($desk:expr, $method:ident, $request:ident, $labels:expr, $check:expr) => {
        for filter in filters() {
            for group_by in grouped($labels) {
                let request = $request {
                    filter: Some(filter.clone()),
                    group_by: group_by.clone(),
                    page_size: 500,
                    ..$request::default()
                };
                let mut client = $desk.client.clone();
                let Ok(answer) = client.$method(request).await else {
                    // Not every report is kept by channels.
                    assert!(!filter.channels.is_empty());
                    continue;
                };
                let answer = answer.into_inner();
                assert!(answer.next_page_token.is_empty());
                for row in &answer.rows {
                    let labels: Vec<&String> = row.keys.iter().map(|key| &key.label).collect();
                    let asked: Vec<&String> = group_by.iter().collect();
                    assert!(labels == asked || group_by.is_empty());
                }
                let place = format!("{} {group_by:?} {filter:?}", $desk.world.label);
                $check(&answer.rows, answer.total.as_ref().unwrap(), &place);
            }
        }
    };
}

#[tokio::test]
async fn rows_of_the_funnel_make_its_total() {
    let labels = [
        "topic",
        "channel",
        "source",
        "campaign",
        "partner",
        "agent",
        "temperature",
    ];
    for desk in desks().await {
        let check = |rows: &[proto::analytics::v1::FunnelRow],
                     total: &proto::analytics::v1::FunnelRow,
                     place: &str| {
            let leads: i64 = rows.iter().map(|row| row.leads).sum();
            let contracts: i64 = rows.iter().map(|row| row.contracts).sum();
            let revenue: i64 = rows.iter().map(|row| minor(row.revenue.as_ref())).sum();
            assert_eq!(leads, total.leads, "{place}");
            assert_eq!(contracts, total.contracts, "{place}");
            assert_eq!(revenue, minor(total.revenue.as_ref()), "{place}");
        };
        in_every_way!(desk, get_funnel, GetFunnelRequest, &labels, check);
    }
}

#[tokio::test]
async fn rows_of_the_other_reports_make_their_totals() {
    for desk in desks().await {
        let flow = |rows: &[proto::analytics::v1::FlowRow],
                    total: &proto::analytics::v1::FlowRow,
                    place: &str| {
            let won: i64 = rows.iter().map(|row| row.won).sum();
            let received: i64 = rows.iter().map(|row| minor(row.received.as_ref())).sum();
            assert_eq!(won, total.won, "{place}");
            assert_eq!(received, minor(total.received.as_ref()), "{place}");
        };
        let labels = ["topic", "channel", "source", "campaign", "partner", "agent"];
        in_every_way!(desk, get_flow, GetFlowRequest, &labels, flow);
        let stages = |rows: &[proto::analytics::v1::StageRow],
                      total: &proto::analytics::v1::StageRow,
                      place: &str| {
            let entered: i64 = rows.iter().map(|row| row.entered).sum();
            assert_eq!(entered, total.entered, "{place}");
        };
        let labels = ["topic", "stage", "agent"];
        in_every_way!(desk, get_stages, GetStagesRequest, &labels, stages);
        let kpis = |rows: &[proto::analytics::v1::KpiRow],
                    total: &proto::analytics::v1::KpiRow,
                    place: &str| {
            let cost: i64 = rows.iter().map(|row| minor(row.cost.as_ref())).sum();
            let bought: i64 = rows.iter().filter_map(|row| row.first_purchases).sum();
            assert_eq!(cost, minor(total.cost.as_ref()), "{place}");
            assert_eq!(bought, total.first_purchases.unwrap_or(0), "{place}");
        };
        let labels = ["topic", "channel", "campaign", "agent", "temperature"];
        in_every_way!(desk, get_kpis, GetKpisRequest, &labels, kpis);
        let channels = |rows: &[proto::analytics::v1::ChannelRow],
                        total: &proto::analytics::v1::ChannelRow,
                        place: &str| {
            let requests: i64 = rows.iter().map(|row| row.requests).sum();
            let cost: i64 = rows.iter().map(|row| minor(row.cost.as_ref())).sum();
            assert_eq!(requests, total.requests, "{place}");
            assert_eq!(cost, minor(total.cost.as_ref()), "{place}");
        };
        let labels = ["channel", "campaign"];
        in_every_way!(desk, get_channels, GetChannelsRequest, &labels, channels);
        let refusals = |rows: &[proto::analytics::v1::RefusalRow],
                        total: &proto::analytics::v1::RefusalRow,
                        place: &str| {
            let refusals: i64 = rows.iter().map(|row| row.refusals).sum();
            assert_eq!(refusals, total.refusals, "{place}");
        };
        let labels = ["phase", "stage", "reason", "topic", "channel", "agent"];
        in_every_way!(desk, get_refusals, GetRefusalsRequest, &labels, refusals);
        let contracts = |rows: &[proto::analytics::v1::KeyAccountRow],
                         total: &proto::analytics::v1::KeyAccountRow,
                         place: &str| {
            let signed: i64 = rows.iter().map(|row| row.signed).sum();
            let lost: i64 = rows.iter().map(|row| row.lost).sum();
            assert_eq!((signed, lost), (total.signed, total.lost), "{place}");
        };
        let labels = ["kind", "agent"];
        in_every_way!(
            desk,
            get_key_accounts,
            GetKeyAccountsRequest,
            &labels,
            contracts
        );
    }
}

#[tokio::test]
async fn credit_adds_up_to_everything_by_every_model() {
    for desk in desks().await {
        let check = |rows: &[proto::analytics::v1::AttributionRow],
                     total: &proto::analytics::v1::AttributionRow,
                     place: &str| {
            for (index, whole) in total.credits.iter().enumerate() {
                let of = |row: &proto::analytics::v1::AttributionRow| row.credits[index].clone();
                let parts: i64 = rows.iter().map(|row| of(row).parts).sum();
                let shares: i64 = rows.iter().filter_map(|row| of(row).share).sum();
                let revenue: i64 = rows.iter().map(|row| minor(of(row).revenue.as_ref())).sum();
                assert_eq!(parts, whole.parts, "{place} {}", whole.model);
                assert_eq!(parts % 1_000_000, 0, "{place} {}", whole.model);
                assert_eq!(
                    revenue,
                    minor(whole.revenue.as_ref()),
                    "{place} {}",
                    whole.model
                );
                let everything = if parts > 0 { 10_000 } else { 0 };
                assert_eq!(shares, everything, "{place} {}", whole.model);
            }
        };
        // A credit of one channel alone is a part of a contract.
        for filter in filters()
            .into_iter()
            .filter(|filter| filter.channels.is_empty())
        {
            for group_by in grouped(&["channel", "source", "campaign", "activity", "partner"]) {
                let request = GetAttributionRequest {
                    filter: Some(filter.clone()),
                    group_by: group_by.clone(),
                    page_size: 500,
                    ..GetAttributionRequest::default()
                };
                let answer = desk.client.clone().get_attribution(request).await.unwrap();
                let answer = answer.into_inner();
                assert_eq!(answer.weights_version, 0);
                let total = answer.total.unwrap();
                let models: Vec<&str> = total.credits.iter().map(|it| it.model.as_str()).collect();
                assert_eq!(
                    models,
                    [
                        "first",
                        "last",
                        "linear",
                        "position",
                        "time_decay",
                        "data_driven"
                    ]
                );
                let place = format!("{} {group_by:?} {filter:?}", desk.world.label);
                check(&answer.rows, &total, &place);
            }
        }
    }
}

#[tokio::test]
async fn figures_say_up_to_where_they_go() {
    for desk in desks().await {
        let request = GetFunnelRequest::default();
        let answer = desk.client.clone().get_funnel(request).await.unwrap();
        let as_of = answer.into_inner().as_of.unwrap();
        assert!(as_of.position > 100, "{as_of:?}");
        assert_eq!(as_of.restating, 0);
        assert_eq!(as_of.base_currency, "EUR");
        assert!(as_of.at.is_some());
    }
}

#[tokio::test]
async fn a_campaign_is_shown_with_its_costs_and_what_it_brought() {
    for desk in desks().await {
        let request = ListCampaignResultsRequest {
            model: "first".to_owned(),
            ..ListCampaignResultsRequest::default()
        };
        let answer = desk.client.clone().list_campaign_results(request).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(answer.rows.len(), 1);
        let row = &answer.rows[0];
        let campaign = row.campaign.as_ref().unwrap();
        assert_eq!(campaign.id, desk.known.campaign.to_string());
        assert_eq!(campaign.name, town::CAMPAIGN);
        assert_eq!(row.kind, "mailing");
        assert_eq!(row.agent.as_ref().unwrap().name, "Agnes");
        assert_eq!(row.actual_minutes, 180);
        // 160,000 HUF by 0.0025 are 400 EUR; 90 EUR of labour; of RUB no rate is known.
        assert_eq!(minor(row.actual_cost.as_ref()), 40_000 + 9_000);
        assert_eq!(minor(row.planned_cost.as_ref()), 120_000);
        // One arrived by it; three journeys with a sale were touched before, one of them before its deal.
        assert_eq!((row.leads, row.deals, row.won, row.contracts), (1, 1, 3, 3));
        let revenue = minor(row.revenue.as_ref());
        let roi = (i128::from(revenue) - 49_000) * 10_000 / 49_000;
        assert!((i128::from(row.roi.unwrap()) - roi).abs() <= 1);
        assert_eq!(answer.total.as_ref().unwrap().contracts, 3);
    }
}

#[tokio::test]
async fn a_plan_is_held_against_what_happened_in_its_days() {
    for desk in desks().await {
        let answer = desk
            .client
            .clone()
            .get_plans(GetPlansRequest::default())
            .await;
        let rows = answer.unwrap().into_inner().rows;
        assert_eq!(rows.len(), 1);
        let row = &rows[0];
        assert_eq!(
            (row.from.as_str(), row.to.as_str()),
            ("2026-11-22", "2026-12-21")
        );
        // Leads came by the form on the first day and four weeks later.
        assert_eq!((row.target_leads, row.leads, row.reached), (4, 2, false));
        assert_eq!(row.reached_share, Some(5_000));
        assert_eq!(minor(row.cost.as_ref()), 12_345);
        assert_eq!(minor(row.cost_per_lead.as_ref()), 6_173);
        assert_eq!(minor(row.allowed_cost.as_ref()), 40_000);
        assert_eq!(row.spent_share, Some(3_086));
        let none = GetPlansRequest {
            filter: Some(days("2027-05-01", "")),
            ..GetPlansRequest::default()
        };
        let answer = desk.client.clone().get_plans(none).await.unwrap();
        assert!(answer.into_inner().rows.is_empty());
    }
}

#[tokio::test]
async fn clients_are_ranked_among_all_of_them() {
    for desk in desks().await {
        let list = async |request: ListClientsRequest| {
            let answer = desk.client.clone().list_clients(request).await;
            answer.unwrap().into_inner()
        };
        let mut request = ListClientsRequest {
            page_size: 3,
            ..ListClientsRequest::default()
        };
        let mut clients = Vec::new();
        loop {
            let page = list(request.clone()).await;
            // Nine sales, and one without a lead.
            assert_eq!(page.total, 10, "{}", desk.world.label);
            clients.extend(page.rows);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(clients.len(), 10);
        let values: Vec<i64> = clients.iter().map(|it| minor(it.value.as_ref())).collect();
        assert!(values.is_sorted_by(|one, other| one >= other), "{values:?}");
        // Three are level at the top, and share the lower cell.
        assert_eq!(clients[0].monetary, 4, "{values:?}");
        assert_eq!(clients[9].monetary, 1);
        let recency: Vec<i32> = clients.iter().map(|it| it.recency).collect();
        assert_eq!(
            recency.iter().filter(|cell| **cell == 5).count(),
            2,
            "{recency:?}"
        );
        let best = list(ListClientsRequest {
            recency: 5,
            ..ListClientsRequest::default()
        })
        .await;
        assert_eq!((best.rows.len(), best.total), (2, 2));
        let none = list(ListClientsRequest {
            filter: Some(Filter {
                channels: vec!["pigeon".to_owned()],
                ..Filter::default()
            }),
            ..ListClientsRequest::default()
        })
        .await;
        assert_eq!((none.rows.len(), none.total), (0, 0));
    }
}
