//! A lead on its way to a contract, and a refused one on its way back.

use e2e::{Client, Doors, Platform};
use serde_json::json;

use crate::{MODES, first, once};

#[tokio::test]
async fn a_positive_lead_becomes_a_contract() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let lead = submit(&doors, "anna-1", "Anna Ozola", "anna.ozola@acme-demo.lv").await;

        let body = json!({
            "outcome": "OUTCOME_POSITIVE", "talk": "Wants an offer",
            "newDeal": {"title": "Thirty chairs", "amount": {"minor": "250000", "currency": "EUR"}},
        });
        let path = format!("/v1/leads/{lead}:recordOutcome");
        let card = admin.post(&path, &body).await.unwrap();
        assert_eq!(card["lead"]["state"], "LEAD_STATE_QUALIFIED", "{mode:?}");
        let again = admin.post(&path, &body).await.unwrap();
        assert_eq!(
            again["lead"]["dealId"], card["lead"]["dealId"],
            "a repeat changes nothing"
        );

        let person = first(&admin, &format!("/v1/persons?leadId={lead}"), "persons").await;
        assert_eq!(person["name"]["full"], "Anna Ozola", "{mode:?}");
        let deal = first(&admin, &format!("/v1/deals?leadId={lead}"), "deals").await;
        assert_eq!(deal["title"], "Thirty chairs", "{mode:?}");
        assert_eq!(deal["dealId"], card["lead"]["dealId"]);

        let contract = win(&admin, deal["dealId"].as_str().unwrap()).await;
        let path = format!("/v1/contracts/{contract}");
        let state = admin.get(&path).await.unwrap()["contract"]["state"].clone();
        assert_eq!(state, "CONTRACT_STATE_ACTIVE", "{mode:?}");
        let person_path = format!("/v1/persons/{}", person["personId"].as_str().unwrap());
        once(&admin, &person_path, |answer| {
            answer["person"]["client"] == true
        })
        .await;
        once(&admin, &format!("/v1/leads/{lead}"), |answer| {
            answer["lead"]["dealStage"]
                .as_str()
                .is_some_and(|stage| !stage.is_empty())
        })
        .await;
        let deals = admin
            .get(&format!("/v1/deals?leadId={lead}"))
            .await
            .unwrap();
        assert_eq!(deals["total"], "1", "one deal for one outcome: {mode:?}");
    }
}

/// Wins a deal and takes its contract into force; the id of the contract.
pub(crate) async fn win(admin: &Client, deal: &str) -> String {
    admin
        .post(&format!("/v1/deals/{deal}:win"), &json!({}))
        .await
        .unwrap();
    let contract = first(admin, &format!("/v1/contracts?dealId={deal}"), "contracts").await;
    let id = contract["contractId"].as_str().unwrap().to_owned();
    for step in ["send", "sign", "activate"] {
        admin
            .post(&format!("/v1/contracts/{id}:{step}"), &json!({}))
            .await
            .unwrap();
    }
    id
}

#[tokio::test]
async fn a_refused_lead_gets_one_letter_and_may_come_back() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let lead = submit(
            &doors,
            "janos-1",
            "Kovács János",
            "kovacs.janos@acme-demo.hu",
        )
        .await;
        let path = format!("/v1/leads/{lead}:recordOutcome");

        let (status, refusal) = admin
            .call(
                reqwest::Method::POST,
                &path,
                Some(&json!({"outcome": "OUTCOME_NEGATIVE"})),
            )
            .await
            .unwrap();
        assert_eq!(status, 400, "a reason is asked for: {refusal}");

        let body = json!({"outcome": "OUTCOME_NEGATIVE", "reason": "PRICE"});
        admin.post(&path, &body).await.unwrap();
        admin.post(&path, &body).await.unwrap();
        let list = format!("/v1/messages?purpose=farewell&subjectId={lead}");
        let letter = first(&admin, &list, "messages").await;
        assert_eq!(letter["locale"], "hu", "{mode:?}");
        let path = format!("/v1/messages/{}", letter["messageId"].as_str().unwrap());
        let letter = admin.get(&path).await.unwrap()["message"].clone();
        let text = letter["text"].as_str().unwrap();
        let link = text
            .split_whitespace()
            .find(|word| word.contains("/q/"))
            .expect("a link");
        let token = link
            .rsplit("/q/")
            .next()
            .unwrap()
            .trim_end_matches(['.', ')']);

        let anybody = Client::anonymous(&platform.base).unwrap();
        let questions = anybody
            .get(&format!("/v1/questionnaires/{token}"))
            .await
            .unwrap();
        assert_eq!(questions["locale"], "hu");
        let answer = json!({"reason": questions["options"][0]["code"], "contactWanted": true});
        let path = format!("/v1/questionnaires/{token}:answer");
        anybody.post(&path, &answer).await.unwrap();
        anybody.post(&path, &answer).await.unwrap();
        once(&admin, &format!("/v1/leads/{lead}"), |answer| {
            answer["lead"]["state"] != "LEAD_STATE_REFUSED"
        })
        .await;
        platform.wait_caught_up(crate::SOON).await.unwrap();
        let letters = admin.get(&list).await.unwrap();
        assert_eq!(letters["total"], "1", "one letter in a life: {mode:?}");
    }
}

#[tokio::test]
async fn a_private_person_enters_the_client_base_with_a_positive_outcome() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let lead = |name: &str, organisation: &str| {
            json!({"lead": {
                "fullName": name, "organisation": organisation,
                "privatePerson": organisation.is_empty(),
                "emails": [format!("{}@acme-demo.org", name.to_lowercase().replace(' ', "."))],
            }})
        };
        let made = admin
            .post("/v1/leads", &lead("Olga Petrova", ""))
            .await
            .unwrap();
        let private = made["receipt"]["leadId"].as_str().unwrap().to_owned();
        let made = admin
            .post("/v1/leads", &lead("Peter Stone", "Stone Works"))
            .await
            .unwrap();
        let business = made["receipt"]["leadId"].as_str().unwrap().to_owned();

        first(&admin, &format!("/v1/persons?leadId={business}"), "persons").await;
        platform.wait_caught_up(crate::SOON).await.unwrap();
        let persons = admin
            .get(&format!("/v1/persons?leadId={private}"))
            .await
            .unwrap();
        assert_eq!(
            persons["total"], "0",
            "{mode:?}: a private person's lead waits"
        );

        let body = json!({"outcome": "OUTCOME_POSITIVE"});
        admin
            .post(&format!("/v1/leads/{private}:recordOutcome"), &body)
            .await
            .unwrap();
        let person = first(&admin, &format!("/v1/persons?leadId={private}"), "persons").await;
        assert_eq!(person["name"]["full"], "Olga Petrova", "{mode:?}");
        platform.wait_caught_up(crate::SOON).await.unwrap();
        let deals = admin
            .get(&format!("/v1/deals?leadId={private}"))
            .await
            .unwrap();
        assert_eq!(deals["total"], "0", "{mode:?}: no deal was asked for");
    }
}

/// Submits a form; the id of the lead it made.
pub(crate) async fn submit(doors: &Doors, key: &str, name: &str, email: &str) -> String {
    let hungarian = email.rsplit('.').next() == Some("hu");
    let locale = if hungarian { "form-hu" } else { "form-lv" };
    let body = json!({"full_name": name, "email": email, "message": "An offer, please"});
    let (status, receipt) = doors.form(locale, key, &body).await.unwrap();
    assert_eq!(status, 201, "{receipt}");
    receipt["leadId"].as_str().unwrap().to_owned()
}
