//! What reports are asked for, and how they answer what they cannot.

use proto::analytics::v1::{
    AgentRow, Filter, GetAgentsRequest, GetClientRequest, GetFunnelRequest, GetJourneyRequest,
    GetKeyAccountsRequest, GetRefusalsRequest, GetStagesRequest, ListClientsRequest,
    ListDealRecordsRequest, ListLeadRecordsRequest,
};
use tonic::{Code, Status};

use super::{client, days, desks};
use crate::world::worlds;

fn violations<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<(String, String)> {
    let explained = rpc::explain(&answer.unwrap_err());
    let violations = explained.violations.into_iter();
    violations.map(|it| (it.field, it.reason)).collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_by_name() {
    let desks = desks().await;
    let client = desks[0].client.clone();
    let check = async |filter: Filter, group_by: &[&str], expected: &[(&str, &str)]| {
        let request = GetFunnelRequest {
            filter: Some(filter),
            group_by: texts(group_by),
            ..GetFunnelRequest::default()
        };
        let found = violations(client.clone().get_funnel(request).await);
        let found: Vec<_> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(found, expected);
    };
    let all = Filter::default;
    check(all(), &["colour"], &[("group_by[0]", "UNKNOWN_LABEL")]).await;
    check(all(), &["day", "week"], &[("group_by[1]", "DUPLICATE")]).await;
    check(all(), &["agent", "agent"], &[("group_by[1]", "DUPLICATE")]).await;
    check(days("2026-13-01", ""), &[], &[("filter.from", "MALFORMED")]).await;
    check(days("today", ""), &[], &[("filter.from", "MALFORMED")]).await;
    let backwards = days("2026-12-02", "2026-12-01");
    check(backwards, &[], &[("filter.to", "OUT_OF_RANGE")]).await;
    let stages = Filter {
        stages: texts(&["need"]),
        ..all()
    };
    check(stages, &[], &[("filter.stages", "UNSUPPORTED")]).await;
    let list = ListLeadRecordsRequest {
        number: "funnel.money".to_owned(),
        ..ListLeadRecordsRequest::default()
    };
    let found = violations(client.clone().list_lead_records(list).await);
    assert_eq!(found, [("number".to_owned(), "UNKNOWN_NUMBER".to_owned())]);
    let list = ListDealRecordsRequest {
        number: "influence.deals".to_owned(),
        ..ListDealRecordsRequest::default()
    };
    let found = violations(client.clone().list_deal_records(list).await);
    assert_eq!(
        found,
        [("filter.campaigns".to_owned(), "REQUIRED".to_owned())]
    );
    let list = ListClientsRequest {
        recency: 6,
        ..ListClientsRequest::default()
    };
    let found = violations(client.clone().list_clients(list).await);
    assert_eq!(found, [("recency".to_owned(), "OUT_OF_RANGE".to_owned())]);
}

#[tokio::test]
async fn before_anything_happened_there_is_one_row_of_nothing() {
    for world in worlds().await {
        let mut client = client(&world);
        let answer = client
            .get_funnel(GetFunnelRequest::default())
            .await
            .unwrap();
        let answer = answer.into_inner();
        assert_eq!(answer.as_of.unwrap().position, 0);
        assert_eq!(answer.rows.len(), 1);
        let total = answer.total.unwrap();
        assert_eq!(
            (total.leads, total.talked_share, total.won_seconds),
            (0, None, None)
        );
        assert_eq!(total.revenue.unwrap().minor, 0);
        let request = GetFunnelRequest {
            group_by: texts(&["channel", "month"]),
            filter: Some(days("2006-01-01", "2026-12-31")),
            ..GetFunnelRequest::default()
        };
        let answer = client.get_funnel(request).await.unwrap().into_inner();
        assert!(answer.rows.is_empty());
        let list = client
            .list_lead_records(ListLeadRecordsRequest::default())
            .await;
        let list = list.unwrap().into_inner();
        assert_eq!((list.records.len(), list.total), (0, 0));
    }
}

#[tokio::test]
async fn a_value_that_nothing_bears_leaves_nothing() {
    for desk in desks().await {
        let request = GetFunnelRequest {
            filter: Some(Filter {
                channels: texts(&["pigeon"]),
                ..Filter::default()
            }),
            group_by: texts(&["channel"]),
            ..GetFunnelRequest::default()
        };
        let answer = desk
            .client
            .clone()
            .get_funnel(request)
            .await
            .unwrap()
            .into_inner();
        assert!(answer.rows.is_empty());
        assert_eq!(answer.total.unwrap().leads, 0);
        // None is a value too: leads that came by no campaign.
        let request = GetFunnelRequest {
            filter: Some(Filter {
                campaigns: texts(&[""]),
                ..Filter::default()
            }),
            ..GetFunnelRequest::default()
        };
        let answer = desk
            .client
            .clone()
            .get_funnel(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.total.unwrap().leads, 12);
    }
}

#[tokio::test]
async fn a_topic_is_one_by_id_code_and_name() {
    for desk in desks().await {
        let mut found = Vec::new();
        for topic in [
            desk.known.topic.to_string().as_str(),
            "desks",
            "Desks and chairs",
        ] {
            let request = GetFunnelRequest {
                filter: Some(Filter {
                    topics: texts(&[topic]),
                    ..Filter::default()
                }),
                group_by: texts(&["topic"]),
                ..GetFunnelRequest::default()
            };
            let answer = desk.client.clone().get_funnel(request).await.unwrap();
            let rows = answer.into_inner().rows;
            assert_eq!(rows.len(), 1, "{topic}");
            let key = &rows[0].keys[0];
            assert_eq!(key.value, desk.known.topic.to_string());
            assert_eq!(key.name, "Desks and chairs");
            found.push((rows[0].leads, rows[0].deals));
        }
        // Twelve cards bear the code, one the name, the deal without a lead the id.
        assert_eq!(found, [(13, 12); 3]);
    }
}

#[tokio::test]
async fn pages_of_a_report_are_its_rows() {
    for desk in desks().await {
        let mut request = GetFunnelRequest {
            group_by: texts(&["day", "channel"]),
            page_size: 500,
            ..GetFunnelRequest::default()
        };
        let ask = async |request: &GetFunnelRequest| {
            let answer = desk.client.clone().get_funnel(request.clone()).await;
            answer.unwrap().into_inner()
        };
        let whole = ask(&request).await;
        assert!(whole.rows.len() > 10);
        request.page_size = 3;
        let mut rows = Vec::new();
        loop {
            let page = ask(&request).await;
            assert_eq!(page.total, whole.total);
            rows.extend(page.rows);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(rows, whole.rows);
    }
}

#[tokio::test]
async fn stages_are_shown_in_their_order_with_what_is_known_of_them() {
    for desk in desks().await {
        let answer = desk
            .client
            .clone()
            .get_stages(GetStagesRequest::default())
            .await;
        let rows = answer.unwrap().into_inner().rows;
        let shown: Vec<(&str, Option<i32>, Option<i32>)> = rows
            .iter()
            .map(|row| {
                (
                    row.keys[1].name.as_str(),
                    row.place,
                    row.probability_percent,
                )
            })
            .collect();
        assert_eq!(
            shown,
            [("Need", Some(0), Some(10)), ("Offer", Some(1), Some(50))]
        );
        assert_eq!((rows[0].entered, rows[0].lost), (12, 1));
    }
}

#[tokio::test]
async fn churn_is_what_ended_without_a_successor_of_what_was_in_force() {
    for desk in desks().await {
        let request = GetKeyAccountsRequest {
            filter: Some(days("2027-01-01", "2027-01-31")),
            ..GetKeyAccountsRequest::default()
        };
        let answer = desk
            .client
            .clone()
            .get_key_accounts(request.clone())
            .await
            .unwrap();
        let total = answer.into_inner().total.unwrap();
        assert_eq!((total.ended, total.lost), (1, 1));
        assert!(total.in_force > 1, "{total:?}");
        assert_eq!(
            total.churn,
            Some((10_000 + total.in_force / 2) / total.in_force)
        );
        // The same month of a longer period.
        let request = GetKeyAccountsRequest {
            filter: Some(days("2026-11-01", "2027-03-31")),
            group_by: texts(&["month"]),
            ..request
        };
        let answer = desk.client.clone().get_key_accounts(request).await.unwrap();
        let rows = answer.into_inner().rows;
        let january = rows
            .iter()
            .find(|row| row.keys[0].value == "2027-01-01")
            .unwrap();
        assert_eq!(
            (january.in_force, january.churn),
            (total.in_force, total.churn)
        );
    }
}

#[tokio::test]
async fn agents_are_shown_with_what_they_have_open_now() {
    for desk in desks().await {
        let answer = desk
            .client
            .clone()
            .get_agents(GetAgentsRequest::default())
            .await;
        let rows = answer.unwrap().into_inner().rows;
        let boris = rows.iter().find(|row| row.keys[0].name == "Boris").unwrap();
        assert_eq!(boris.open_deals, Some(1));
        assert_eq!(boris.open_value.as_ref().unwrap().minor, 70_000);
        let agnes = rows.iter().find(|row| row.keys[0].name == "Agnes").unwrap();
        assert_eq!(agnes.open_leads, Some(1));
        assert_eq!(agnes.response_seconds, Some(2 * 86_400));
        let request = GetAgentsRequest {
            group_by: texts(&["agent", "temperature"]),
            ..GetAgentsRequest::default()
        };
        let answer = desk.client.clone().get_agents(request).await.unwrap();
        let rows = answer.into_inner().rows;
        let open = |row: &AgentRow| row.open_leads.unwrap();
        let of_agnes = rows.iter().filter(|row| row.keys[0].name == "Agnes");
        assert_eq!(of_agnes.map(open).sum::<i64>(), 1);
        let request = GetAgentsRequest {
            group_by: texts(&["month"]),
            ..GetAgentsRequest::default()
        };
        let answer = desk.client.clone().get_agents(request).await.unwrap();
        let rows = answer.into_inner().rows;
        assert!(rows.iter().all(|row| row.open_leads.is_none()));
    }
}

#[tokio::test]
async fn refusals_are_by_phase_stage_and_reason() {
    for desk in desks().await {
        let answer = desk
            .client
            .clone()
            .get_refusals(GetRefusalsRequest::default())
            .await;
        let answer = answer.unwrap().into_inner();
        let shown: Vec<(Vec<&str>, i64)> = answer
            .rows
            .iter()
            .map(|row| {
                let keys = row.keys.iter().map(|key| key.value.as_str());
                (keys.collect(), row.refusals)
            })
            .collect();
        assert_eq!(
            shown,
            [
                (vec!["deal", "need", "no_budget"], 1),
                (vec!["lead", "talk", "too_expensive"], 1),
            ]
        );
        let total = answer.total.unwrap();
        assert_eq!(total.lost_value.unwrap().minor, 80_000);
    }
}

#[tokio::test]
async fn a_journey_is_found_by_all_that_belongs_to_it() {
    for desk in desks().await {
        let ids = desk.known.journey(0);
        let subjects = [
            ids.lead.to_string(),
            ids.person.to_string(),
            ids.deal.to_string(),
            ids.contract.to_string(),
        ];
        let mut found = Vec::new();
        for subject_id in subjects {
            let request = GetJourneyRequest { subject_id };
            let answer = desk.client.clone().get_journey(request).await.unwrap();
            found.push(answer.into_inner());
        }
        assert!(
            found.windows(2).all(|pair| pair[0] == pair[1]),
            "{}",
            desk.world.label
        );
        let journey = &found[0];
        assert_eq!(journey.leads.len(), 1);
        assert_eq!(journey.deals.len(), 1);
        assert_eq!(journey.contracts.len(), 1);
        assert_eq!(journey.payments.len(), 2);
        assert!(journey.touches.is_sorted_by_key(|touch| touch.place));
        assert!(journey.touches.iter().any(|touch| touch.kind == "response"));
        for model in [
            "first",
            "last",
            "linear",
            "position",
            "time_decay",
            "data_driven",
        ] {
            let credits = journey
                .credits
                .iter()
                .filter(|credit| credit.model == model);
            let parts: i64 = credits.map(|credit| credit.parts).sum();
            assert_eq!(parts, 1_000_000, "{model}");
        }
        let client_id = ids.person.to_string();
        assert_eq!(journey.client.as_ref().unwrap().client_id, client_id);
        let request = GetClientRequest { client_id };
        let client = desk.client.clone().get_client(request).await.unwrap();
        assert_eq!(client.into_inner().client, journey.client);

        let nobody = ids::LeadId::generate().to_string();
        let request = GetJourneyRequest { subject_id: nobody };
        let refused = desk.client.clone().get_journey(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
        assert_eq!(rpc::explain(&refused).reason, "JOURNEY_NOT_FOUND");
        let client_id = ids::PersonId::generate().to_string();
        let request = GetClientRequest { client_id };
        let refused = desk.client.clone().get_client(request).await.unwrap_err();
        assert_eq!(rpc::explain(&refused).reason, "CLIENT_NOT_FOUND");
    }
}
