//! What the reports say of it, and the records behind each number.

use e2e::Client;
use serde_json::{Value, json};

use super::{Buyer, Company};
use crate::once;

/// `first`, `last` … as the contract names them.
const MODELS: [&str; 6] = [
    "first",
    "last",
    "linear",
    "position",
    "time_decay",
    "data_driven",
];

/// A number of any width, as JSON has it.
pub(super) fn number(value: &Value) -> i64 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        other => other.as_i64().unwrap(),
    }
}

pub(super) async fn check(company: &Company, anna: &Buyer, position: i64) {
    let admin = &company.admin;
    funnel(admin, position).await;
    campaigns(admin, &company.fair).await;
    attribution(admin).await;
    key_accounts(admin).await;
    refusals_and_agents(admin).await;
    journey(admin, anna).await;
    timeline(admin, anna).await;
    forecast(admin).await;
    records(admin, &company.fair).await;
    files(admin).await;
}

/// The fields of an object that a wanted one names.
#[track_caller]
fn assert_says(found: &Value, wanted: &Value) {
    for (field, wanted) in wanted.as_object().unwrap() {
        assert_eq!(&found[field], wanted, "{field} in {found:#}");
    }
}

fn euros(minor: &str) -> Value {
    json!({"minor": minor, "currency": "EUR"})
}

async fn report(admin: &Client, path: &str) -> Value {
    admin.get(&format!("/v1/reports/{path}")).await.unwrap()
}

async fn funnel(admin: &Client, position: i64) {
    let funnel = report(admin, "funnel").await;
    assert_eq!(number(&funnel["asOf"]["position"]), position);
    assert_says(
        &funnel["asOf"],
        &json!({"restating": "0", "baseCurrency": "EUR"}),
    );
    assert_says(
        &funnel["total"],
        &json!({
            "leads": "3", "enquiries": "1", "talked": "3", "qualified": "2", "refused": "1",
            "deals": "2", "won": "2", "lost": "0", "contracts": "2", "overallShare": "6667",
            "revenue": euros("450000"), "received": euros("150000"), "unconverted": "0",
        }),
    );
}

/// 100.00 + 40,123.45 forints at 0.0025 + 45 minutes at 25.01 an hour = 219.07.
async fn campaigns(admin: &Client, fair: &str) {
    let results = report(admin, "campaigns").await;
    let rows = results["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{results:#}");
    let fair = rows.iter().find(|row| row["campaign"]["id"] == fair);
    assert_says(
        fair.unwrap(),
        &json!({
            "kind": "exhibition", "state": "running", "actualMinutes": "45",
            "plannedCost": euros("9000"), "actualCost": euros("21907"), "leads": "1", "deals": "1",
            "won": "1", "contracts": "1", "revenue": euros("350000"), "roi": "149766",
            "creditedParts": "500000", "creditedRevenue": euros("175000"), "creditedRoi": "69883",
        }),
    );
    let friends = rows.iter().find(|row| row["kind"] == "referral").unwrap();
    assert_says(
        friends,
        &json!({"actualCost": euros("0"), "contracts": "1", "revenue": euros("100000")}),
    );
    assert!(friends["roi"].is_null(), "{friends:#}");
}

async fn attribution(admin: &Client) {
    let report = report(admin, "attribution").await;
    let rows = report["rows"].as_array().unwrap();
    let channels: Vec<&Value> = rows.iter().map(|row| &row["keys"][0]["value"]).collect();
    assert_eq!(channels, ["", "email", "form", "referral"]);
    // Nobody said by which channel the costs were.
    assert_says(&rows[0], &json!({"cost": euros("21907")}));
    let credit = |row: &Value, model: &str| -> Value {
        let credits = row["credits"].as_array().unwrap();
        let found = credits.iter().find(|credit| credit["model"] == model);
        found.unwrap().clone()
    };
    for model in MODELS {
        let sum = |field: &str| -> i64 {
            let of = |row| match field {
                "revenue" => number(&credit(row, model)["revenue"]["minor"]),
                field => number(&credit(row, model)[field]),
            };
            rows.iter().map(of).sum()
        };
        assert_eq!(sum("parts"), 2_000_000, "{model}");
        assert_eq!(sum("share"), 10_000, "{model}");
        assert_eq!(sum("revenue"), 450_000, "{model}");
        let total = credit(&report["total"], model);
        assert_says(
            &total,
            &json!({"parts": "2000000", "revenue": euros("450000")}),
        );
    }
    let linear = |channel: &str| {
        let row = rows.iter().find(|row| row["keys"][0]["value"] == channel);
        let credit = credit(row.unwrap(), "linear");
        (credit["parts"].clone(), credit["revenue"]["minor"].clone())
    };
    assert_eq!(linear("form"), (json!("1000000"), json!("225000")));
    assert_eq!(linear("email"), (json!("500000"), json!("175000")));
    assert_eq!(linear("referral"), (json!("500000"), json!("50000")));
}

async fn key_accounts(admin: &Client) {
    let report = report(admin, "keyAccounts").await;
    assert_says(
        &report["total"],
        &json!({
            "signed": "3", "signedValue": euros("450000"), "contracts": "2", "started": "2",
            "ended": "0", "expansions": "1", "expansionValue": euros("50000"),
        }),
    );
}

async fn refusals_and_agents(admin: &Client) {
    let refusals = report(admin, "refusals?groupBy=phase&groupBy=reason").await;
    let rows = refusals["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{refusals:#}");
    assert_says(&rows[0], &json!({"refusals": "1", "recovered": "0"}));
    let keys = rows[0]["keys"].as_array().unwrap();
    let keys: Vec<&str> = keys
        .iter()
        .map(|it| it["value"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["lead", "PRICE"]);

    let agents = report(admin, "agents").await;
    let rows = agents["rows"].as_array().unwrap();
    // Leads are given in turn to all who work on them; Ivy does all the talking.
    let ivy = rows.iter().find(|row| row["keys"][0]["name"] == "Ivy");
    let talks = json!({
        "firstTalks": "3", "positive": "2", "negative": "1", "positiveShare": "6667",
        "openLeads": "0", "openDeals": "0",
    });
    assert_says(ivy.unwrap(), &talks);
    assert_says(
        &agents["total"],
        &json!({"assigned": "3", "won": "2", "wonValue": euros("400000")}),
    );
}

async fn journey(admin: &Client, anna: &Buyer) {
    let by_contract = report(admin, &format!("journeys/{}", anna.contract)).await;
    let by_deal = report(admin, &format!("journeys/{}", anna.deal)).await;
    assert_eq!(by_contract, by_deal);
    let channels = |items: &str| -> Vec<String> {
        let items = by_contract[items].as_array().unwrap();
        let channels = items.iter().map(|it| it["channel"].as_str().unwrap());
        channels.map(str::to_owned).collect()
    };
    assert_eq!(channels("touches"), ["form", "email"], "{by_contract:#}");
    for (items, count) in [
        ("leads", 1),
        ("deals", 1),
        ("contracts", 1),
        ("payments", 2),
        ("growths", 1),
        ("refusals", 0),
        // First and last have one each, the others two.
        ("credits", 10),
    ] {
        let found = by_contract[items].as_array().unwrap().len();
        assert_eq!(found, count, "{items} in {by_contract:#}");
    }
    assert_says(
        &by_contract["client"],
        &json!({
            "clientId": anna.person, "contracts": "1", "active": "1", "value": euros("350000"),
            "received": euros("150000"), "referrals": "1", "rewarded": "1",
        }),
    );
}

async fn timeline(admin: &Client, anna: &Buyer) {
    let path = format!("/v1/persons/{}/timeline?pageSize=500", anna.person);
    once(admin, &path, |answer| {
        let entries = answer["entries"].as_array().into_iter().flatten();
        let kinds: Vec<&Value> = entries.map(|entry| &entry["kind"]).collect();
        [
            "lead_created",
            "enquiry_attached",
            "lead_outcome",
            "deal_opened",
            "offer_sent",
            "deal_won",
            "contract_signed",
            "payment_received",
            "contract_grown",
            "referral_rewarded",
        ]
        .iter()
        .all(|kind| kinds.iter().any(|it| it == kind))
    })
    .await;
}

async fn forecast(admin: &Client) {
    let forecast = admin.get("/v1/forecast").await.unwrap();
    assert_says(
        &forecast["totals"][0],
        &json!({"currency": "EUR", "openMinor": "0", "wonMinor": "400000"}),
    );
}

/// Each number opens what it counts.
async fn records(admin: &Client, fair: &str) {
    let of_fair = format!("leads?number=influence.leads&filter.campaigns={fair}");
    for (path, count, wanted) in [
        ("leads", 3, json!({"total": "3"})),
        ("leads?number=funnel.refused", 1, json!({"total": "1"})),
        (&*of_fair, 1, json!({"total": "1"})),
        (
            "deals?number=flow.won",
            2,
            json!({"total": "2", "value": euros("400000")}),
        ),
        (
            "contracts",
            2,
            json!({"total": "2", "value": euros("450000")}),
        ),
        ("touches", 5, json!({"total": "5"})),
        (
            "credits?filter.models=linear",
            4,
            json!({"parts": "2000000", "revenue": euros("450000")}),
        ),
        (
            "costs",
            3,
            json!({"planned": euros("9000"), "actual": euros("21907")}),
        ),
        ("refusals", 1, json!({"total": "1"})),
        (
            "payments?number=flow.received",
            1,
            json!({"value": euros("150000")}),
        ),
        ("growths", 1, json!({"total": "1", "value": euros("50000")})),
    ] {
        let list = report(admin, &format!("records/{path}")).await;
        let found = list["records"].as_array().unwrap().len();
        assert_eq!(found, count, "{path}: {list:#}");
        assert_says(&list, &wanted);
    }
}

/// A file has a header, a row for each record, and no formula.
async fn files(admin: &Client) {
    for (path, column, rows) in [
        ("export?getFunnel.groupBy=channel", "leads", 1),
        ("export?listCampaignResults.model=first", "campaign", 2),
        (
            "records/export?listLeadRecords.number=funnel.leads",
            "lead_id",
            3,
        ),
        ("records/export?listCostRecords.number=", "cost_id", 3),
    ] {
        let url = format!("{}/v1/reports/{path}", admin.base);
        let answer = admin.http.get(url).bearer_auth(&admin.token).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let kind = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(kind.starts_with("text/csv"), "{path}: {kind}");
        let text = answer.text().await.unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].contains(column), "{path}: {text}");
        assert_eq!(lines.len() - 1, rows, "{path}: {text}");
        assert!(!text.contains(",=") && !text.contains("\n="), "{text}");
    }
}

/// How many clients there are.
pub(super) async fn clients(admin: &Client) -> Value {
    report(admin, "clients").await["total"].clone()
}

/// What does not depend on who is who.
pub(super) async fn totals(admin: &Client) -> Vec<Value> {
    let mut totals = Vec::new();
    for path in ["funnel", "flow", "keyAccounts", "refusals", "agents"] {
        totals.push(report(admin, path).await["total"].clone());
    }
    let attribution = report(admin, "attribution").await;
    for credit in attribution["total"]["credits"].as_array().unwrap() {
        totals.push(json!([credit["model"], credit["parts"], credit["revenue"]]));
    }
    totals.push(report(admin, "campaigns").await["total"]["actualCost"].clone());
    totals
}
