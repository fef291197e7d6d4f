//! What happened with a person, over all services.

use e2e::{Doors, Platform};
use ids::CaseId;
use serde_json::json;

use crate::{
    MODES, first,
    funnel::{submit, win},
    once,
};

#[tokio::test]
async fn a_person_has_one_timeline_from_the_door_to_the_contract_and_its_cases() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let lead = submit(&doors, "anna-9", "Anna Ozola", "anna.ozola@acme-demo.lv").await;
        let body = json!({
            "outcome": "OUTCOME_POSITIVE", "talk": "Wants an offer",
            "newDeal": {"title": "Thirty chairs", "amount": {"minor": "250000", "currency": "EUR"}},
        });
        let path = format!("/v1/leads/{lead}:recordOutcome");
        admin.post(&path, &body).await.unwrap();
        let person = first(&admin, &format!("/v1/persons?leadId={lead}"), "persons").await;
        let person = person["personId"].as_str().unwrap();
        let deal = first(&admin, &format!("/v1/deals?leadId={lead}"), "deals").await;
        let contract = win(&admin, deal["dealId"].as_str().unwrap()).await;
        let case = json!({"case": {
            "caseId": CaseId::generate(), "personId": person, "subjectId": contract,
            "step": "delivery", "severity": "minor", "text": "came a day late",
        }});
        admin.post("/v1/cases", &case).await.unwrap();
        let path = format!("/v1/persons/{person}/timeline?pageSize=500");
        let timeline = once(&admin, &path, |answer| {
            let entries = answer["entries"].as_array();
            let codes = entries.into_iter().flatten().map(|it| it["code"].as_str());
            let codes: Vec<_> = codes.flatten().collect();
            [
                "lead_created",
                "lead_outcome.positive",
                "deal_opened.lead",
                "deal_won",
                "contract_drafted",
                "contract_sent",
                "contract_signed",
                "contract_activated",
                "case_opened.minor",
            ]
            .iter()
            .all(|code| codes.contains(code))
        })
        .await;
        let entries = timeline["entries"].as_array().unwrap();
        let created = entries.iter().find(|it| it["kind"] == "lead_created");
        assert_eq!(created.unwrap()["channel"], "form", "{mode:?}");
        assert_eq!(created.unwrap()["personId"], person, "{mode:?}");
        let counts = admin.get("/v1/caseCounts").await.unwrap();
        assert_eq!(counts["steps"][5]["open"], "1", "{mode:?}");
    }
}
