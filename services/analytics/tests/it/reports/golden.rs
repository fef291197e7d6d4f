//! The small company that was worked by hand comes out of the reports as it was worked.

use std::collections::BTreeMap;

use analytics::domain::derive::contribution;
use analytics::domain::figures::Contribution;
use analytics::domain::journey::components;
use analytics::domain::parameters::Parameters;
use analytics::projector::difference::{Difference, Numbers, keep};
use analytics::projector::ensure_living;
use analytics::store::generations;
use proto::analytics::v1::{
    GetAttributionRequest, GetFlowRequest, GetFunnelRequest, GetJourneysRequest,
    GetRefusalsRequest, GetStepsRequest, Key, ListCampaignResultsRequest,
    ListHistoryRecordsRequest,
};
use proto::types::v1::Money;
use uuid::Uuid;

use super::{Client, client};
use crate::world::{World, worlds};

#[expect(dead_code, reason = "other tests read the rest of it")]
#[path = "../../golden/read.rs"]
mod read;

use read::Names;

/// A row of the worked cells.
struct Expected {
    table: String,
    month: String,
    labels: BTreeMap<String, String>,
    sums: BTreeMap<String, i64>,
}

impl Expected {
    fn sum(&self, name: &str) -> i64 {
        self.sums.get(name).copied().unwrap_or(0)
    }

    fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

fn expected() -> Vec<Expected> {
    let rows = read::rows(read::CELLS).into_iter().map(|row| {
        let [table, month, labels, sums] = <[String; 4]>::try_from(row).unwrap();
        let sums = read::fields(&sums).into_iter();
        Expected {
            table,
            month,
            labels: read::fields(&labels),
            sums: sums
                .map(|(name, sum)| (name, sum.parse().unwrap()))
                .collect(),
        }
    });
    rows.collect()
}

fn of<'a>(all: &'a [Expected], table: &str) -> impl Iterator<Item = &'a Expected> {
    all.iter().filter(move |row| row.table == table)
}

/// Writes the figures of the company as the projector does.
async fn derived(world: &World) -> Names {
    let mut names = Names::default();
    let facts = read::facts(&mut names);
    let mut parameters = Parameters::new("EUR");
    for fact in &facts {
        parameters.learn(fact);
    }
    let contributions: Vec<(Uuid, Contribution)> = components(facts)
        .iter()
        .map(|journey| (journey.id, contribution(journey, &parameters)))
        .collect();
    let app = &world.app;
    ensure_living(app).await.unwrap();
    let living = generations::living(app.database().reader()).await;
    let all = contributions.iter().map(|(_, it)| it);
    let numbers = Numbers::of(&app.labels, app.database(), all).await.unwrap();
    let kept = keep(&contributions, &numbers);
    let mut difference = Difference::default();
    difference.give(&kept, contributions);
    let tx = app.outbox.begin().await.unwrap();
    let number = living.unwrap().unwrap().number;
    difference.write(&tx, number, &numbers).await.unwrap();
    tx.commit().await.unwrap();
    names
}

/// On each database, with the world that keeps it.
async fn companies() -> Vec<(Client, Names, World)> {
    let mut companies = Vec::new();
    for world in worlds().await {
        let names = derived(&world).await;
        companies.push((client(&world), names, world));
    }
    companies
}

fn minor(money: Option<&Money>) -> i64 {
    money.map_or(0, |money| money.minor)
}

/// Month and labels of a row as the worked file names them; empty ones left out.
fn shown(names: &Names, keys: &[Key]) -> BTreeMap<String, String> {
    let shown = keys.iter().map(|key| {
        let value = match key.label.as_str() {
            "month" => key.value.strip_suffix("-01").unwrap().to_owned(),
            _ => names.shown(&key.value),
        };
        (key.label.clone(), value)
    });
    shown.filter(|(_, value)| !value.is_empty()).collect()
}

/// The same of a worked row. Cards name the topic by its code, reports by its id.
fn worked(row: &Expected) -> BTreeMap<String, String> {
    let mut labels = row.labels.clone();
    if let Some(topic) = labels.get_mut("topic")
        && topic == "solar"
    {
        "T-solar".clone_into(topic);
    }
    labels.insert("month".to_owned(), row.month.clone());
    labels
}

/// Holds every worked row of a table to the row of a report that has its labels, field by field.
macro_rules! hold {
    ($rows:expr, $expected:expr, $names:expr, [$($count:ident),*], [$($money:ident),*]) => {{
        let expected: Vec<&Expected> = $expected.collect();
        assert!(!expected.is_empty());
        assert_eq!($rows.len(), expected.len());
        for worked_row in expected {
            let labels = worked(worked_row);
            let row = $rows.iter().find(|row| shown(&$names, &row.keys) == labels);
            let row = row.unwrap_or_else(|| panic!("no row for {labels:?}"));
            $(assert_eq!(row.$count, worked_row.sum(stringify!($count)), "{labels:?}");)*
            $(assert_eq!(minor(row.$money.as_ref()), worked_row.sum(stringify!($money)), "{labels:?}");)*
        }
    }};
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn funnel_flow_and_refusals_are_as_worked() {
    let all = expected();
    for (mut client, names, _world) in companies().await {
        let labels = [
            "month", "topic", "channel", "source", "campaign", "partner", "agent",
        ];
        let request = GetFunnelRequest {
            group_by: texts(&[&labels[..], &["temperature"]].concat()),
            page_size: 500,
            ..GetFunnelRequest::default()
        };
        let rows = client.get_funnel(request).await.unwrap().into_inner().rows;
        hold!(
            rows,
            of(&all, "funnel_cell"),
            names,
            [
                leads,
                enquiries,
                talked,
                qualified,
                refused,
                recovered,
                deals,
                won,
                lost,
                contracts,
                unconverted
            ],
            [lost_value, revenue, received, pipeline]
        );
        let request = GetFlowRequest {
            group_by: texts(&labels),
            page_size: 500,
            ..GetFlowRequest::default()
        };
        let rows = client.get_flow(request).await.unwrap().into_inner().rows;
        hold!(
            rows,
            of(&all, "flow_cell"),
            names,
            [
                leads, enquiries, qualified, refused, reopened, deals, won, lost, contracts
            ],
            [won_value, lost_value, revenue, received, refunded]
        );
        let labels = [
            "month", "phase", "stage", "reason", "topic", "channel", "agent",
        ];
        let request = GetRefusalsRequest {
            group_by: texts(&labels),
            page_size: 500,
            ..GetRefusalsRequest::default()
        };
        let rows = client
            .get_refusals(request)
            .await
            .unwrap()
            .into_inner()
            .rows;
        hold!(
            rows,
            of(&all, "refusal_cell"),
            names,
            [refusals, recovered],
            [lost_value, recovered_revenue]
        );
    }
}

#[tokio::test]
async fn attribution_is_as_worked() {
    let all = expected();
    for (mut client, _, world) in companies().await {
        let label = world.label;
        let request = GetAttributionRequest::default();
        let answer = client.get_attribution(request).await.unwrap().into_inner();
        let mut found = 0;
        for row in &answer.rows {
            let channel = row.keys[0].value.as_str();
            for credit in &row.credits {
                let worked: Vec<&Expected> = of(&all, "credit_cell")
                    .filter(|it| it.label("channel") == channel)
                    .filter(|it| it.label("model") == credit.model)
                    .collect();
                let sum = |name: &str| worked.iter().map(|it| it.sum(name)).sum::<i64>();
                let place = format!("{label} {channel} {}", credit.model);
                assert_eq!(credit.parts, sum("parts"), "{place}");
                assert_eq!(minor(credit.revenue.as_ref()), sum("revenue"), "{place}");
                assert_eq!(credit.touches, sum("touches"), "{place}");
                found += worked.len();
            }
        }
        assert_eq!(found, of(&all, "credit_cell").count(), "{label}");
        for credit in answer.total.unwrap().credits {
            let worked: i64 = of(&all, "credit_cell")
                .filter(|it| it.label("model") == credit.model)
                .map(|it| it.sum("parts"))
                .sum();
            assert_eq!(credit.parts, worked);
            assert_eq!(credit.parts % 1_000_000, 0);
        }
    }
}

#[tokio::test]
async fn campaigns_are_as_worked() {
    let all = expected();
    for (mut client, names, world) in companies().await {
        let label = world.label;
        let request = ListCampaignResultsRequest {
            model: "position".to_owned(),
            ..ListCampaignResultsRequest::default()
        };
        let answer = client.list_campaign_results(request).await.unwrap();
        let rows = answer.into_inner().rows;
        assert!(rows.len() >= 2, "{label}");
        for row in rows {
            let id = &row.campaign.as_ref().unwrap().id;
            let campaign = names.shown(id);
            let sum = |table: &str, name: &str| -> i64 {
                let rows = of(&all, table).filter(|it| it.label("campaign") == campaign);
                let rows = rows.filter(|it| ["", "position"].contains(&it.label("model")));
                rows.map(|it| it.sum(name)).sum()
            };
            let influence = |name| sum("influence_cell", name);
            assert_eq!(row.leads, influence("leads"), "{campaign}");
            assert_eq!(row.deals, influence("deals"), "{campaign}");
            assert_eq!(row.won, influence("won"), "{campaign}");
            assert_eq!(row.contracts, influence("contracts"), "{campaign}");
            assert_eq!(
                minor(row.revenue.as_ref()),
                influence("revenue"),
                "{campaign}"
            );
            assert_eq!(
                row.actual_minutes,
                sum("cost_cell", "actual_minutes"),
                "{campaign}"
            );
            let cost = sum("cost_cell", "actual") + sum("channel_cell", "cost");
            assert_eq!(minor(row.actual_cost.as_ref()), cost, "{campaign}");
            assert_eq!(
                row.credited_parts,
                sum("credit_cell", "parts"),
                "{campaign}"
            );
            let credited = sum("credit_cell", "revenue");
            assert_eq!(minor(row.credited_revenue.as_ref()), credited, "{campaign}");
            assert_eq!(row.roi.is_some(), cost > 0, "{campaign}");
        }
    }
}

#[tokio::test]
async fn paths_and_steps_are_as_worked() {
    let all = expected();
    for (mut client, _, world) in companies().await {
        let label = world.label;
        let request = GetJourneysRequest::default();
        let rows = client
            .get_journeys(request)
            .await
            .unwrap()
            .into_inner()
            .rows;
        let mut journeys = 0;
        for row in rows {
            let sum = |name: &str| -> i64 {
                let rows = of(&all, "path_cell").filter(|it| it.label("path") == row.path);
                rows.map(|it| it.sum(name)).sum()
            };
            assert_eq!(row.journeys, sum("journeys"), "{label} {}", row.path);
            assert_eq!(row.contracts, sum("contracts"), "{label} {}", row.path);
            assert_eq!(
                minor(row.revenue.as_ref()),
                sum("revenue"),
                "{label} {}",
                row.path
            );
            journeys += row.journeys;
        }
        let worked: i64 = of(&all, "path_cell").map(|it| it.sum("journeys")).sum();
        assert_eq!(journeys, worked, "{label}");
        let request = GetStepsRequest::default();
        let answer = client.get_steps(request).await.unwrap().into_inner();
        for row in &answer.rows {
            let worked: i64 = of(&all, "step_cell")
                .filter(|it| it.label("from_channel") == row.from_channel)
                .filter(|it| it.label("to_channel") == row.to_channel)
                .map(|it| it.sum("steps"))
                .sum();
            assert_eq!(row.steps, worked, "{label}");
        }
        let worked: i64 = of(&all, "step_cell").map(|it| it.sum("steps")).sum();
        assert_eq!(answer.total.unwrap().steps, worked, "{label}");
    }
}

#[tokio::test]
async fn what_happened_is_listed_as_often_as_was_worked() {
    let all = expected();
    for (client, _, world) in companies().await {
        for (number, table, sum) in [
            ("stages.entered", "stage_cell", "entered"),
            ("stages.completed", "stage_cell", "completed"),
            ("stages.advanced", "stage_cell", "advanced"),
            ("stages.won", "stage_cell", "won"),
            ("stages.lost", "stage_cell", "lost"),
            ("agents.assigned", "agent_cell", "assigned"),
            ("agents.first_talks", "agent_cell", "first_talks"),
            ("agents.positive", "agent_cell", "positive"),
            ("agents.negative", "agent_cell", "negative"),
            ("agents.satisfactory", "agent_cell", "satisfactory"),
            ("agents.undecided", "agent_cell", "undecided"),
            ("agents.activities", "agent_cell", "activities"),
            ("flow.reopened", "flow_cell", "reopened"),
            ("kpis.first_purchases", "purchase_cell", "clients"),
        ] {
            let worked: i64 = of(&all, table).map(|row| row.sum(sum)).sum();
            assert!(worked > 0, "{number}");
            let request = ListHistoryRecordsRequest {
                number: number.to_owned(),
                page_size: 500,
                ..ListHistoryRecordsRequest::default()
            };
            let answer = client.clone().list_history_records(request).await.unwrap();
            let answer = answer.into_inner();
            let label = world.label;
            assert_eq!(answer.total, worked, "{label} {number}");
            assert_eq!(
                i64::try_from(answer.records.len()).unwrap(),
                worked,
                "{label} {number}"
            );
        }
    }
}
