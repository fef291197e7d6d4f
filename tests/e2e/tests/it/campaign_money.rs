//! From what a campaign costs to the figures of what it brings, through the public edge.

mod figures;

use e2e::{Client, Doors, Platform};
use ids::MergeId;
use proto::analytics::v1::{RebuildRequest, operations_service_client::OperationsServiceClient};
use serde_json::{Value, json};
use tonic::transport::Endpoint;

use crate::{
    MODES, SOON, first,
    funnel::{submit, win},
    money::signed,
    once,
};

/// What was done, by its ids.
struct Company {
    platform: Platform,
    admin: Client,
    doors: Doors,
    /// The campaign whose form brings the first client.
    fair: String,
}

/// Somebody who bought.
struct Buyer {
    person: String,
    deal: String,
    contract: String,
}

#[tokio::test]
async fn money_is_followed_from_the_campaign_to_the_key_account() {
    for mode in MODES {
        let company = Company::begin(Platform::start(mode).await.unwrap()).await;
        let anna = company.won_by_the_fair().await;
        company.refused().await;
        let brought = company.brought_by(&anna.person).await;
        let position = company.caught_up().await;

        figures::check(&company, &anna, position).await;
        let before = figures::totals(&company.admin).await;
        assert_eq!(figures::clients(&company.admin).await, "2");
        let merge = json!({"joinedId": brought.person, "mergeId": MergeId::generate()});
        let path = format!("/v1/persons/{}:merge", anna.person);
        company.admin.post(&path, &merge).await.unwrap();
        assert!(company.caught_up().await > position);
        let after = figures::totals(&company.admin).await;
        assert_eq!(before, after, "{mode:?}: a merge changes no total");
        assert_eq!(figures::clients(&company.admin).await, "1");
        company.figures_are_what_the_log_says().await;
    }
}

impl Company {
    /// A running campaign with costs in two currencies and hours of work, and a form of its own.
    async fn begin(platform: Platform) -> Self {
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let rates = json!({"rates": [{"currency": "HUF", "day": "2020-01-01", "rate": "0.0025"}]});
        let recorded = admin.post("/v1/rates", &rates).await.unwrap();
        assert_eq!(recorded["recorded"], 1);
        let fair = campaign(&admin, "exhibition", "=Spring fair").await;
        let path = format!("/v1/campaigns/{fair}/costs");
        for cost in [
            json!({"kind": "COST_KIND_EXPENSE", "line": "Stand",
                "planned": euros("9000"), "actual": euros("10000")}),
            json!({"kind": "COST_KIND_EXPENSE", "line": "Brochures",
                "actual": {"minor": "4012345", "currency": "HUF"}}),
            json!({"kind": "COST_KIND_LABOUR", "line": "Talks", "actualMinutes": "45",
                "hourlyRate": euros("2501")}),
        ] {
            admin.post(&path, &json!({"cost": cost})).await.unwrap();
        }
        let door = json!({"door": {
            "kind": "DOOR_KIND_FORM", "key": "form-fair", "name": "Fair", "campaignId": fair,
            "locale": "lv", "country": "LV", "active": true,
        }});
        admin.post("/v1/doors", &door).await.unwrap();
        Self {
            platform,
            admin,
            doors,
            fair,
        }
    }

    /// By the form of the fair and an e-mail to an offer, a deal, and a contract that is paid and grows.
    async fn won_by_the_fair(&self) -> Buyer {
        let body = json!({"full_name": "Anna Ozola", "email": "anna.ozola@acme-demo.lv"});
        let (status, receipt) = self.doors.form("form-fair", "anna-1", &body).await.unwrap();
        assert_eq!(status, 201, "{receipt}");
        let lead = receipt["leadId"].as_str().unwrap();
        let mail = "From: Anna Ozola <anna.ozola@acme-demo.lv>\r\nTo: sales@example.org\r\n\
                    Subject: Chairs\r\nMessage-ID: <anna-2@acme-demo.lv>\r\nMIME-Version: 1.0\r\n\
                    Content-Type: text/plain; charset=utf-8\r\n\r\nHow long is the delivery?\r\n";
        let (_, receipt) = self.doors.email("box-lv", mail.into()).await.unwrap();
        assert_eq!(receipt["leadId"], lead, "{receipt}");

        let deal = self.qualified(lead, "Thirty chairs", "250000").await;
        self.offer_accepted(&deal).await;
        let contract = win(&self.admin, &deal).await;
        self.paid_and_grown(&contract).await;
        let person = self.person(lead).await;
        Buyer {
            person,
            deal,
            contract,
        }
    }

    /// The deal of a lead that was found worth one.
    async fn qualified(&self, lead: &str, title: &str, minor: &str) -> String {
        let body = json!({
            "outcome": "OUTCOME_POSITIVE", "talk": "Wants an offer",
            "newDeal": {"title": title, "amount": euros(minor)},
        });
        let path = format!("/v1/leads/{lead}:recordOutcome");
        self.admin.post(&path, &body).await.unwrap();
        let deals = format!("/v1/deals?leadId={lead}");
        let deal = first(&self.admin, &deals, "deals").await;
        deal["dealId"].as_str().unwrap().to_owned()
    }

    async fn person(&self, lead: &str) -> String {
        let path = format!("/v1/persons?leadId={lead}");
        let person = first(&self.admin, &path, "persons").await;
        person["personId"].as_str().unwrap().to_owned()
    }

    async fn offer_accepted(&self, deal: &str) {
        let content = json!({"content": {
            "currency": "EUR", "addressee": "Anna Ozola", "language": "lv",
            "lines": [{
                "text": "Chair", "unit": "piece", "quantityMilli": "30000",
                "unitPriceMinor": "10000", "taxBp": 2100, "kind": "LINE_KIND_BASE",
            }],
        }});
        let path = format!("/v1/deals/{deal}/offers");
        let made = self.admin.post(&path, &content).await.unwrap();
        let offer = made["offer"]["offerId"].as_str().unwrap();
        for step in ["send", "accept"] {
            let path = format!("/v1/offers/{offer}:{step}");
            self.admin.post(&path, &json!({})).await.unwrap();
        }
        let card = self.admin.get(&format!("/v1/deals/{deal}")).await.unwrap();
        assert_eq!(card["deal"]["amount"]["minor"], "300000");
    }

    async fn paid_and_grown(&self, contract: &str) {
        let path = format!("/v1/contracts/{contract}");
        let plan = json!({"instalments": {"count": 2}});
        let pay = format!("{path}/payments:plan");
        let planned = self.admin.post(&pay, &plan).await.unwrap();
        let payment = planned["payments"][0]["paymentId"].as_str().unwrap();
        let came = json!({"amount": euros("150000")});
        let receive = format!("{path}/payments/{payment}:receiveAmount");
        self.admin.post(&receive, &came).await.unwrap();
        let more = json!({"amountAdded": euros("50000")});
        let grown = self.admin.post(&format!("{path}:expand"), &more).await;
        assert_eq!(grown.unwrap()["contract"]["value"]["minor"], "350000");
    }

    async fn refused(&self) {
        let lead = submit(
            &self.doors,
            "janos-1",
            "Kovács János",
            "kovacs.janos@acme-demo.hu",
        );
        let path = format!("/v1/leads/{}:recordOutcome", lead.await);
        let body = json!({"outcome": "OUTCOME_NEGATIVE", "reason": "PRICE"});
        self.admin.post(&path, &body).await.unwrap();
    }

    /// Somebody who comes with the code of another one, and buys.
    async fn brought_by(&self, person: &str) -> Buyer {
        let friends = campaign(&self.admin, "referral", "Bring a friend").await;
        let path = format!("/v1/campaigns/{friends}");
        let terms = json!({"terms": {"reward": euros("5000")}});
        let promise = format!("{path}/referralTerms");
        self.admin.patch(&promise, &terms).await.unwrap();
        let whose = json!({"personId": person});
        // Campaigns hear of persons by events.
        let code = testkit::eventually(SOON, async || {
            let path = format!("{path}/referralCodes");
            let made = self.admin.post(&path, &whose).await;
            made.map_err(|error| format!("{error:#}"))
        });
        let code = code.await;
        let body = json!({
            "full_name": "Ivan Petrov", "email": "ivan.petrov@acme-demo.org",
            "referral_code": code["code"]["code"],
        });
        let (status, receipt) = self.doors.form("form-en", "ivan-1", &body).await.unwrap();
        assert_eq!(status, 201, "{receipt}");
        let lead = receipt["leadId"].as_str().unwrap();
        let deal = self.qualified(lead, "Ten desks", "100000").await;
        let contract = win(&self.admin, &deal).await;
        let rewarded = |answer: &Value| {
            let referral = &answer["referrals"][0];
            referral["state"] == "REFERRAL_STATE_REWARDED" && referral["dealId"] == deal.as_str()
        };
        once(&self.admin, "/v1/referrals", rewarded).await;
        let person = self.person(lead).await;
        Buyer {
            person,
            deal,
            contract,
        }
    }

    /// Waits until everything that happened is in the figures: their position.
    async fn caught_up(&self) -> i64 {
        self.platform.wait_caught_up(SOON).await.unwrap();
        let status = once(&self.admin, "/v1/analytics/status", |status| {
            status["lagFacts"] == "0" && status["stale"] == "0"
        });
        figures::number(&status.await["position"])
    }

    /// Derives all figures anew beside the living ones; both are equal.
    async fn figures_are_what_the_log_says(&self) {
        let channel = Endpoint::from_shared(self.platform.base.clone()).unwrap();
        let mut client = OperationsServiceClient::new(channel.connect_lazy());
        let request = signed(&self.admin, RebuildRequest { verify: true });
        let mut steps = client.rebuild(request).await.unwrap().into_inner();
        let mut last = None;
        while let Some(step) = steps.message().await.unwrap() {
            last = Some(step);
        }
        let last = last.unwrap();
        assert!(last.done && last.equal, "{:?}", last.tables);
        let rows: i64 = last.tables.iter().map(|table| table.living_rows).sum();
        assert!(rows > 100, "{rows} rows");
    }
}

/// A running campaign: its id.
async fn campaign(admin: &Client, kind: &str, name: &str) -> String {
    let campaign = json!({"campaign": {"kind": kind, "name": name}});
    let made = admin.post("/v1/campaigns", &campaign).await.unwrap();
    let id = made["campaign"]["campaignId"].as_str().unwrap().to_owned();
    let running = json!({"state": "CAMPAIGN_STATE_RUNNING"});
    let path = format!("/v1/campaigns/{id}:move");
    admin.post(&path, &running).await.unwrap();
    id
}

fn euros(minor: &str) -> Value {
    json!({"minor": minor, "currency": "EUR"})
}
