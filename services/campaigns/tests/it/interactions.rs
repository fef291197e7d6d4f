//! The interaction log of a participant.

use std::time::Duration;

use ids::ParticipantId;
use proto::campaigns::v1 as pb;
use rpc::Code;
use tonic::Status;

use crate::fixture::{Desk, desks, refused, staff, wrong};

async fn log(
    desk: &Desk,
    campaign: &str,
    participant: &str,
    interaction: pb::Interaction,
) -> Result<pb::Interaction, Status> {
    let request = pb::LogInteractionRequest {
        campaign_id: campaign.to_owned(),
        participant_id: participant.to_owned(),
        interaction: Some(interaction),
    };
    let response = desk.client().log_interaction(request).await;
    response.map(|it| it.into_inner().interaction.unwrap())
}

fn call(result: &str) -> pb::Interaction {
    pb::Interaction {
        kind: "call".to_owned(),
        inbound: true,
        result: result.to_owned(),
        ..pb::Interaction::default()
    }
}

#[tokio::test]
async fn the_log_is_read_in_pages_newest_first() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let anna = desk.participant(&id, "anna@example.org").await;
        let berta = desk.participant(&id, "berta@example.org").await;
        log(&desk, &id, &berta, call("не отвечает")).await.unwrap();
        for number in 0..3 {
            let logged = log(&desk, &id, &anna, call(&format!("Звонок {number}")))
                .await
                .unwrap();
            assert_eq!(logged.by, staff().to_string());
            assert!(logged.at.is_some(), "now when not told");
            desk.hands.advance(Duration::from_micros(500));
        }
        let mut wanted = pb::ListInteractionsRequest {
            campaign_id: id,
            participant_id: anna,
            page_size: 2,
            ..pb::ListInteractionsRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 1] {
            let page = desk.client().list_interactions(wanted.clone()).await;
            let page = page.unwrap().into_inner();
            assert_eq!(page.interactions.len(), rows, "{}", desk.label);
            seen.extend(page.interactions.into_iter().map(|it| it.result));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(seen, ["Звонок 2", "Звонок 1", "Звонок 0"], "{}", desk.label);
        assert_eq!(wanted.page_token, "");
    }
}

#[tokio::test]
async fn what_cannot_be_logged_is_refused() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let nobody = ParticipantId::generate().to_string();
        let unknown = log(&desk, &id, &nobody, call("x")).await;
        refused(unknown, Code::NotFound, "PARTICIPANT_NOT_FOUND");
        let wanted = pb::ListInteractionsRequest {
            campaign_id: id.clone(),
            participant_id: nobody,
            ..pb::ListInteractionsRequest::default()
        };
        let unknown = desk.client().list_interactions(wanted).await;
        refused(unknown, Code::NotFound, "PARTICIPANT_NOT_FOUND");
        let bad = pb::Interaction {
            at: Some(prost_types::Timestamp {
                seconds: i64::MAX,
                nanos: 0,
            }),
            ..pb::Interaction::default()
        };
        let fields = wrong(log(&desk, &id, "", bad).await);
        let expected = ["participant_id", "interaction.kind", "interaction.at"];
        assert_eq!(fields, expected, "{}", desk.label);
    }
}
