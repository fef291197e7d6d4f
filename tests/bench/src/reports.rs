//! Times of the reports of analytics, asked for as the gateway does, but in one process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use analytics::app::App;
use anyhow::Result;
use chrono::{Days, NaiveDate};
use futures::future::BoxFuture;
use ids::StaffId;
use proto::analytics::v1::reports_service_client::ReportsServiceClient;
use proto::analytics::v1::{self as api, Filter};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use rpc::access::{AccessLayer, Policy};
use rpc::{Channel, Identity, Keys, Role};
use sea_orm::{ConnectionTrait, Statement};
use tokio_util::sync::CancellationToken;

type Client = ReportsServiceClient<Channel>;
type Call = Box<dyn Fn(Client, Filter) -> BoxFuture<'static, Result<()>>>;

const SEED: u64 = 20_261_126;

/// First day of the leads of [`crate::facts`], and over how many days they arrive.
const FIRST: (i32, u32, u32) = (2024, 11, 1);
const DAYS: u64 = 730;

/// How long something took, each time.
#[derive(Debug)]
pub struct Measured {
    /// What was asked for.
    pub name: &'static str,
    /// One for each call, in their order.
    pub times: Vec<Duration>,
}

macro_rules! call {
    ($name:literal, $method:ident, $request:ident { $($field:ident: $value:expr),* $(,)? }) => {
        ($name, Box::new(|mut client: Client, filter: Filter| -> BoxFuture<'static, Result<()>> {
            Box::pin(async move {
                let request = api::$request {
                    filter: Some(filter),
                    $($field: $value,)*
                    ..api::$request::default()
                };
                client.$method(request).await?;
                Ok(())
            })
        }) as Call)
    };
}

fn by(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|label| (*label).to_owned()).collect()
}

/// Each report, as it is asked for most and as it costs most.
fn sums() -> Vec<(&'static str, Call)> {
    vec![
        call!("funnel", get_funnel, GetFunnelRequest {}),
        call!(
            "funnel by channel",
            get_funnel,
            GetFunnelRequest {
                group_by: by(&["channel"])
            }
        ),
        call!(
            "funnel by month, agent",
            get_funnel,
            GetFunnelRequest {
                group_by: by(&["month", "agent"])
            }
        ),
        call!(
            "funnel by week",
            get_funnel,
            GetFunnelRequest {
                group_by: by(&["week"])
            }
        ),
        call!("flow by month", get_flow, GetFlowRequest {}),
        call!(
            "flow by channel",
            get_flow,
            GetFlowRequest {
                group_by: by(&["channel"])
            }
        ),
        call!("stages", get_stages, GetStagesRequest {}),
        call!(
            "campaigns",
            list_campaign_results,
            ListCampaignResultsRequest {}
        ),
        call!(
            "attribution by channel",
            get_attribution,
            GetAttributionRequest {}
        ),
        call!(
            "attribution by source",
            get_attribution,
            GetAttributionRequest {
                group_by: by(&["channel", "source"])
            }
        ),
        call!(
            "kpis by channel",
            get_kpis,
            GetKpisRequest {
                group_by: by(&["channel"])
            }
        ),
        call!("channels", get_channels, GetChannelsRequest {}),
        call!("plans", get_plans, GetPlansRequest {}),
        call!("key accounts", get_key_accounts, GetKeyAccountsRequest {}),
        call!("cohorts", get_cohorts, GetCohortsRequest {}),
        call!("journeys", get_journeys, GetJourneysRequest {}),
        call!("steps", get_steps, GetStepsRequest {}),
        call!("refusals", get_refusals, GetRefusalsRequest {}),
        call!("agents", get_agents, GetAgentsRequest {}),
        call!("clients", list_clients, ListClientsRequest {}),
    ]
}

macro_rules! records {
    ($($number:literal: $method:ident, $request:ident;)+) => {
        vec![$(call!($number, $method, $request { number: $number.to_owned() }),)+]
    };
}

/// First pages of the records behind numbers.
fn records() -> Vec<(&'static str, Call)> {
    records! {
        "funnel.leads": list_lead_records, ListLeadRecordsRequest;
        "funnel.qualified": list_lead_records, ListLeadRecordsRequest;
        "funnel.recovered": list_lead_records, ListLeadRecordsRequest;
        "flow.qualified": list_lead_records, ListLeadRecordsRequest;
        "agents.open_leads": list_lead_records, ListLeadRecordsRequest;
        "funnel.deals": list_deal_records, ListDealRecordsRequest;
        "funnel.won": list_deal_records, ListDealRecordsRequest;
        "funnel.pipeline": list_deal_records, ListDealRecordsRequest;
        "flow.won": list_deal_records, ListDealRecordsRequest;
        "agents.open_deals": list_deal_records, ListDealRecordsRequest;
        "funnel.contracts": list_contract_records, ListContractRecordsRequest;
        "flow.contracts": list_contract_records, ListContractRecordsRequest;
        "key_accounts.lost": list_contract_records, ListContractRecordsRequest;
        "touches.touches": list_touch_records, ListTouchRecordsRequest;
        "touches.firsts": list_touch_records, ListTouchRecordsRequest;
        "attribution.parts": list_credit_records, ListCreditRecordsRequest;
        "costs.actual": list_cost_records, ListCostRecordsRequest;
        "channels.requests": list_channel_records, ListChannelRecordsRequest;
        "refusals.refusals": list_refusal_records, ListRefusalRecordsRequest;
        "flow.received": list_payment_records, ListPaymentRecordsRequest;
        "key_accounts.growths": list_growth_records, ListGrowthRecordsRequest;
        "stages.entered": list_history_records, ListHistoryRecordsRequest;
        "stages.lost": list_history_records, ListHistoryRecordsRequest;
        "agents.assigned": list_history_records, ListHistoryRecordsRequest;
        "agents.first_talks": list_history_records, ListHistoryRecordsRequest;
        "kpis.first_purchases": list_history_records, ListHistoryRecordsRequest;
        "agents.won": list_deal_records, ListDealRecordsRequest;
        "flow.enquiries": list_touch_records, ListTouchRecordsRequest;
        "steps.steps": list_touch_records, ListTouchRecordsRequest;
        "journeys.journeys": list_touch_records, ListTouchRecordsRequest;
        "cohorts.contracts": list_contract_records, ListContractRecordsRequest;
        "cohorts.received": list_payment_records, ListPaymentRecordsRequest;
    }
}

/// Journeys of one path: one that many take, and one that few do.
fn paths() -> Vec<(&'static str, Call)> {
    let of = |path: &'static str| -> Call {
        Box::new(move |mut client: Client, filter: Filter| {
            Box::pin(async move {
                let request = api::ListTouchRecordsRequest {
                    filter: Some(Filter {
                        paths: vec![path.to_owned()],
                        ..filter
                    }),
                    number: "journeys.journeys".to_owned(),
                    ..api::ListTouchRecordsRequest::default()
                };
                client.list_touch_records(request).await?;
                Ok(())
            })
        })
    };
    vec![
        ("journeys by form", of("form")),
        (
            "journeys by a rare path",
            of("partner > email > call > form > campaign"),
        ),
    ]
}

/// Asks for everything that many times, each time for another period; `told` hears each result.
pub async fn measure(app: &Arc<App>, times: u32, mut told: impl FnMut(Measured)) -> Result<()> {
    for (name, sql) in [
        ("reference: select 1", "select 1 as one"),
        (
            "reference: count of all leads",
            "select count(*) from lead_record where generation = \
             (select number from generation where state = 'living')",
        ),
    ] {
        let mut taken = Vec::new();
        for _ in 0..times {
            let snapshot = app.database().snapshot().await?;
            let statement = Statement::from_string(snapshot.get_database_backend(), sql);
            let begun = Instant::now();
            snapshot.query_one_raw(statement).await?;
            taken.push(begun.elapsed());
        }
        told(Measured { name, times: taken });
    }
    let client = client(app)?;
    for (name, call) in sums().into_iter().chain(records()).chain(paths()) {
        let mut dice = SmallRng::seed_from_u64(SEED);
        let mut taken = Vec::new();
        for number in 0..times {
            let filter = period(number, &mut dice);
            let begun = Instant::now();
            call(client.clone(), filter).await?;
            taken.push(begun.elapsed());
        }
        told(Measured { name, times: taken });
    }
    let (subjects, mut taken) = (leads(app, times).await?, Vec::new());
    for subject_id in subjects {
        let mut client = client.clone();
        let begun = Instant::now();
        client
            .get_journey(api::GetJourneyRequest { subject_id })
            .await?;
        taken.push(begun.elapsed());
    }
    told(Measured {
        name: "one journey",
        times: taken,
    });
    Ok(())
}

fn client(app: &Arc<App>) -> Result<Client> {
    let never = CancellationToken::new();
    let keys = Keys::new("a secret of more than thirty-two bytes")?;
    let layer = AccessLayer::new(Policy::new(proto::POLICY)?, keys.clone());
    let router = analytics::wire(app, &never, &never).router.layer(layer);
    let asks = Identity::Staff {
        id: StaffId::generate().to_string(),
        roles: vec![Role::Marketer],
    };
    Ok(Client::new(
        Channel::in_process(router).acting_as(&keys, asks),
    ))
}

/// Everything, three years, and a year, a quarter and a month from any day on.
fn period(number: u32, dice: &mut SmallRng) -> Filter {
    let (year, month, day) = FIRST;
    let first = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let any = first + Days::new(dice.random_range(0..DAYS - 30));
    let (from, to) = match number % 5 {
        0 => return Filter::default(),
        1 => ("2024-01-01".to_owned(), "2026-12-31".to_owned()),
        2 => (any.to_string(), (any + Days::new(364)).to_string()),
        3 => (any.to_string(), (any + Days::new(90)).to_string()),
        _ => (any.to_string(), (any + Days::new(29)).to_string()),
    };
    Filter {
        from,
        to,
        ..Filter::default()
    }
}

/// Some leads that came to a deal, spread over all of them.
async fn leads(app: &App, count: u32) -> Result<Vec<String>> {
    let sql = "select lead from deal_record where generation = \
        (select number from generation where state = 'living') and lead is not null \
        order by opened_at";
    let snapshot = app.database().snapshot().await?;
    let statement = Statement::from_string(snapshot.get_database_backend(), sql);
    let rows = snapshot.query_all_raw(statement).await?;
    let every = (rows.len() / usize::try_from(count)?).max(1);
    rows.iter()
        .step_by(every)
        .take(usize::try_from(count)?)
        .map(|row| Ok(ids::LeadId::from_uuid(row.try_get("", "lead")?).to_string()))
        .collect()
}
