//! From a campaign's response to its figures.

use e2e::{Client, Platform};
use serde_json::{Value, json};

use crate::{MODES, once};

#[tokio::test]
async fn a_positive_response_becomes_a_lead_of_its_campaign() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let (id, activity) = running_campaign(&admin).await;
        let path = format!("/v1/campaigns/{id}");
        let list = json!({"participants": [
            {"name": {"full": "Ilze Kalna"}, "emails": ["ilze.kalna@acme-demo.lv"]},
            {"name": {"full": "Ivan Petrov"}, "phones": ["+371 20000001"]},
        ]});
        let added = admin
            .post(&format!("{path}/participants"), &list)
            .await
            .unwrap();
        let again = admin
            .post(&format!("{path}/participants"), &list)
            .await
            .unwrap();
        assert_eq!(added, again, "a list may be sent twice");

        for (index, positive) in [(0, true), (1, false)] {
            let participant = added["participants"][index]["participantId"]
                .as_str()
                .unwrap();
            let response =
                json!({"response": {"positive": positive, "text": "…", "activityId": activity}});
            admin
                .post(
                    &format!("{path}/participants/{participant}/responses"),
                    &response,
                )
                .await
                .unwrap();
        }
        let responses = once(&admin, &format!("{path}/responses"), |answer| {
            answer["responses"].as_array().is_some_and(|responses| {
                responses
                    .iter()
                    .any(|response| response["leadId"] != "" && !response["leadId"].is_null())
            })
        })
        .await;
        let lead = responses["responses"]
            .as_array()
            .unwrap()
            .iter()
            .find_map(|response| response["leadId"].as_str().filter(|id| !id.is_empty()))
            .unwrap();
        let card = admin.get(&format!("/v1/leads/{lead}")).await.unwrap();
        assert_eq!(
            card["lead"]["source"]["campaignId"],
            id.as_str(),
            "{mode:?}"
        );
        assert_eq!(card["lead"]["source"]["activityId"], activity, "{mode:?}");
        let figures = once(&admin, &path, |answer| answer["figures"]["leads"] == "1").await;
        assert_eq!(figures["figures"]["responses"], "2", "{mode:?}");
        assert_eq!(figures["figures"]["positiveResponses"], "1", "{mode:?}");
    }
}

/// A running campaign with one activity: their ids.
async fn running_campaign(admin: &Client) -> (String, Value) {
    let fair = json!({"campaign": {"kind": "exhibition", "name": "Spring fair"}});
    let made = admin.post("/v1/campaigns", &fair).await.unwrap();
    let id = made["campaign"]["campaignId"].as_str().unwrap().to_owned();
    let path = format!("/v1/campaigns/{id}");
    admin
        .post(
            &format!("{path}:move"),
            &json!({"state": "CAMPAIGN_STATE_RUNNING"}),
        )
        .await
        .unwrap();
    let step = json!({"activity": {"kind": "exhibition", "name": "Stand"}});
    let step = admin
        .post(&format!("{path}/activities"), &step)
        .await
        .unwrap();
    let activity = step["activity"]["activityId"].clone();
    (id, activity)
}
