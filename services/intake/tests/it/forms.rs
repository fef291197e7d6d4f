use proto::intake::v1::{self as pb, LeadCreated, Verdict};
use rpc::Code;

use crate::world::{door, refusal, worlds};

const NORA: &str = r#"{"name":"Nora Field","email":"nora@field.eu","phone":"26555142","company":"Field Mills",
        "message":"How much?","utm_source":"news","render_token":"t-1"}"#;

#[tokio::test]
async fn a_post_becomes_a_lead_with_its_source() {
    for world in worlds().await {
        let agent = world.agent().await;
        let key = world.form().await;
        let receipt = world.post(&key, NORA, "").await;
        assert_eq!(
            receipt.verdict(),
            Verdict::Created,
            "{}: {receipt:?}",
            world.label
        );
        let card = world.card(&receipt.lead_id).await;
        let lead = card.lead.unwrap();
        assert_eq!(lead.name.unwrap().full, "Nora Field");
        assert_eq!(lead.emails, ["nora@field.eu"]);
        assert_eq!(lead.phones, ["+37126555142"]);
        assert_eq!(lead.responsible_id, agent.to_string());
        assert!(
            lead.assigned_because.contains("round robin"),
            "{}",
            lead.assigned_because
        );
        let source = lead.source.unwrap();
        assert_eq!(
            (source.channel.as_str(), source.name.as_str()),
            ("form", "site")
        );
        assert_eq!(source.utm["utm_source"], "news");
        let kinds: Vec<&str> = card.history.iter().map(|line| line.kind.as_str()).collect();
        assert_eq!(kinds, ["assigned", "enquiry"]);
        let announced = world.announced::<LeadCreated>().await;
        let [(1, created)] = announced.as_slice() else {
            panic!("{announced:?}")
        };
        assert_eq!(created.lead_id, receipt.lead_id);
        assert_eq!(created.submission_id, receipt.submission_id);
        assert_eq!(created.responsible_id, agent.to_string());
    }
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer() {
    for world in worlds().await {
        let key = world.form().await;
        let first = world.post(&key, NORA, "").await;
        let again = world.post(&key, NORA, "").await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(
            pb::Receipt {
                replayed: false,
                ..again
            },
            first,
            "{}",
            world.label
        );
        let changed = NORA.replace("How much?", "How many?");
        let (code, explained) = refusal(world.try_post(&key, &changed, "").await);
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::AlreadyExists, "IDEMPOTENCY_KEY_REUSED")
        );
        assert_eq!(explained.metadata["submission_id"], first.submission_id);
        let stored = world.submissions().await;
        assert_eq!(stored.len(), 1, "{}", world.label);
        assert_eq!(stored[0].arrivals, 2);
        assert_eq!(world.leads().await.len(), 1);
    }
}

#[tokio::test]
async fn the_same_content_is_a_duplicate_for_a_day() {
    for world in worlds().await {
        let key = world.form().await;
        let body = r#"{"name":"Nora Field","email":"nora@field.eu"}"#;
        let first = world.post(&key, body, "").await;
        let second = world.post(&key, body, "another").await;
        assert_eq!(second.verdict(), Verdict::Duplicate, "{}", world.label);
        assert_eq!(second.lead_id, first.lead_id);
        assert_ne!(second.submission_id, first.submission_id);
        world.hands.advance(std::time::Duration::from_hours(25));
        let later = world.post(&key, body, "").await;
        assert_eq!(later.verdict(), Verdict::Attached);
        assert_eq!(world.lead(&first.lead_id).await.enquiries, 2);
    }
}

#[tokio::test]
async fn only_pages_of_the_site_may_post() {
    for world in worlds().await {
        let (form, _) = world
            .door(pb::Door {
                allowed_origins: vec!["https://field.eu".to_owned()],
                redirect_url: "https://field.eu/thanks".to_owned(),
                ..door(pb::DoorKind::Form)
            })
            .await;
        let post = |origin: &str| {
            let request = pb::SubmitFormRequest {
                door_key: form.key.clone(),
                content_type: "application/x-www-form-urlencoded".to_owned(),
                body: b"name=Nora+Field&email=nora%40field.eu".to_vec(),
                origin: origin.to_owned(),
                referrer: "https://field.eu/?utm_medium=mail".to_owned(),
                ..pb::SubmitFormRequest::default()
            };
            let mut edge = world.edge();
            async move { edge.submit_form(request).await }
        };
        let (code, explained) = refusal(post("https://other.eu").await);
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::PermissionDenied, "ORIGIN_NOT_ALLOWED")
        );
        let good = post("https://field.eu").await.unwrap().into_inner();
        assert_eq!(good.redirect_url, "https://field.eu/thanks");
        let source = world
            .lead(&good.receipt.unwrap().lead_id)
            .await
            .source
            .unwrap();
        assert_eq!(source.utm["utm_medium"], "mail");
        assert_eq!(source.referrer, "https://field.eu/?utm_medium=mail");
    }
}

#[tokio::test]
async fn an_oversized_post_or_a_strange_door_is_refused() {
    for world in worlds().await {
        let key = world.form().await;
        let large = format!(r#"{{"message":"{}"}}"#, "x".repeat(64 * 1024));
        assert_eq!(
            refusal(world.try_post(&key, &large, "").await).0,
            Code::InvalidArgument
        );
        assert_eq!(
            refusal(world.try_post(&key, NORA, &"k".repeat(201)).await).0,
            Code::InvalidArgument
        );
        assert_eq!(
            refusal(world.try_post("nowhere", NORA, "").await).0,
            Code::NotFound
        );
        let mailbox = world.mailbox().await;
        assert_eq!(
            refusal(world.try_post(&mailbox, NORA, "").await).0,
            Code::NotFound
        );
        assert!(world.submissions().await.is_empty(), "{}", world.label);
    }
}
