//! Each door, each verdict, and what a repeat says.

use e2e::{Doors, Platform, doors::partner};
use proto::intake::v1::{LeadInput, Receipt, StreamLeadsRequest, SubmitLeadRequest, Verdict};
use serde_json::json;

use crate::MODES;

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_another_body_is_refused() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let body = json!({"full_name": "Mark Twain", "email": "mark.twain@acme-demo.org"});
        let (status, one) = doors.form("form-en", "k-1", &body).await.unwrap();
        assert_eq!(status, 201, "{one}");
        let (status, two) = doors.form("form-en", "k-1", &body).await.unwrap();
        assert!(status.is_success(), "{two}");
        assert_eq!(two["submissionId"], one["submissionId"], "{mode:?}");
        assert_eq!(two["verdict"], one["verdict"], "{mode:?}");
        assert_eq!(two["replayed"], true, "{mode:?}");
        let other = json!({"full_name": "Mark Twain", "email": "other@acme-demo.org"});
        let (status, refused) = doors.form("form-en", "k-1", &other).await.unwrap();
        assert_eq!(status, 409, "{refused}");
        assert_eq!(
            refused["error"]["reason"], "IDEMPOTENCY_KEY_REUSED",
            "{mode:?}"
        );
    }
}

#[tokio::test]
async fn one_person_through_every_door_is_one_lead() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let form = json!({
            "full_name": "Юрий Щербаков", "email": "y.shcherbakov@acme-demo.ru", "phone": "+371 26 111 222",
        });
        let (_, first) = doors.form("form-ru", "f-1", &form).await.unwrap();
        let lead = first["leadId"].as_str().unwrap().to_owned();

        let mail = b"From: =?koi8-r?B?4NLJyiD9xdLCwcvP1w==?= <Y.Shcherbakov@acme-demo.ru>\r\n\
            To: sales@acme-demo.org\r\nSubject: =?windows-1251?B?z/Dl8uXt5+j/?=\r\n\
            Message-ID: <one@acme-demo.ru>\r\nMIME-Version: 1.0\r\n\
            Content-Type: text/plain; charset=windows-1251\r\n\r\n\xcf\xf0\xe8\xe2\xe5\xf2\r\n";
        let (status, second) = doors.email("box-ru", mail.to_vec()).await.unwrap();
        assert!(status.is_success(), "{second}");
        assert_eq!(second["verdict"], "VERDICT_ATTACHED", "{mode:?}: {second}");
        assert_eq!(second["leadId"], lead.as_str(), "{mode:?}");

        let mut receipts = Vec::new();
        for event in ["ringing", "answered", "answered", "ended"] {
            let call = json!({
                "call_id": "c-1", "event": event, "from": "+37126111222", "to": "+37167000000",
                "at": "2026-11-22T10:00:00Z",
            });
            let (status, answer) = doors.call("line-lv", &call).await.unwrap();
            assert!(status.is_success(), "{answer}");
            assert_eq!(
                answer["lead"]["leadId"],
                lead.as_str(),
                "{mode:?}: the caller is known"
            );
            receipts.push(answer["submissionId"].clone());
        }
        receipts.dedup();
        assert_eq!(receipts.len(), 1, "{mode:?}: one call");

        let record = LeadInput {
            external_id: "p-1".to_owned(),
            full_name: "Yuriy Shcherbakov".to_owned(),
            emails: vec!["y.shcherbakov@acme-demo.ru".to_owned()],
            ..LeadInput::default()
        };
        let receipt = doors.submit(record).await.unwrap();
        assert_eq!(receipt.verdict(), Verdict::Attached, "{mode:?}");
        assert_eq!(receipt.lead_id, lead, "{mode:?}");
        let card = admin.get(&format!("/v1/leads/{lead}")).await.unwrap();
        assert_eq!(card["lead"]["enquiries"], 4, "{mode:?}: {card}");
    }
}

#[tokio::test]
async fn a_stream_answers_each_record_and_survives_a_bad_one() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let record = |id: &str, name: &str| StreamLeadsRequest {
            lead: Some(LeadInput {
                external_id: id.to_owned(),
                full_name: name.to_owned(),
                emails: vec![format!("{}@acme-demo.org", name.replace(' ', "."))],
                ..LeadInput::default()
            }),
        };
        let records = vec![
            record("s-1", "Nora Field"),
            record("", "Olga Stone"),
            record("s-2", "Max Hill"),
            record("s-1", "Nora Field"),
        ];
        let mut answers = doors.stream(futures::stream::iter(records)).await.unwrap();
        let mut receipts = Vec::new();
        while let Some(answer) = answers.message().await.unwrap() {
            assert_eq!(answer.index, i64::try_from(receipts.len()).unwrap());
            receipts.push(answer.receipt.unwrap());
        }
        let verdicts: Vec<Verdict> = receipts.iter().map(Receipt::verdict).collect();
        assert_eq!(
            verdicts,
            [
                Verdict::Created,
                Verdict::Rejected,
                Verdict::Created,
                Verdict::Created
            ],
            "{mode:?}: {receipts:?}"
        );
        assert!(receipts[3].replayed, "{mode:?}");
        assert!(
            !receipts[1].reason.is_empty(),
            "{mode:?}: a rejection says why"
        );
    }
}

#[tokio::test]
async fn a_test_key_and_a_dry_run_make_no_lead() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let (_, key) = partner(&admin, "Sandboxed", true).await.unwrap();
        let lead = LeadInput {
            external_id: "x-1".to_owned(),
            full_name: "Test Person".to_owned(),
            emails: vec!["test.person@acme-demo.org".to_owned()],
            ..LeadInput::default()
        };
        let mut sandbox = doors.partner_with(&key).unwrap();
        let request = SubmitLeadRequest {
            lead: Some(lead.clone()),
            validate_only: false,
        };
        let receipt = sandbox
            .submit_lead(request)
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert!(receipt.sandbox, "{mode:?}");
        let mut live = doors.partner().unwrap();
        let request = SubmitLeadRequest {
            lead: Some(lead),
            validate_only: true,
        };
        let receipt = live
            .submit_lead(request)
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert_eq!(receipt.verdict(), Verdict::Created, "{mode:?}: predicted");
        let leads = admin.get("/v1/leads").await.unwrap();
        assert_eq!(leads["total"], "0", "{mode:?}");
        let submissions = admin.list("/v1/submissions", "submissions").await.unwrap();
        assert_eq!(submissions.len(), 1, "{mode:?}: the dry run left nothing");
    }
}

#[tokio::test]
async fn forged_calls_and_unknown_doors_are_turned_away() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let call = json!({"call_id": "c", "event": "ringing", "from": "+37126111222"});
        let response = admin
            .http
            .post(format!("{}/doors/call/line-lv", platform.base))
            .header("x-tributary-timestamp", "1")
            .header("x-tributary-signature", "v1=00")
            .json(&call)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 401, "{mode:?}");
        let (status, _) = doors
            .form("nowhere", "", &json!({"email": "a@acme-demo.org"}))
            .await
            .unwrap();
        assert_eq!(status, 404, "{mode:?}");
        let submissions = admin.list("/v1/submissions", "submissions").await.unwrap();
        assert!(submissions.is_empty(), "{mode:?}: {submissions:?}");
    }
}
