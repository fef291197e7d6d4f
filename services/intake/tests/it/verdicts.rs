use proto::intake::v1::{self as pb, EnquiryAttached, LeadCreated, Verdict};
use rpc::Code;

use crate::world::{World, refusal, worlds};

async fn posted(world: &World, key: &str, body: &str) -> (Verdict, String) {
    let receipt = world.post(key, body, "").await;
    (receipt.verdict(), receipt.reason)
}

#[tokio::test]
async fn each_post_gets_the_verdict_of_the_table() {
    use Verdict::{Attached, Created, Duplicate, Held, Interest, Rejected};
    let advert = "https://a.example http://b.example https://c.example";
    for world in worlds().await {
        let key = world.form().await;
        let table = [
            (
                r#"{"name":"Nora Field","email":"nora@field.eu"}"#.to_owned(),
                Created,
                "",
            ),
            (
                r#"{"name":"N. Field","email":"nora@field.eu"}"#.to_owned(),
                Attached,
                "",
            ),
            (
                r#"{"name":"Nora Field","email":"nora@field.eu"}"#.to_owned(),
                Duplicate,
                "SAME_CONTENT",
            ),
            (r#"{"phone":"26555143"}"#.to_owned(), Created, ""),
            (
                r#"{"name":"Anna Hill","email":"broken"}"#.to_owned(),
                Created,
                "",
            ),
            (
                r#"{"message":"how much?"}"#.to_owned(),
                Interest,
                "NO_PERSON",
            ),
            (
                r#"{"company":"Field Mills","phone":"67555142"}"#.to_owned(),
                Interest,
                "COMPANY_ONLY",
            ),
            (
                r#"{"company":"Field Mills","email":"info@field.eu"}"#.to_owned(),
                Interest,
                "COMPANY_ONLY",
            ),
            (
                format!(r#"{{"name":"Olga Stone","email":"olga@stone.eu","message":"{advert}"}}"#),
                Held,
                "LOOKS_LIKE_SPAM",
            ),
            (
                r#"{"name":"Max Hill","email":"max@partner.lv"}"#.to_owned(),
                Held,
                "PARTNER_CONTACT",
            ),
            (
                r#"{"name":"Peter Wood","email":"test@test.com"}"#.to_owned(),
                Held,
                "JUNK_CONTACT",
            ),
            (
                r#"{"name":"Nora Field","website_url":"x"}"#.to_owned(),
                Rejected,
                "HONEYPOT",
            ),
            (r#"{"colour":"blue"}"#.to_owned(), Rejected, "EMPTY"),
            (
                r#"{"email":"broken","message":"x"}"#.to_owned(),
                Rejected,
                "NO_VALID_CONTACT",
            ),
            (format!(r#"{{"message":"{advert}"}}"#), Rejected, "SPAM"),
            ("{".to_owned(), Rejected, "MALFORMED_BODY"),
        ];
        for (body, verdict, reason) in &table {
            let found = posted(&world, &key, body).await;
            assert_eq!(
                found,
                (*verdict, (*reason).to_owned()),
                "{}: {body}",
                world.label
            );
        }
        assert_eq!(world.submissions().await.len(), table.len());
        let interests = world
            .staff()
            .list_interests(pb::ListInterestsRequest::default())
            .await;
        assert_eq!(
            interests.unwrap().into_inner().interests.len(),
            3,
            "{}",
            world.label
        );
        assert_eq!(world.leads().await.len(), 3);
        assert_eq!(world.announced::<LeadCreated>().await.len(), 3);
        assert_eq!(world.announced::<EnquiryAttached>().await.len(), 1);
    }
}

#[tokio::test]
async fn two_unlike_names_on_one_contact_are_two_leads_and_a_nameless_one_is_nobodys() {
    for world in worlds().await {
        let key = world.form().await;
        let nora = world
            .post(&key, r#"{"name":"Nora Field","phone":"26555142"}"#, "")
            .await;
        let max = world
            .post(&key, r#"{"name":"Max Hill","phone":"26555142"}"#, "")
            .await;
        assert_eq!(max.verdict(), Verdict::Created, "{}", world.label);
        assert_ne!(max.lead_id, nora.lead_id);
        assert_eq!(max.flags, ["CONTACT_SHARED"]);
        let nameless = posted(&world, &key, r#"{"phone":"26555142"}"#).await;
        assert_eq!(nameless, (Verdict::Interest, "SHARED_CONTACT".to_owned()));
        let again = world
            .post(
                &key,
                r#"{"name":"Field Nora","phone":"+371 26 555 142","message":"x"}"#,
                "",
            )
            .await;
        assert_eq!(
            (again.verdict(), again.lead_id),
            (Verdict::Attached, nora.lead_id)
        );
    }
}

#[tokio::test]
async fn bad_contacts_are_told_in_the_receipt() {
    for world in worlds().await {
        let key = world.form().await;
        let receipt = world
            .post(
                &key,
                r#"{"name":"Nora Field","email":"nora","tel":"1"}"#,
                "",
            )
            .await;
        assert_eq!(receipt.verdict(), Verdict::Created);
        assert_eq!(
            receipt.flags,
            ["EMAIL_INVALID", "PHONE_INVALID", "CONTACT_MISSING"]
        );
        assert!(
            receipt.detail.contains("email: EMAIL_NO_AT"),
            "{}: {}",
            world.label,
            receipt.detail
        );
    }
}

fn decide(receipt: &pb::Receipt, verdict: Verdict, lead_id: &str) -> pb::DecideSubmissionRequest {
    pb::DecideSubmissionRequest {
        submission_id: receipt.submission_id.clone(),
        verdict: verdict.into(),
        lead_id: lead_id.to_owned(),
        reason: "looked at it".to_owned(),
    }
}

#[tokio::test]
async fn a_held_submission_is_decided_once() {
    for world in worlds().await {
        let key = world.form().await;
        let known = world
            .post(&key, r#"{"name":"Nora Field","email":"nora@field.eu"}"#, "")
            .await;
        let held = |name: &str| {
            let body = format!(r#"{{"name":"{name}","email":"max@partner.lv"}}"#);
            let (world, key) = (&world, &key);
            async move {
                let receipt = world.post(key, &body, "").await;
                assert_eq!(receipt.verdict(), Verdict::Held);
                receipt
            }
        };
        let first = held("Max Hill").await;
        let mut staff = world.staff();
        let decided = staff
            .decide_submission(decide(&first, Verdict::Created, ""))
            .await
            .unwrap();
        let decided = decided.into_inner().receipt.unwrap();
        assert_eq!(
            (decided.verdict(), decided.reason.as_str()),
            (Verdict::Created, "DECIDED_BY_STAFF")
        );
        assert_eq!(
            world.lead(&decided.lead_id).await.name.unwrap().full,
            "Max Hill"
        );
        let again = staff
            .decide_submission(decide(&first, Verdict::Created, ""))
            .await
            .unwrap();
        assert_eq!(
            again.into_inner().receipt.unwrap().lead_id,
            decided.lead_id,
            "{}",
            world.label
        );
        let (code, explained) = refusal(
            staff
                .decide_submission(decide(&first, Verdict::Rejected, ""))
                .await,
        );
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::FailedPrecondition, "SUBMISSION_NOT_HELD")
        );

        let second = held("Nora Wood").await;
        staff
            .decide_submission(decide(&second, Verdict::Attached, &known.lead_id))
            .await
            .unwrap();
        assert_eq!(
            world.lead(&known.lead_id).await.enquiries,
            2,
            "{}",
            world.label
        );
        let third = held("Peter Stone").await;
        staff
            .decide_submission(decide(&third, Verdict::Interest, ""))
            .await
            .unwrap();
        let fourth = held("Lena Stone").await;
        staff
            .decide_submission(decide(&fourth, Verdict::Rejected, ""))
            .await
            .unwrap();
        let counts = world.verdicts().await;
        assert_eq!(counts.values().sum::<usize>(), 5);
        for verdict in [Verdict::Attached, Verdict::Interest, Verdict::Rejected] {
            assert_eq!(counts[&verdict], 1, "{}: {verdict:?}", world.label);
        }
    }
}

#[tokio::test]
async fn rules_that_changed_are_applied_to_what_was_stored() {
    for world in worlds().await {
        let key = world.form().await;
        let shared = r#"{"company":"Field Mills","phone":"67555142","message":"call"}"#;
        let receipt = world.post(&key, shared, "").await;
        assert_eq!(receipt.verdict(), Verdict::Interest);
        // By now somebody is known by that number alone.
        let nora = world
            .post(&key, r#"{"name":"Nora Field","phone":"67555142"}"#, "")
            .await;
        let rerun = |id: &str| {
            let request = pb::RerunSubmissionRequest {
                submission_id: id.to_owned(),
            };
            let mut staff = world.staff();
            async move { staff.rerun_submission(request).await }
        };
        let again = rerun(&receipt.submission_id)
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert_eq!(again.submission_id, receipt.submission_id);
        assert_eq!(
            (again.verdict(), &again.lead_id),
            (Verdict::Attached, &nora.lead_id),
            "{}",
            world.label
        );
        let interests = world
            .staff()
            .list_interests(pb::ListInterestsRequest::default())
            .await;
        assert!(interests.unwrap().into_inner().interests.is_empty());
        let (_, explained) = refusal(rerun(&receipt.submission_id).await);
        assert_eq!(explained.reason, "SUBMISSION_NOT_RERUNNABLE");
        let raw = pb::GetSubmissionRequest {
            submission_id: receipt.submission_id,
        };
        let raw = world
            .staff()
            .get_submission(raw)
            .await
            .unwrap()
            .into_inner()
            .submission
            .unwrap();
        assert_eq!(raw.raw, shared.as_bytes());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_decisions_at_once_one_counts() {
    for world in worlds().await {
        let key = world.form().await;
        let body = r#"{"name":"Max Hill","email":"max@partner.lv"}"#;
        let held = world.post(&key, body, "").await;
        let decisions = (0..8).map(|_| {
            let (mut staff, request) = (world.staff(), decide(&held, Verdict::Created, ""));
            async move { staff.decide_submission(request).await }
        });
        let answers = futures::future::join_all(decisions).await;
        let decided: Vec<pb::Receipt> = answers
            .into_iter()
            .filter_map(|answer| match answer {
                Ok(response) => response.into_inner().receipt,
                Err(status) => {
                    assert_eq!(rpc::explain(&status).reason, "SUBMISSION_NOT_HELD");
                    None
                }
            })
            .collect();
        assert!(!decided.is_empty(), "{}", world.label);
        assert!(decided.iter().all(|it| it.lead_id == decided[0].lead_id));
        assert_eq!(world.leads().await.len(), 1, "{}", world.label);
    }
}
