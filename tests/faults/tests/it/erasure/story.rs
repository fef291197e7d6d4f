//! People who leave a word of their own wherever the platform takes words.

use e2e::{Client, Doors};
use faults::{
    funnel::{qualify, win},
    stage::patient,
};
use ids::{CaseId, MergeId, OfferId, PersonId, SurveyId};
use proto::intake::v1::LeadInput;
use serde_json::{Value, json};

use crate::erasure::eventually;

/// Somebody with a word that nobody else has.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    /// Letters alone, so that no part of it is folded, split or counted among others.
    pub(crate) word: String,
    /// Filled in on the way.
    pub(crate) person: String,
    pub(crate) contract: Option<String>,
    pub(crate) lead: String,
}

/// What of a campaign everybody takes part in.
pub(crate) struct Campaign {
    path: String,
    survey: String,
}

impl Somebody {
    pub(crate) fn new(number: usize) -> Self {
        let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
        let word = format!(
            "qz{}{}xvw{}",
            letter(number),
            letter(number * 7 + 3),
            letter(number + 11)
        );
        Self {
            word,
            person: String::new(),
            contract: None,
            lead: String::new(),
        }
    }

    /// As names are written.
    fn name(&self) -> String {
        let mut letters = self.word.chars();
        let first = letters.next().unwrap().to_ascii_uppercase();
        format!("Nora {first}{}", letters.as_str())
    }

    fn email(&self) -> String {
        format!("{}@acme-demo.lv", self.word)
    }

    /// Says something that can be found again.
    fn says(&self, what: &str) -> String {
        format!("{what} {}", self.word)
    }

    /// Comes in by every door.
    pub(crate) async fn writes(&mut self, doors: &Doors) {
        let body = json!({
            "full_name": self.name(), "email": self.email(), "message": self.says("a form of"),
            "utm_source": self.says("sent by"), "city": self.says("city of"),
        });
        let (status, receipt) = doors
            .form("form-en", &self.says("key"), &body)
            .await
            .unwrap();
        assert!(status.is_success(), "{receipt}");
        receipt["leadId"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.lead);
        let letter = format!(
            "From: {} <{}>\r\nTo: sales@example.org\r\nSubject: {}\r\n\
             Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{}@mail>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            self.name(),
            self.email(),
            self.says("a subject of"),
            self.word,
            self.says("a letter of")
        );
        let (status, receipt) = doors.email("box-en", letter.into_bytes()).await.unwrap();
        assert!(status.is_success(), "{receipt}");
        assert_eq!(receipt["leadId"], self.lead.as_str(), "{receipt}");
        // The same again, and under another key.
        doors
            .form("form-en", &self.says("key"), &body)
            .await
            .unwrap();
        doors
            .form("form-en", &self.says("another key"), &body)
            .await
            .unwrap();
        let record = LeadInput {
            external_id: self.says("record"),
            full_name: self.name(),
            emails: vec![self.email()],
            message: self.says("a record of"),
            ..LeadInput::default()
        };
        doors.submit(record).await.unwrap();
    }

    /// Becomes a person of the client base with a deal, or is refused.
    pub(crate) async fn is_worked(&mut self, admin: &Client, number: usize) {
        let path = format!("/v1/leads/{}", self.lead);
        let talk = json!({"talk": self.says("a talk with")});
        admin.patch(&path, &talk).await.unwrap();
        if number % 4 == 3 {
            self.is_refused(admin).await;
            // It wants to be contacted after all: who is erased is a person of the client base.
            eventually(admin, &path, |answer| {
                (answer["lead"]["state"] != "LEAD_STATE_REFUSED").then_some(())
            })
            .await;
            let positive = json!({"outcome": "OUTCOME_POSITIVE", "talk": self.says("once more")});
            let positive_path = format!("{path}:recordOutcome");
            admin.post(&positive_path, &positive).await.unwrap();
        } else {
            let deal = qualify(admin, &self.lead, &self.says("a deal of"))
                .await
                .unwrap();
            self.deals(admin, &deal, number).await;
        }
        let plan = json!({"nextContactAt": "2031-05-01T09:00:00Z", "contactKind": "call"});
        admin
            .post(&format!("{path}:planNextContact"), &plan)
            .await
            .unwrap();
        let persons = format!("/v1/persons?leadId={}", self.lead);
        let person = eventually(admin, &persons, |answer| {
            answer["persons"][0]["personId"].as_str().map(str::to_owned)
        });
        self.person = person.await;
    }

    async fn is_refused(&self, admin: &Client) {
        let path = format!("/v1/leads/{}:recordOutcome", self.lead);
        let body =
            json!({"outcome": "OUTCOME_NEGATIVE", "reason": "PRICE", "talk": self.says("no to")});
        admin.post(&path, &body).await.unwrap();
        let list = format!("/v1/messages?purpose=farewell&subjectId={}", self.lead);
        let letter = eventually(admin, &list, |answer| {
            answer["messages"][0]["messageId"]
                .as_str()
                .map(str::to_owned)
        });
        let letter = admin
            .get(&format!("/v1/messages/{}", letter.await))
            .await
            .unwrap();
        let text = letter["message"]["text"].as_str().unwrap().to_owned();
        let link = text
            .split_whitespace()
            .find(|word| word.contains("/q/"))
            .unwrap();
        let token = link
            .rsplit("/q/")
            .next()
            .unwrap()
            .trim_end_matches(['.', ')']);
        let anybody = Client::anonymous(&admin.base).unwrap();
        let path = format!("/v1/questionnaires/{token}");
        let questions = anybody.get(&path).await.unwrap();
        let answer = json!({
            "reason": questions["options"][0]["code"], "comment": self.says("a comment of"), "contactWanted": true,
        });
        anybody
            .post(&format!("{path}:answer"), &answer)
            .await
            .unwrap();
    }

    async fn deals(&mut self, admin: &Client, deal: &str, number: usize) {
        let path = format!("/v1/deals/{deal}");
        let note = json!({"note": self.says("a note about")});
        eventually(admin, &path, |answer| {
            (answer["deal"]["dealId"] == deal).then_some(())
        })
        .await;
        admin.patch(&path, &note).await.unwrap();
        let activity = json!({"activity": {"kind": "call", "note": self.says("a call to")}});
        let planned = admin
            .post(&format!("{path}/activities"), &activity)
            .await
            .unwrap();
        let activity = planned["activity"]["activityId"].as_str().unwrap();
        let complete = format!("{path}/activities/{activity}:complete");
        let result = json!({"result": self.says("the result of")});
        admin.post(&complete, &result).await.unwrap();
        let next = json!({"nextContactAt": "2031-06-01T09:00:00Z", "contactKind": "call"});
        admin
            .post(&format!("{path}:planNextContact"), &next)
            .await
            .unwrap();
        let offer = json!({"offerId": OfferId::generate().to_string(), "content": {
            "currency": "EUR", "addressee": self.says("to"), "introduction": self.says("dear"),
            "terms": self.says("terms for"), "language": "en",
            "lines": [{"text": "Chairs", "quantityMilli": "1000", "unitPriceMinor": "250000", "kind": "LINE_KIND_BASE"}],
        }});
        admin.post(&format!("{path}/offers"), &offer).await.unwrap();
        match number % 4 {
            0 => {
                win(admin, deal).await.unwrap();
                self.contracts(admin, deal).await;
            }
            1 => {
                let lost = json!({"reason": "price", "note": self.says("lost by")});
                admin.post(&format!("{path}:lose"), &lost).await.unwrap();
            }
            _ => {}
        }
    }

    async fn contracts(&mut self, admin: &Client, deal: &str) {
        let list = format!("/v1/contracts?dealId={deal}");
        let contract = eventually(admin, &list, |answer| {
            answer["contracts"][0]["contractId"]
                .as_str()
                .map(str::to_owned)
        });
        let contract = contract.await;
        let path = format!("/v1/contracts/{contract}");
        let terms = json!({"terms": self.says("terms with"), "title": self.says("contract of")});
        admin.patch(&path, &terms).await.unwrap();
        for step in ["send", "sign", "activate"] {
            patient(admin, &format!("{path}:{step}"), &json!({}))
                .await
                .unwrap();
        }
        self.contract = Some(contract);
    }

    /// What staff write down about it, and another record of it.
    pub(crate) async fn is_known(&self, admin: &Client, campaign: &Campaign) {
        let path = format!("/v1/persons/{}", self.person);
        let card = admin.get(&path).await.unwrap()["person"].clone();
        let mut changed = card.clone();
        changed["tags"] = json!([self.says("tag")]);
        changed["attributes"] = json!({"hobby": self.says("likes")});
        changed["revision"] = json!("0");
        admin
            .patch(&path, &json!({"person": changed}))
            .await
            .unwrap();
        let consent = json!({"consent": {
            "channel": "email", "contact": self.email(), "state": "CONSENT_STATE_REFUSED",
            "source": self.says("call with"), "proof": self.says("recording of"),
        }});
        admin
            .post(&format!("{path}/consents"), &consent)
            .await
            .unwrap();
        let case = json!({"case": {
            "caseId": CaseId::generate().to_string(), "personId": self.person, "step": "delivery",
            "severity": "minor", "text": self.says("late for"),
        }});
        admin.post("/v1/cases", &case).await.unwrap();
        let other = PersonId::generate().to_string();
        let record = json!({"person": {
            "personId": other, "name": {"full": self.name()},
            "emails": [format!("{}@home-demo.lv", self.word)],
        }});
        admin.post("/v1/persons", &record).await.unwrap();
        let merge = json!({
            "joinedId": other, "mergeId": MergeId::generate().to_string(), "note": self.says("twice"),
        });
        admin.post(&format!("{path}:merge"), &merge).await.unwrap();
        self.takes_part(admin, campaign).await;
    }

    async fn takes_part(&self, admin: &Client, campaign: &Campaign) {
        let list = json!({"participants": [{
            "name": {"full": self.name()}, "emails": [self.email()], "personId": self.person,
        }]});
        let path = format!("{}/participants", campaign.path);
        let added = admin.post(&path, &list).await.unwrap();
        let participant = added["participants"][0]["participantId"].as_str().unwrap();
        let theirs = format!("{path}/{participant}");
        let contact = json!({"interaction": {"kind": "call", "result": self.says("rang")}});
        admin
            .post(&format!("{theirs}/interactions"), &contact)
            .await
            .unwrap();
        let response = json!({"response": {"positive": true, "text": self.says("yes of")}});
        admin
            .post(&format!("{theirs}/responses"), &response)
            .await
            .unwrap();
        let answer = json!({"answer": {"participantId": participant, "answers": [
            {"code": "why", "text": self.says("because of")}, {"code": "nps", "number": 9},
        ]}});
        let answers = format!("/v1/surveys/{}/answers", campaign.survey);
        admin.post(&answers, &answer).await.unwrap();
        let tokens = json!({"participantIds": [participant]});
        let issue = format!("/v1/surveys/{}:issueTokens", campaign.survey);
        admin.post(&issue, &tokens).await.unwrap();
    }

    /// Ends what the law wants kept.
    pub(crate) async fn leaves(&self, admin: &Client) {
        let Some(contract) = &self.contract else {
            return;
        };
        let path = format!("/v1/contracts/{contract}:end");
        let end = json!({"kind": "terminated", "reason": "price"});
        admin.post(&path, &end).await.unwrap();
    }

    pub(crate) async fn is_erased(&self, admin: &Client) -> Value {
        let path = format!("/v1/persons/{}:erase", self.person);
        let body = json!({"reason": "asked for it by letter"});
        admin.post(&path, &body).await.unwrap()["erasure"].clone()
    }
}

impl Campaign {
    pub(crate) async fn run(admin: &Client) -> Self {
        let fair = json!({"campaign": {"kind": "exhibition", "name": "Spring fair"}});
        let made = admin.post("/v1/campaigns", &fair).await.unwrap();
        let path = format!(
            "/v1/campaigns/{}",
            made["campaign"]["campaignId"].as_str().unwrap()
        );
        let running = json!({"state": "CAMPAIGN_STATE_RUNNING"});
        admin.post(&format!("{path}:move"), &running).await.unwrap();
        let survey = SurveyId::generate().to_string();
        let asked = json!({"survey": {"surveyId": survey, "title": "After the fair", "questions": [
            {"code": "why", "kind": "QUESTION_KIND_TEXT", "text": "Why?"},
            {"code": "nps", "kind": "QUESTION_KIND_NPS", "text": "How likely?"},
        ]}});
        admin
            .post(&format!("{path}/surveys"), &asked)
            .await
            .unwrap();
        Self { path, survey }
    }
}
