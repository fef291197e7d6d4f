//! What happens beside leads and deals, so that whoever listens hears of that as well: money, work, cases, and
//! people who turn out to be one.

use e2e::Client;
use faults::Stage;
use ids::{CaseId, MergeId};
use serde_json::{Value, json};

/// Costs, a task and rates of a campaign; a contract that is signed, paid, grown; a case; a refusal to be
/// written to; a merge that is taken back, and one that is not.
pub(crate) async fn follow(stage: &Stage) {
    let databases = stage.complete().await.unwrap();
    databases.close().await;
    let admin = &stage.admin;
    campaign(admin).await;
    let [first, second, third, fourth] = &of_one_lead(admin).await;
    signed(admin, first).await;
    signed(admin, second).await;
    let person = |contract: &Value| contract["personId"].as_str().unwrap().to_owned();
    let case = json!({"case": {
        "caseId": CaseId::generate(), "personId": person(first),
        "subjectId": first["contractId"], "step": "delivery", "severity": "minor", "text": "late",
    }});
    admin.post("/v1/cases", &case).await.unwrap();
    merge(admin, &person(first), &person(second)).await;
    let merge = merge(admin, &person(third), &person(fourth)).await;
    let path = format!("/v1/merges/{merge}:split");
    admin.post(&path, &json!({})).await.unwrap();
}

/// Contracts with private persons of one lead each. The client base makes ids of organisations by itself, and the
/// id of a person of several leads is that of the lead which came first: it could not follow their contracts twice.
async fn of_one_lead(admin: &Client) -> [Value; 4] {
    let contracts = admin.list("/v1/contracts", "contracts").await.unwrap();
    let mut found = Vec::new();
    for contract in contracts {
        let person = contract["personId"].as_str().unwrap();
        // Each contract is with somebody whom the client base has.
        let card = admin.get(&format!("/v1/persons/{person}")).await.unwrap();
        let leads = card["leads"].as_array().unwrap();
        if contract["organisationId"] == "" && leads.len() == 1 {
            found.push(contract);
        }
    }
    found.truncate(4);
    found.try_into().unwrap()
}

async fn campaign(admin: &Client) {
    let rates = json!({"rates": [{"currency": "HUF", "day": "2020-01-01", "rate": "0.0025"}]});
    admin.post("/v1/rates", &rates).await.unwrap();
    let campaigns = admin.list("/v1/campaigns", "campaigns").await.unwrap();
    let campaign = campaigns[0]["campaignId"].as_str().unwrap();
    let path = format!("/v1/campaigns/{campaign}");
    let cost = json!({"cost": {
        "kind": "COST_KIND_EXPENSE", "line": "Stand",
        "actual": {"minor": "4000000", "currency": "HUF"},
    }});
    admin.post(&format!("{path}/costs"), &cost).await.unwrap();
    let staff = admin.list("/v1/staff", "staff").await.unwrap();
    let task = json!({"task": {
        "title": "Order the stand", "responsibleId": staff[0]["staffId"],
        "dueAt": "2031-05-01T09:00:00Z",
    }});
    admin.post(&format!("{path}/tasks"), &task).await.unwrap();
}

async fn signed(admin: &Client, contract: &Value) {
    let path = format!("/v1/contracts/{}", contract["contractId"].as_str().unwrap());
    for step in ["send", "sign", "activate"] {
        let path = format!("{path}:{step}");
        admin.post(&path, &json!({})).await.unwrap();
    }
    let plan = json!({"instalments": {"count": 2}});
    let planned = admin.post(&format!("{path}/payments:plan"), &plan).await;
    let payment = planned.unwrap()["payments"][0].clone();
    let receive = format!(
        "{path}/payments/{}:receiveAmount",
        payment["paymentId"].as_str().unwrap()
    );
    let came = json!({"amount": payment["amount"]});
    admin.post(&receive, &came).await.unwrap();
    let more = json!({"amountAdded": {"minor": "1000", "currency": "EUR"}});
    let grown = admin.post(&format!("{path}:expand"), &more).await;
    grown.unwrap();
}

/// That two persons are one: the id of the merge.
async fn merge(admin: &Client, kept: &str, joined: &str) -> String {
    let merge = MergeId::generate().to_string();
    let body = json!({"joinedId": joined, "mergeId": merge});
    let path = format!("/v1/persons/{kept}:merge");
    admin.post(&path, &body).await.unwrap();
    merge
}
