//! Every number opens its records: as many as the report says, and worth as much.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use proto::analytics::v1::{
    Filter, GetAgentsRequest, GetCohortsRequest, GetFunnelRequest, GetJourneysRequest,
    GetStepsRequest, ListContractRecordsRequest, ListCostRecordsRequest, ListCreditRecordsRequest,
    ListDealRecordsRequest, ListGrowthRecordsRequest, ListHistoryRecordsRequest,
    ListLeadRecordsRequest, ListPaymentRecordsRequest, ListRefusalRecordsRequest,
    ListTouchRecordsRequest,
};
use proto::types::v1::Money;

use super::{desks, filters};

fn minor(money: Option<&Money>) -> i64 {
    money.map_or(0, |money| money.minor)
}

fn count<T>(records: &[T]) -> i64 {
    i64::try_from(records.len()).unwrap()
}

/// All pages of a list: the records, and the answer to the first page.
macro_rules! all {
    ($desk:expr, $method:ident, $request:ident, $filter:expr, $number:expr) => {{
        let mut request = $request {
            filter: Some($filter.clone()),
            number: $number.to_owned(),
            page_size: 4,
            ..$request::default()
        };
        let mut client = $desk.client.clone();
        let first = client.$method(request.clone()).await.unwrap().into_inner();
        let mut records = first.records.clone();
        let mut token = first.next_page_token.clone();
        while !token.is_empty() {
            request.page_token = token;
            let page = client.$method(request.clone()).await.unwrap().into_inner();
            records.extend(page.records);
            token = page.next_page_token;
        }
        (records, first)
    }};
}

/// The filter, if it may be used with all labels of a number.
fn by_days(filter: &Filter) -> bool {
    filter.channels.is_empty()
}

#[tokio::test]
async fn leads_are_as_many_as_their_numbers_say() {
    let numbers = [
        "funnel.leads",
        "funnel.talked",
        "funnel.qualified",
        "funnel.refused",
        "funnel.recovered",
        "flow.leads",
        "flow.qualified",
    ];
    for desk in desks().await {
        let mut found = 0;
        for filter in filters() {
            for number in numbers {
                let (records, answer) = all!(
                    desk,
                    list_lead_records,
                    ListLeadRecordsRequest,
                    filter,
                    number
                );
                let label = desk.world.label;
                assert_eq!(count(&records), answer.total, "{label} {number} {filter:?}");
                let newest = records.windows(2).all(|pair| {
                    let at = |index: usize| pair[index].received_at.map(|at| at.seconds);
                    number == "flow.qualified" || at(0) >= at(1)
                });
                assert!(newest, "{label} {number}");
                found += records.len();
            }
        }
        assert!(found > 100, "{found}");
    }
}

/// Whatever the days; by the labels that work is summed up by.
#[tokio::test]
async fn open_work_is_as_much_as_the_agents_say() {
    for desk in desks().await {
        let label = desk.world.label;
        let agents = GetAgentsRequest::default();
        let answer = desk.client.clone().get_agents(agents).await.unwrap();
        let total = answer.into_inner().total.unwrap();
        let by_temperature = ["warm", "hot", "cold", ""].map(|temperature| Filter {
            temperatures: vec![temperature.to_owned()],
            ..Filter::default()
        });
        for wanted in filters().into_iter().chain(by_temperature) {
            if !by_days(&wanted) {
                continue;
            }
            let (leads, answer) = all!(
                desk,
                list_lead_records,
                ListLeadRecordsRequest,
                wanted,
                "agents.open_leads"
            );
            assert_eq!(count(&leads), answer.total, "{label} {wanted:?}");
            if wanted.temperatures.is_empty() {
                assert_eq!(total.open_leads, Some(answer.total), "{label} {wanted:?}");
            }
            let (deals, answer) = all!(
                desk,
                list_deal_records,
                ListDealRecordsRequest,
                wanted,
                "agents.open_deals"
            );
            assert_eq!(count(&deals), answer.total, "{label} {wanted:?}");
            let value: i64 = deals.iter().map(|it| minor(it.value.as_ref())).sum();
            assert_eq!(value, minor(answer.value.as_ref()), "{label} {wanted:?}");
        }
    }
}

#[tokio::test]
async fn deals_are_as_many_and_worth_as_much_as_their_numbers_say() {
    let numbers = [
        "funnel.deals",
        "funnel.won",
        "funnel.lost",
        "funnel.pipeline",
        "flow.deals",
        "flow.won",
        "flow.lost",
    ];
    for desk in desks().await {
        for filter in filters() {
            for number in numbers {
                let (records, answer) = all!(
                    desk,
                    list_deal_records,
                    ListDealRecordsRequest,
                    filter,
                    number
                );
                let label = desk.world.label;
                assert_eq!(count(&records), answer.total, "{label} {number} {filter:?}");
                let value: i64 = records.iter().map(|it| minor(it.value.as_ref())).sum();
                if ["funnel.lost", "funnel.pipeline", "flow.won", "flow.lost"].contains(&number) {
                    assert_eq!(
                        value,
                        minor(answer.value.as_ref()),
                        "{label} {number} {filter:?}"
                    );
                }
            }
        }
        let everything = Filter::default();
        let (all, _) = all!(
            desk,
            list_deal_records,
            ListDealRecordsRequest,
            everything,
            "funnel.deals"
        );
        // Nine sales, one lost, one open, one without a lead.
        assert_eq!(all.len(), 12);
        let (open, answer) = all!(
            desk,
            list_deal_records,
            ListDealRecordsRequest,
            everything,
            "agents.open_deals"
        );
        assert_eq!((open.len(), answer.total), (1, 1));
        assert_eq!(minor(answer.value.as_ref()), 70_000);
    }
}

#[tokio::test]
async fn contracts_are_as_many_and_worth_as_much_as_their_numbers_say() {
    let numbers = [
        "funnel.contracts",
        "flow.contracts",
        "key_accounts.contracts",
        "key_accounts.started",
        "key_accounts.ended",
        "key_accounts.continued",
        "key_accounts.lost",
    ];
    for desk in desks().await {
        for filter in filters() {
            for number in numbers {
                if number.starts_with("key_accounts") && !by_days(&filter) {
                    continue;
                }
                let (records, answer) = all!(
                    desk,
                    list_contract_records,
                    ListContractRecordsRequest,
                    filter,
                    number
                );
                let label = desk.world.label;
                assert_eq!(count(&records), answer.total, "{label} {number} {filter:?}");
                if ["funnel.contracts", "key_accounts.ended"].contains(&number) {
                    let value: i64 = records.iter().map(|it| minor(it.value.as_ref())).sum();
                    assert_eq!(
                        value,
                        minor(answer.value.as_ref()),
                        "{label} {number} {filter:?}"
                    );
                }
            }
        }
        let everything = Filter::default();
        let (ended, _) = all!(
            desk,
            list_contract_records,
            ListContractRecordsRequest,
            everything,
            "key_accounts.lost"
        );
        assert_eq!(ended.len(), 1);
        assert_eq!(ended[0].reason, "moved_away");
        for filter in filters().into_iter().filter(by_days) {
            let number = "key_accounts.growths";
            let (records, answer) = all!(
                desk,
                list_growth_records,
                ListGrowthRecordsRequest,
                filter,
                number
            );
            assert_eq!(count(&records), answer.total, "{filter:?}");
            let value: i64 = records.iter().map(|it| minor(it.value.as_ref())).sum();
            assert_eq!(value, minor(answer.value.as_ref()), "{filter:?}");
            if filter.from.is_empty() && filter.to.is_empty() {
                assert_eq!((records.len(), value), (1, 50_000));
                assert_eq!(records[0].kind, "expansion");
            }
        }
    }
}

#[tokio::test]
async fn touches_refusals_and_credits_are_as_many_as_their_numbers_say() {
    for desk in desks().await {
        let label = desk.world.label;
        for filter in filters() {
            for number in ["touches.touches", "touches.firsts"] {
                let (records, answer) = all!(
                    desk,
                    list_touch_records,
                    ListTouchRecordsRequest,
                    filter,
                    number
                );
                assert_eq!(count(&records), answer.total, "{label} {number} {filter:?}");
            }
            for number in ["refusals.refusals", "refusals.recovered", "flow.refused"] {
                let (records, answer) = all!(
                    desk,
                    list_refusal_records,
                    ListRefusalRecordsRequest,
                    filter,
                    number
                );
                assert_eq!(count(&records), answer.total, "{label} {number} {filter:?}");
                if number == "refusals.refusals" {
                    let value: i64 = records.iter().map(|it| minor(it.lost_value.as_ref())).sum();
                    assert_eq!(
                        value,
                        minor(answer.lost_value.as_ref()),
                        "{label} {filter:?}"
                    );
                }
            }
            let filter = Filter {
                models: vec!["time_decay".to_owned()],
                ..filter
            };
            let (records, answer) = all!(
                desk,
                list_credit_records,
                ListCreditRecordsRequest,
                filter,
                "attribution.parts"
            );
            let parts: i64 = records.iter().map(|it| it.parts).sum();
            let revenue: i64 = records.iter().map(|it| minor(it.revenue.as_ref())).sum();
            assert_eq!(parts, answer.parts, "{label} {filter:?}");
            assert_eq!(
                revenue,
                minor(answer.revenue.as_ref()),
                "{label} {filter:?}"
            );
        }
    }
}

#[tokio::test]
async fn costs_and_payments_are_worth_as_much_as_their_numbers_say() {
    for desk in desks().await {
        let label = desk.world.label;
        for filter in filters() {
            let (records, answer) = all!(
                desk,
                list_cost_records,
                ListCostRecordsRequest,
                filter,
                "costs.actual"
            );
            let sum_of = |planned: bool| -> i64 {
                let amounts = records.iter().map(|it| {
                    minor(if planned {
                        it.planned.as_ref()
                    } else {
                        it.actual.as_ref()
                    })
                });
                amounts.sum()
            };
            assert_eq!(
                sum_of(true),
                minor(answer.planned.as_ref()),
                "{label} {filter:?}"
            );
            assert_eq!(
                sum_of(false),
                minor(answer.actual.as_ref()),
                "{label} {filter:?}"
            );
            if !by_days(&filter) {
                continue;
            }
            for (number, sign) in [("flow.received", 1), ("flow.refunded", -1)] {
                let (records, answer) = all!(
                    desk,
                    list_payment_records,
                    ListPaymentRecordsRequest,
                    filter,
                    number
                );
                let value: i64 = records.iter().map(|it| minor(it.value.as_ref())).sum();
                let said = minor(answer.value.as_ref());
                assert_eq!(sign * value, said, "{label} {number} {filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_campaign_had_a_hand_in_is_listed() {
    for desk in desks().await {
        let label = desk.world.label;
        let campaigns = vec![desk.known.campaign.to_string()];
        for filter in filters().into_iter().filter(by_days) {
            let filter = Filter {
                campaigns: campaigns.clone(),
                ..filter
            };
            let (leads, said) = all!(
                desk,
                list_lead_records,
                ListLeadRecordsRequest,
                filter,
                "influence.leads"
            );
            assert_eq!(count(&leads), said.total, "{label} {filter:?}");
            let (deals, said) = all!(
                desk,
                list_deal_records,
                ListDealRecordsRequest,
                filter,
                "influence.deals"
            );
            assert_eq!(count(&deals), said.total, "{label} {filter:?}");
            let (won, said) = all!(
                desk,
                list_deal_records,
                ListDealRecordsRequest,
                filter,
                "influence.won"
            );
            assert_eq!(count(&won), said.total, "{label} {filter:?}");
            let number = "influence.contracts";
            let (contracts, said) = all!(
                desk,
                list_contract_records,
                ListContractRecordsRequest,
                filter,
                number
            );
            assert_eq!(count(&contracts), said.total, "{label} {filter:?}");
            if filter.from.is_empty() && filter.to.is_empty() {
                let found = (leads.len(), deals.len(), won.len(), contracts.len());
                assert_eq!(found, (1, 1, 3, 3), "{label}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_is_of_the_same_part_as_the_report() {
    for desk in desks().await {
        let staff = desk.known.boris().to_string();
        let filter = Filter {
            agents: vec![staff.clone()],
            temperatures: vec!["warm".to_owned()],
            topics: vec!["Desks and chairs".to_owned()],
            ..Filter::default()
        };
        let request = GetFunnelRequest {
            filter: Some(filter.clone()),
            ..GetFunnelRequest::default()
        };
        let funnel = desk.client.clone().get_funnel(request).await.unwrap();
        let total = funnel.into_inner().total.unwrap();
        let (leads, _) = all!(
            desk,
            list_lead_records,
            ListLeadRecordsRequest,
            filter,
            "funnel.leads"
        );
        let (deals, _) = all!(
            desk,
            list_deal_records,
            ListDealRecordsRequest,
            filter,
            "funnel.deals"
        );
        let (contracts, _) = all!(
            desk,
            list_contract_records,
            ListContractRecordsRequest,
            filter,
            "funnel.contracts"
        );
        let found = (count(&leads), count(&deals), count(&contracts));
        assert_eq!(found, (total.leads, total.deals, total.contracts));
        assert_eq!(found.0, 6);
        for lead in leads {
            let agent = lead.agent.unwrap();
            assert_eq!(
                (agent.id.as_str(), agent.name.as_str()),
                (staff.as_str(), "Boris")
            );
            let topic = lead.topic.unwrap();
            assert_eq!(topic.id, desk.known.topic.to_string());
            assert_eq!(topic.name, "Desks and chairs");
        }
    }
}

/// By the labels that their reports know.
#[tokio::test]
async fn what_happened_is_as_much_as_the_reports_say() {
    let numbers = [
        "stages.entered",
        "stages.completed",
        "stages.advanced",
        "stages.won",
        "stages.lost",
        "agents.assigned",
        "agents.first_talks",
        "agents.positive",
        "agents.negative",
        "agents.satisfactory",
        "agents.undecided",
        "agents.activities",
        "flow.reopened",
        "kpis.first_purchases",
    ];
    for desk in desks().await {
        let label = desk.world.label;
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for filter in filters() {
            for number in numbers {
                let by_channel = number.starts_with("flow") || number.starts_with("kpis");
                if !by_channel && !by_days(&filter) {
                    continue;
                }
                let (records, answer) = all!(
                    desk,
                    list_history_records,
                    ListHistoryRecordsRequest,
                    filter,
                    number
                );
                assert_eq!(count(&records), answer.total, "{label} {number} {filter:?}");
                let value: i64 = records.iter().map(|it| minor(it.value.as_ref())).sum();
                if ["stages.lost", "kpis.first_purchases"].contains(&number) {
                    let said = minor(answer.value.as_ref());
                    assert_eq!(value, said, "{label} {number} {filter:?}");
                }
                *found.entry(number).or_default() += records.len();
            }
            if by_days(&filter) {
                let (deals, answer) = all!(
                    desk,
                    list_deal_records,
                    ListDealRecordsRequest,
                    filter,
                    "agents.won"
                );
                assert_eq!(count(&deals), answer.total, "{label} {filter:?}");
                let value: i64 = deals.iter().map(|it| minor(it.value.as_ref())).sum();
                assert_eq!(value, minor(answer.value.as_ref()), "{label} {filter:?}");
            }
        }
        // All talks of the town are positive, and nobody is reopened: the company worked by hand has the rest.
        let missing: Vec<&str> = numbers
            .into_iter()
            .filter(|number| found.get(number).is_none_or(|found| *found == 0))
            .collect();
        let elsewhere = [
            "agents.negative",
            "agents.satisfactory",
            "agents.undecided",
            "flow.reopened",
        ];
        assert_eq!(missing, elsewhere, "{label}");
    }
}

#[tokio::test]
async fn enquiries_and_paths_open_their_touches() {
    for desk in desks().await {
        let label = desk.world.label;
        let mut enquiries = 0;
        for filter in filters() {
            let mut numbers = vec!["flow.enquiries"];
            if by_days(&filter) {
                numbers.extend(["steps.steps", "journeys.journeys"]);
            }
            for number in numbers {
                let (records, answer) = all!(
                    desk,
                    list_touch_records,
                    ListTouchRecordsRequest,
                    filter,
                    number
                );
                assert_eq!(count(&records), answer.total, "{label} {number} {filter:?}");
                if number == "flow.enquiries" {
                    enquiries += records.len();
                }
            }
            if !by_days(&filter) {
                continue;
            }
            let request = GetJourneysRequest {
                filter: Some(filter.clone()),
                ..GetJourneysRequest::default()
            };
            let paths = desk.client.clone().get_journeys(request).await.unwrap();
            for row in paths.into_inner().rows {
                let one = Filter {
                    paths: vec![row.path.clone()],
                    ..filter.clone()
                };
                let number = "journeys.journeys";
                let (records, answer) = all!(
                    desk,
                    list_touch_records,
                    ListTouchRecordsRequest,
                    one,
                    number
                );
                assert_eq!(count(&records), row.journeys, "{label} {one:?}");
                assert_eq!(answer.total, row.journeys, "{label} {one:?}");
                assert!(records.iter().all(|touch| touch.path == row.path));
            }
        }
        assert!(enquiries > 0, "{label}");
    }
}

#[tokio::test]
async fn steps_open_the_touches_that_they_lead_to() {
    for desk in desks().await {
        let label = desk.world.label;
        for filter in filters().into_iter().filter(by_days) {
            let request = GetStepsRequest {
                filter: Some(filter.clone()),
                ..GetStepsRequest::default()
            };
            let steps = desk.client.clone().get_steps(request).await.unwrap();
            for row in steps.into_inner().rows {
                let one = Filter {
                    from_channels: vec![row.from_channel.clone()],
                    to_channels: vec![row.to_channel.clone()],
                    ..filter.clone()
                };
                let number = "steps.steps";
                let (records, answer) = all!(
                    desk,
                    list_touch_records,
                    ListTouchRecordsRequest,
                    one,
                    number
                );
                // The end of a chain is no touch.
                let is_end = ["contract", "none"].contains(&row.to_channel.as_str());
                let expected = if is_end { 0 } else { row.steps };
                assert_eq!(count(&records), expected, "{label} {one:?}");
                assert_eq!(answer.total, expected, "{label} {one:?}");
            }
        }
    }
}

#[tokio::test]
async fn cohorts_open_their_contracts_and_payments() {
    for desk in desks().await {
        let label = desk.world.label;
        let request = GetCohortsRequest::default();
        let cohorts = desk.client.clone().get_cohorts(request).await.unwrap();
        let rows = cohorts.into_inner().rows;
        assert!(rows.len() > 1, "{label} {rows:?}");
        for row in rows {
            let first: NaiveDate = row.month.parse().unwrap();
            let last = first + Months::new(1) - Days::new(1);
            let filter = Filter {
                from: first.to_string(),
                to: last.to_string(),
                ages: vec![row.age.to_string()],
                ..Filter::default()
            };
            for (number, expected) in [
                ("cohorts.contracts", row.contracts),
                ("cohorts.clients", row.clients),
            ] {
                let (records, answer) = all!(
                    desk,
                    list_contract_records,
                    ListContractRecordsRequest,
                    filter,
                    number
                );
                assert_eq!(count(&records), expected, "{label} {number} {filter:?}");
                assert_eq!(answer.total, expected, "{label} {number} {filter:?}");
            }
            let number = "cohorts.received";
            let (records, answer) = all!(
                desk,
                list_payment_records,
                ListPaymentRecordsRequest,
                filter,
                number
            );
            let value: i64 = records.iter().map(|it| minor(it.value.as_ref())).sum();
            assert_eq!(value, minor(row.received.as_ref()), "{label} {filter:?}");
            assert_eq!(value, minor(answer.value.as_ref()), "{label} {filter:?}");
        }
    }
}
