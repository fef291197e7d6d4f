//! Commands about what has happened and what it comes to: `explain`, `events`, `analytics`.

use std::time::Duration;

use proto::{
    analytics::v1::{ListClientsRequest, reports_service_client::ReportsServiceClient},
    contracts::v1::{
        ActivateContractRequest, ListContractsRequest, SendContractRequest, SignContractRequest,
        contracts_service_client::ContractsServiceClient,
    },
    deals::v1::{
        AcceptOfferRequest, CreateOfferRequest, DeclineOfferRequest, LineKind, OfferContent,
        OfferLine, SendOfferRequest, WinDealRequest, deals_service_client::DealsServiceClient,
        offers_service_client::OffersServiceClient,
    },
    intake::v1::{
        LeadInput, NewDeal, Outcome, RecordOutcomeRequest,
        intake_service_client::IntakeServiceClient,
    },
    types::v1::Money,
};
use rpc::Channel;
use serde_json::Value;
use testkit::eventually;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
};

use crate::asking::{Platform, assert_contains, lead};

/// Enough for anything that follows by events on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// Somebody who asked and bought.
struct Sale {
    submission: String,
    lead: String,
    deal: String,
    contract: String,
}

/// From a lead to a contract in force.
async fn sale(platform: &Platform) -> Sale {
    let nora = LeadInput {
        message: "Thirty chairs".to_owned(),
        ..lead("Nora Field", "Mill", "nora@mill.hu", "+36 20 425 8809")
    };
    let receipt = platform.enter(nora).await;
    let way = InterceptedService::new(platform.channel(), Bearer(platform.bearer().await));

    let outcome = RecordOutcomeRequest {
        lead_id: receipt.lead_id.clone(),
        outcome: Outcome::Positive.into(),
        new_deal: Some(NewDeal {
            title: "Thirty chairs".to_owned(),
            amount: Some(Money {
                minor: 90_000_000,
                currency: "HUF".to_owned(),
            }),
            ..NewDeal::default()
        }),
        ..RecordOutcomeRequest::default()
    };
    let mut intake = IntakeServiceClient::new(way.clone());
    let card = intake.record_outcome(outcome).await.unwrap().into_inner();
    let deal = card.lead.unwrap().deal_id;
    offer(OffersServiceClient::new(way.clone()), &deal).await;
    let deals = DealsServiceClient::new(way.clone());
    eventually(SOON, async || {
        let request = WinDealRequest {
            deal_id: deal.clone(),
            amount: None,
        };
        deals.clone().win_deal(request).await
    })
    .await;
    let mut contracts = ContractsServiceClient::new(way);
    let contract = eventually(SOON, async || {
        let request = ListContractsRequest {
            deal_id: deal.clone(),
            ..ListContractsRequest::default()
        };
        let list = contracts.clone().list_contracts(request).await;
        let first = list.unwrap().into_inner().contracts.into_iter().next();
        first.ok_or("no contract")
    });
    let contract_id = contract.await.contract_id;
    let id = || contract_id.clone();
    let request = SendContractRequest { contract_id: id() };
    contracts.send_contract(request).await.unwrap();
    let request = SignContractRequest {
        contract_id: id(),
        signed_at: None,
    };
    contracts.sign_contract(request).await.unwrap();
    let request = ActivateContractRequest { contract_id: id() };
    contracts.activate_contract(request).await.unwrap();
    Sale {
        submission: receipt.submission_id,
        lead: receipt.lead_id,
        deal,
        contract: contract_id,
    }
}

type Way = InterceptedService<Channel, Bearer>;

/// Signs each call.
#[derive(Clone)]
struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let metadata = request.metadata_mut();
        metadata.insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// An offer that is too much, and one that is accepted: for what the deal is worth anyway.
async fn offer(mut offers: OffersServiceClient<Way>, deal: &str) {
    let line = |kind: LineKind, text: &str, quantity_milli, price| OfferLine {
        kind: kind.into(),
        text: text.to_owned(),
        unit: "piece".to_owned(),
        quantity_milli,
        unit_price_minor: Some(price),
        discount_bp: 1_000,
        tax_bp: 2_700,
        ..OfferLine::default()
    };
    let lines = [
        line(LineKind::Base, "Chair", 30_000, 2_500_000),
        line(LineKind::CrossSell, "Assembly by hour", 7_500, 2_000_000),
    ];
    let rest = OfferLine {
        discount_bp: 0,
        ..line(LineKind::UpSell, "Better cloth", 1_000, 9_000_000)
    };
    let mut ids = Vec::new();
    for lines in [lines[..1].to_vec(), [&lines[..], &[rest]].concat()] {
        let created = eventually(SOON, async || {
            let request = CreateOfferRequest {
                deal_id: deal.to_owned(),
                offer_id: String::new(),
                content: Some(OfferContent {
                    currency: "HUF".to_owned(),
                    language: "hu".to_owned(),
                    lines: lines.clone(),
                    ..OfferContent::default()
                }),
            };
            offers.clone().create_offer(request).await
        });
        let offer_id = created.await.into_inner().offer.unwrap().offer_id;
        let request = SendOfferRequest {
            offer_id: offer_id.clone(),
            revision: 0,
        };
        offers.send_offer(request).await.unwrap();
        ids.push(offer_id);
    }
    let [too_much, right] = <[String; 2]>::try_from(ids).unwrap();
    let request = DeclineOfferRequest { offer_id: too_much };
    offers.decline_offer(request).await.unwrap();
    let request = AcceptOfferRequest { offer_id: right };
    offers.accept_offer(request).await.unwrap();
}

/// Every id in a text is as it can be pasted again: none is without what tells its kind.
#[track_caller]
fn assert_ids(text: &str) {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let bare = |word: &&str| word.len() == 32 && word.bytes().all(|it| it.is_ascii_hexdigit());
    let bare: Vec<&str> = words.filter(bare).collect();
    assert!(bare.is_empty(), "{bare:?} in {text}");
}

async fn reports(platform: &Platform) -> ReportsServiceClient<Way> {
    let way = InterceptedService::new(platform.channel(), Bearer(platform.bearer().await));
    ReportsServiceClient::new(way)
}

/// What a command says once `part` is in it.
async fn once(platform: &Platform, arguments: &[&str], part: &str) -> String {
    eventually(SOON, async || {
        let (code, out, error) = platform.run(arguments);
        if code == 0 && out.contains(part) {
            Ok(out)
        } else {
            Err(format!("{arguments:?}: {code} {out}{error}"))
        }
    })
    .await
}

fn objects(lines: &str) -> Vec<Value> {
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_and_its_contract_are_explained_by_their_journey() {
    let platform = Platform::start();
    let sale = sale(&platform).await;
    let by_contract = once(&platform, &["explain", &sale.contract], "active").await;
    assert_contains(
        &by_contract,
        &[
            &format!("asked      {}", sale.contract),
            "figures    as of 20",
            "What came\n",
            // Not in the log, which knows nothing of verdicts: intake was asked.
            "created",
            &sale.submission,
            "Deals\n",
            &sale.deal,
            "won",
            "900000.00 HUF",
            "Offers\n",
            "declined  net 675000.00 HUF",
            "accepted  net 900000.00 HUF",
            "total 1143000.00 HUF",
            "cross_sell  7.5  piece  Assembly by hour  20000.00  less 10.00 %  135000.00  HUF",
            "up_sell       1  piece  Better cloth      90000.00                 90000.00  HUF",
            "Contracts\n",
            "Credit for contracts\n",
            "time_decay",
            "100.00 %",
        ],
    );
    assert_ids(&by_contract);
    // The same journey, whichever of its ids is asked for; messages may have gone out meanwhile.
    let by_deal = platform.say(&["explain", &sale.deal]);
    let sold = |text: &str| text.split_once("\nDeals\n").unwrap().1.to_owned();
    assert_eq!(sold(&by_deal), sold(&by_contract));
    let card = platform.say(&["explain", &sale.lead]);
    let parts = ["Cards\n", "Deals\n", "Offers\n", &sale.deal, &sale.contract];
    assert_contains(&card, &parts);
    assert_ids(&card);
    let json = platform.say(&["explain", &sale.deal, "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let journey = &json["journey"];
    assert_eq!(journey["contracts"][0]["contractId"], sale.contract);
    assert_eq!(journey["deals"][0]["dealId"], sale.deal);
    assert_eq!(json["offers"][0]["dealId"], sale.deal);
    assert_eq!(json["offers"][0]["upSellMinor"], "9000000");

    let unknown = "deal_01a214d694037691ac20105228092802";
    let refused = format!("error: nothing is known of {unknown}\n");
    assert_eq!(platform.fail(&["explain", unknown]), (1, refused));
    assert_eq!(platform.dev.interrupt().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_shown_from_any_place() {
    let platform = Platform::start();
    let sale = sale(&platform).await;
    once(&platform, &["explain", &sale.contract], "active").await;

    let out = platform.say(&["events", "tail", "--last", "5", "--no-follow", "--json"]);
    let last = objects(&out);
    let positions: Vec<i64> = last
        .iter()
        .map(|event| event["position"].as_i64().unwrap())
        .collect();
    assert_eq!(positions.len(), 5, "{out}");
    assert!(
        positions.windows(2).all(|two| two[0] + 1 == two[1]),
        "{out}"
    );
    let out = platform.say(&["events", "replay", "--json"]);
    let all = objects(&out);
    // More may have happened since.
    assert!(all.windows(5).any(|five| five == last), "{out}");
    assert!(
        !out.contains("Nora") && !out.contains("nora@mill.hu"),
        "{out}"
    );

    let created = platform.say(&["events", "replay", "--kind", "LeadCreated"]);
    assert_eq!(created.lines().count(), 1, "{created}");
    assert_contains(
        &created,
        &["intake.v1.LeadCreated ", &sale.lead, "\"leadId\""],
    );
    let of_deal = platform.say(&["events", "replay", "--subject", &sale.deal, "--json"]);
    let kinds: Vec<Value> = objects(&of_deal)
        .iter()
        .map(|event| event["kind"].clone())
        .collect();
    assert!(
        kinds.contains(&"tributary.deals.v1.DealWon".into()),
        "{of_deal}"
    );
    assert!(!of_deal.contains("LeadCreated"), "{of_deal}");

    let logged = |event: &Value| event["logged_at"].as_str().unwrap().to_owned();
    let since = logged(&last[0]);
    let out = platform.say(&["events", "replay", "--since", &since, "--json"]);
    let found = objects(&out);
    assert!(last.iter().all(|event| found.contains(event)), "{out}");
    assert!(found.iter().all(|event| logged(event) >= since), "{out}");
    let after = positions[0].to_string();
    let out = platform.say(&["events", "replay", "--after", &after, "--json"]);
    assert!(objects(&out).starts_with(&last[1..]), "{out}");
    assert_eq!(
        platform.say(&["events", "replay", "--since", "2099-01-01"]),
        ""
    );

    let (code, error) = platform.fail(&["events", "replay", "--kind", "LeadLost"]);
    assert_eq!(code, 1, "{error}");
    assert_contains(&error, &["LeadLost is no kind of event in the log"]);
    let (code, error) = platform.fail(&["events", "replay", "--since", "yesterday"]);
    assert_eq!(code, 2, "{error}");
    assert_contains(&error, &["--since yesterday: expected a day like 20"]);
    let (code, error) = platform.fail(&["events", "tail", "--no-follow", "--subject", "deal_1"]);
    assert_eq!(code, 1, "{error}");
    assert_contains(&error, &["subject_id"]);
    assert_eq!(platform.dev.interrupt().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_follow_rates_and_are_what_the_log_says() {
    let platform = Platform::start();
    let sale = sale(&platform).await;
    once(&platform, &["explain", &sale.contract], "active").await;
    assert_eq!(
        platform.say(&["analytics", "rates", "list"]),
        "There are no rates.\n"
    );
    let file = platform.write(
        "rates.csv",
        "day,currency,rate\n2020-01-01,HUF,0.0025\n2020-01-02,RUB,0.01\n",
    );
    let import = ["analytics", "rates", "import", &file];
    assert_contains(&platform.say(&import), &["2 rates read, 2 of them new"]);
    assert_contains(&platform.say(&import), &["2 rates read, 0 of them new"]);
    let listed = platform.say(&["analytics", "rates", "list", "--currency", "HUF"]);
    assert_contains(&listed, &["2020-01-01  1 HUF  0.0025 EUR"]);
    let broken = platform.write("broken.csv", "day,currency,rate\n2020-01-01,HUF,many\n");
    let (code, error) = platform.fail(&["analytics", "rates", "import", &broken]);
    assert_eq!(code, 1, "{error}");
    assert_contains(&error, &["line 2"]);
    let (code, error) = platform.fail(&["analytics", "rates", "import", "none.csv"]);
    assert_eq!(code, 1, "{error}");
    assert_contains(&error, &["none.csv cannot be read"]);

    let status = once(&platform, &["analytics", "status"], ", 0 s behind").await;
    assert_contains(
        &status,
        &["figures    as of 20", "currency   EUR", "living"],
    );
    let restated = once(&platform, &["explain", &sale.deal, "--json"], "\"225000\"").await;
    let json: Value = serde_json::from_str(&restated).unwrap();
    assert_eq!(json["journey"]["contracts"][0]["value"]["minor"], "225000");

    let verified = platform.say(&["analytics", "rebuild", "--verify"]);
    assert_contains(&verified, &["funnel_cell", "same", "The figures are what "]);
    assert!(!verified.contains("differs"), "{verified}");
    let rebuilt = platform.say(&["analytics", "rebuild"]);
    assert_contains(&rebuilt, &["All figures were derived anew from "]);
    assert_contains(&platform.say(&["analytics", "fit"]), &["Version "]);
    assert_eq!(platform.dev.interrupt().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstrated_year_has_offers_and_opinions() {
    let demo = ["--ephemeral", "--demo", "--people", "80"];
    let mut platform = Platform::start_with(&demo);
    let line = platform.dev.next_line();
    assert!(line.trim_start().starts_with("Demo "), "{line}");
    let told = |kind: &str| {
        let out = platform.say(&["events", "replay", "--kind", kind, "--json"]);
        let events = objects(&out).into_iter();
        events
            .map(|it| it["message"].clone())
            .collect::<Vec<Value>>()
    };

    let offers = told("OfferRecorded");
    let in_state = |state: &str| offers.iter().filter(|it| it["state"] == state).count();
    let [sent, accepted, declined] = ["sent", "accepted", "declined"].map(in_state);
    assert!(accepted > 0 && declined > 0, "{offers:?}");
    assert!(sent >= accepted + declined, "what is answered was sent");
    for part in ["upSellMinor", "crossSellMinor"] {
        assert!(offers.iter().any(|it| it[part].is_string()), "{part}");
    }
    let deals = told("DealWon");
    let sold = offers.iter().filter(|it| it["state"] == "accepted");
    for offer in sold {
        let deal = deals.iter().find(|it| it["dealId"] == offer["dealId"]);
        if let Some(deal) = deal {
            assert_eq!(deal["amount"], offer["amount"], "the deal was won for it");
        }
    }

    let answers = told("SurveyAnswered");
    assert!(!answers.is_empty());
    for answer in &answers {
        let recommends = answer["recommends"].as_i64().unwrap();
        assert!((0..=10).contains(&recommends), "{answer}");
        assert!(answer["personId"].is_string(), "of the base: {answer}");
    }
    let reports = reports(&platform).await;
    let opinions = eventually(SOON, async || {
        let request = ListClientsRequest {
            page_size: 500,
            ..ListClientsRequest::default()
        };
        let clients = reports.clone().list_clients(request).await.unwrap();
        let clients = clients.into_inner().rows;
        let opinions: Vec<i32> = clients.iter().filter_map(|it| it.recommends).collect();
        if opinions.is_empty() {
            return Err(format!("{} clients of no opinion", clients.len()));
        }
        Ok(opinions)
    });
    assert!(opinions.await.len() <= answers.len());
    assert_eq!(platform.dev.interrupt().0, 0);
}
