//! How a card stands, as told to those who count, and whose code it came with.

use ids::PartnerId;
use proto::intake::v1::{
    self as pb, EnquiryAttached, LeadCreated, LeadRecorded, Outcome, Temperature,
};

use crate::world::{World, door, record, refusal, submit, worlds};

/// Revision, state, topic, temperature, fields filled and wanted.
type Told = (i64, String, String, String, i32, i32);

async fn told(world: &World) -> Vec<Told> {
    let announced = world.announced::<LeadRecorded>().await;
    let told = announced.into_iter().map(|(revision, it)| {
        let (filled, wanted) = (it.filled_fields, it.wanted_fields);
        (revision, it.state, it.topic, it.temperature, filled, wanted)
    });
    told.collect()
}

fn expected(revision: i64, state: &str, topic: &str, warm: &str, filled: i32, wanted: i32) -> Told {
    let text = str::to_owned;
    (
        revision,
        text(state),
        text(topic),
        text(warm),
        filled,
        wanted,
    )
}

#[tokio::test]
async fn each_change_that_counts_is_told_once() {
    for world in worlds().await {
        let agent = world.agent().await;
        let key = world.form().await;
        let body = r#"{"name":"Nora Field","email":"nora@field.eu"}"#;
        let lead = world.post(&key, body, "").await.lead_id;
        let update = |update: pb::UpdateLeadRequest| {
            let request = pb::UpdateLeadRequest {
                lead_id: lead.clone(),
                ..update
            };
            let mut staff = world.staff();
            async move { staff.update_lead(request).await.unwrap() }
        };
        let warm = pb::UpdateLeadRequest {
            topic: Some("mills".to_owned()),
            temperature: Temperature::Hot.into(),
            ..pb::UpdateLeadRequest::default()
        };
        update(warm.clone()).await;
        update(warm).await;
        // What was talked of counts nowhere.
        let talk = pb::UpdateLeadRequest {
            talk: Some("of stones".to_owned()),
            ..pb::UpdateLeadRequest::default()
        };
        update(talk).await;
        let alone = pb::UpdateLeadRequest {
            private_person: Some(true),
            ..pb::UpdateLeadRequest::default()
        };
        update(alone).await;
        let outcome = pb::RecordOutcomeRequest {
            lead_id: lead.clone(),
            outcome: Outcome::Negative.into(),
            reason: "PRICE".to_owned(),
            ..pb::RecordOutcomeRequest::default()
        };
        world.staff().record_outcome(outcome).await.unwrap();
        world
            .post(&key, &body.replace('}', r#","phone":"26555142"}"#), "")
            .await;
        let revisions: Vec<i64> = told(&world).await.iter().map(|it| it.0).collect();
        let last = world.lead(&lead).await.revision;
        assert_eq!(
            told(&world).await,
            [
                expected(revisions[0], "new", "", "", 2, 5),
                expected(3, "new", "mills", "hot", 3, 5),
                expected(5, "new", "mills", "hot", 3, 4),
                expected(revisions[3], "refused", "mills", "hot", 3, 4),
                expected(last, "in_work", "mills", "hot", 4, 4),
            ],
            "{}",
            world.label
        );
        let announced = world.announced::<LeadRecorded>().await;
        let named = |(_, it): &(i64, LeadRecorded)| {
            it.lead_id == lead && it.responsible_id == agent.to_string()
        };
        assert!(announced.iter().all(named), "{announced:?}");
    }
}

#[tokio::test]
async fn the_code_of_a_referrer_goes_with_the_lead() {
    for world in worlds().await {
        let (form, _) = world.door(door(pb::DoorKind::Form)).await;
        let post = |body: &str, page: &str| {
            let request = pb::SubmitFormRequest {
                door_key: form.key.clone(),
                content_type: "application/json".to_owned(),
                body: body.as_bytes().to_vec(),
                referrer: page.to_owned(),
                ..pb::SubmitFormRequest::default()
            };
            let mut edge = world.edge();
            async move { edge.submit_form(request).await.unwrap() }
        };
        post(
            r#"{"name":"Nora Field","email":"nora@field.eu","ref":"K7MX2"}"#,
            "https://field.eu/?ref=OTHER",
        )
        .await;
        post(
            r#"{"name":"Max Hill","email":"max@hill.eu"}"#,
            "https://field.eu/offer?utm_source=x&ref=k7mx2",
        )
        .await;
        post(
            r#"{"name":"Nora Field","email":"nora@field.eu","referral_code":"ABCDE"}"#,
            "",
        )
        .await;
        let coded = |code: &str| pb::LeadInput {
            referral_code: code.to_owned(),
            ..record("r-1", "Ann Ray", "ann@ray.eu")
        };
        let partner = PartnerId::generate();
        let mut client = world.partner(partner, false);
        client.submit_lead(submit(coded("PQRST"))).await.unwrap();
        let code = |source: Option<proto::types::v1::Source>| source.unwrap().referral_code;
        let created = world.announced::<LeadCreated>().await;
        let created: Vec<String> = created.into_iter().map(|(_, it)| code(it.source)).collect();
        assert_eq!(created, ["K7MX2", "k7mx2", "PQRST"], "{}", world.label);
        let attached = world.announced::<EnquiryAttached>().await;
        let attached: Vec<String> = attached
            .into_iter()
            .map(|(_, it)| code(it.source))
            .collect();
        assert_eq!(attached, ["ABCDE"], "{}", world.label);
        let leads = world.leads().await;
        let stored = leads.into_iter().filter(|it| it.emails == ["max@hill.eu"]);
        assert_eq!(
            stored.map(|it| code(it.source)).collect::<Vec<_>>(),
            ["k7mx2"]
        );
        let long = client.submit_lead(submit(coded(&"x".repeat(61)))).await;
        assert_eq!(refusal(long).1.violations[0].field, "lead.referral_code");
    }
}
