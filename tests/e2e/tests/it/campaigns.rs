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

#[tokio::test]
async fn a_participant_answers_a_survey_by_its_link() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let (id, _) = running_campaign(&admin).await;
        let path = format!("/v1/campaigns/{id}");
        let list = json!({"participants": [
            {"name": {"full": "Ilze Kalna"}, "emails": ["ilze.kalna@acme-demo.lv"]},
        ]});
        let participants = format!("{path}/participants");
        let added = admin.post(&participants, &list).await.unwrap();
        let participant = added["participants"][0]["participantId"].clone();
        let survey = json!({"survey": {"title": "After the fair", "questions": [
            {"code": "nps", "kind": "QUESTION_KIND_NPS", "text": "Recommend?", "required": true},
            {"code": "why", "kind": "QUESTION_KIND_TEXT", "text": "Why?"},
        ]}});
        let made = admin
            .post(&format!("{path}/surveys"), &survey)
            .await
            .unwrap();
        let survey = format!(
            "/v1/surveys/{}",
            made["survey"]["surveyId"].as_str().unwrap()
        );
        let wanted = json!({"participantIds": [participant]});
        let issue = format!("{survey}:issueTokens");
        let issued = admin.post(&issue, &wanted).await.unwrap();
        let link = issued["tokens"][0]["link"].as_str().unwrap();
        let token = link.rsplit("/s/").next().unwrap();
        let url = format!("{}/s/{token}", platform.base);
        let anybody = Client::anonymous(&platform.base).unwrap().http;
        let answered = async || {
            let results = admin.get(&format!("{survey}/results")).await.unwrap();
            results["answered"].as_str().unwrap_or("0").to_owned()
        };

        let shown = anybody.get(&url).header("accept-language", "lv");
        let shown = shown.send().await.unwrap().text().await.unwrap();
        assert!(shown.contains("After the fair"), "{mode:?}: {shown}");
        assert!(shown.contains("Nosūtīt atbildes"), "{mode:?}: {shown}");
        let post = async |form: &[(&str, &str)]| {
            let response = anybody.post(&url).form(form).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        let (status, page) = post(&[("q_why", "Warm & kind")]).await;
        assert_eq!(status, 400, "{mode:?}: {page}");
        assert!(page.contains("Warm &amp; kind"), "{mode:?}: {page}");
        assert_eq!(answered().await, "0", "{mode:?}: nothing was kept yet");
        for score in ["9", "3"] {
            let (status, page) = post(&[("q_nps", score), ("q_why", "Warm & kind")]).await;
            assert_eq!(status, 200, "{mode:?}: {page}");
        }
        let results = admin.get(&format!("{survey}/results")).await.unwrap();
        assert_eq!(
            results["answered"], "1",
            "{mode:?}: the answer was corrected"
        );
        assert_eq!(results["questions"][0]["average"], 3.0, "{mode:?}");

        let mut closed = made["survey"].clone();
        closed["closed"] = json!(true);
        closed["revision"] = json!("0");
        let closed = json!({"survey": closed});
        admin.patch(&survey, &closed).await.unwrap();
        let (status, page) = post(&[("q_nps", "10")]).await;
        assert_eq!(status, 410, "{mode:?}: {page}");
        assert_eq!(answered().await, "1", "{mode:?}");
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
