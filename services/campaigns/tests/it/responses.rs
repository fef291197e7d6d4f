//! What participants answer, and the leads that their answers become.

use std::time::Duration;

use ids::{ActivityId, LeadId, ParticipantId, ResponseId};
use messaging::RawEvent;
use proto::{
    campaigns::v1::{self as pb, CampaignState, ParticipantStatus as Status, ResponseRecorded},
    intake::v1::{EnquiryAttached, LeadCreated},
    types::v1::Source,
};
use rpc::Code;

use crate::fixture::{desks, event, refused, staff, wrong};

pub(crate) fn positive(text: &str) -> pb::Response {
    pb::Response {
        response_id: ResponseId::generate().to_string(),
        positive: true,
        text: text.to_owned(),
        ..pb::Response::default()
    }
}

fn source(campaign: &str, response: &str) -> Source {
    Source {
        campaign_id: campaign.to_owned(),
        response_id: response.to_owned(),
        ..Source::default()
    }
}

pub(crate) fn created(lead: LeadId, campaign: &str, response: &str) -> RawEvent {
    let message = LeadCreated {
        lead_id: lead.to_string(),
        source: Some(source(campaign, response)),
        ..LeadCreated::default()
    };
    event(&message, &message.lead_id, 1)
}

pub(crate) fn attached(lead: LeadId, campaign: &str, response: &str) -> RawEvent {
    let message = EnquiryAttached {
        lead_id: lead.to_string(),
        source: Some(source(campaign, response)),
        ..EnquiryAttached::default()
    };
    event(&message, &message.lead_id, 4)
}

#[tokio::test]
async fn a_response_is_recorded_once_and_announced_with_its_participant() {
    for desk in desks().await {
        let id = desk.running("Fair").await;
        let anna = desk.participant(&id, "anna@example.org").await;
        let given = positive("Да, 100% \"интересно\"");
        let stored = desk.respond(&id, &anna, given.clone()).await.unwrap();
        let expected = pb::Response {
            participant_id: anna.clone(),
            recorded_by: staff().to_string(),
            responded_at: stored.responded_at,
            ..given.clone()
        };
        assert_eq!(stored, expected, "{}", desk.label);
        desk.hands.advance(Duration::from_secs(1));
        let again = desk.respond(&id, &anna, given.clone()).await;
        assert_eq!(again.unwrap(), expected, "the same id twice");
        assert_eq!(desk.responses(&id).await, [expected]);
        assert_eq!(
            desk.status(&id, &anna).await,
            Status::Actual,
            "{}",
            desk.label
        );
        let announced = desk.announced::<ResponseRecorded>().await;
        assert_eq!(announced.len(), 1, "{}", desk.label);
        let (revision, announced) = &announced[0];
        assert_eq!((*revision, announced.positive), (1, true));
        assert_eq!(announced.emails, ["anna@example.org"]);
        assert_eq!(announced.name.as_ref().unwrap().full, "Anna");

        let berta = desk.participant(&id, "berta@example.org").await;
        let taken = desk.respond(&id, &berta, given).await;
        refused(taken, Code::AlreadyExists, "ID_TAKEN");
        let negative = pb::Response::default();
        desk.respond(&id, &berta, negative).await.unwrap();
        assert_eq!(
            desk.status(&id, &berta).await,
            Status::Refused,
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let anna = desk.participant(&id, "anna@example.org").await;
        let early = desk.respond(&id, &anna, positive("yes")).await;
        refused(early, Code::FailedPrecondition, "CAMPAIGN_NOT_STARTED");
        desk.enter(&id, CampaignState::Past).await.unwrap();
        desk.respond(&id, &anna, positive("late, but taken"))
            .await
            .unwrap();
        let other = desk.running("Other").await;
        let foreign = desk.respond(&other, &anna, positive("yes")).await;
        refused(foreign, Code::NotFound, "PARTICIPANT_NOT_FOUND");
        let nobody = ParticipantId::generate().to_string();
        let unknown = desk.respond(&id, &nobody, positive("yes")).await;
        refused(unknown, Code::NotFound, "PARTICIPANT_NOT_FOUND");
        let nothing = pb::Response {
            activity_id: ActivityId::generate().to_string(),
            ..positive("yes")
        };
        let nothing = desk.respond(&id, &anna, nothing).await;
        refused(nothing, Code::NotFound, "ACTIVITY_NOT_FOUND");
        let bad = pb::Response {
            response_id: "x".to_owned(),
            text: "\u{1}".to_owned(),
            ..pb::Response::default()
        };
        let fields = wrong(desk.respond("", "", bad).await);
        let expected = [
            "campaign_id",
            "participant_id",
            "response.response_id",
            "response.text",
        ];
        assert_eq!(fields, expected, "{}", desk.label);
        assert_eq!(
            desk.announced::<ResponseRecorded>().await.len(),
            1,
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn a_response_shows_its_lead_whichever_came_first() {
    for desk in desks().await {
        let id = desk.running("Fair").await;
        let anna = desk.participant(&id, "anna@example.org").await;
        let (before, after) = (positive("before"), positive("after"));
        let joined = positive("joined");
        let leads = [LeadId::generate(), LeadId::generate(), LeadId::generate()];
        desk.respond(&id, &anna, before.clone()).await.unwrap();
        desk.deliver_twice(&[
            created(leads[1], &id, &after.response_id),
            created(leads[0], &id, &before.response_id),
            attached(leads[2], &id, &joined.response_id),
        ])
        .await;
        for late in [&after, &joined] {
            desk.respond(&id, &anna, late.clone()).await.unwrap();
            let again = desk.respond(&id, &anna, late.clone()).await.unwrap();
            assert!(!again.lead_id.is_empty(), "{}", desk.label);
        }
        let listed = desk.responses(&id).await;
        for (given, lead) in [(before, leads[0]), (after, leads[1]), (joined, leads[2])] {
            let found = listed.iter().find(|it| it.response_id == given.response_id);
            assert_eq!(
                found.unwrap().lead_id,
                lead.to_string(),
                "{} {}",
                desk.label,
                given.text
            );
        }
        let figures = desk.card(&id).await.figures.unwrap();
        assert_eq!(
            (figures.leads, figures.responses),
            (2, 3),
            "who joins is no further lead"
        );
    }
}

#[tokio::test]
async fn events_without_a_campaign_have_no_effect() {
    for desk in desks().await {
        let bare = LeadCreated {
            lead_id: LeadId::generate().to_string(),
            ..LeadCreated::default()
        };
        desk.deliver_twice(&[
            event(&bare, &bare.lead_id, 1),
            event(&EnquiryAttached::default(), "lead_1", 1),
            created(LeadId::generate(), "", ""),
            attached(LeadId::generate(), "", ""),
        ])
        .await;
        let id = desk.create("Fair").await.campaign_id;
        assert_eq!(
            desk.card(&id).await.figures,
            Some(pb::CampaignFigures::default())
        );
    }
}

#[tokio::test]
async fn responses_come_in_pages_newest_first() {
    for desk in desks().await {
        let id = desk.running("Fair").await;
        let anna = desk.participant(&id, "anna@example.org").await;
        let mut made = Vec::new();
        for number in 0..5 {
            if number % 2 == 0 {
                desk.hands.advance(Duration::from_micros(500_500));
            }
            let stored = desk.respond(&id, &anna, positive("yes")).await;
            made.push(stored.unwrap().response_id);
        }
        made.reverse();
        let mut wanted = pb::ListResponsesRequest {
            campaign_id: id,
            page_size: 2,
            ..pb::ListResponsesRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 2, 1] {
            let page = desk
                .client()
                .list_responses(wanted.clone())
                .await
                .unwrap()
                .into_inner();
            assert_eq!(page.responses.len(), rows, "{}", desk.label);
            seen.extend(page.responses.into_iter().map(|it| it.response_id));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(
            (seen, wanted.page_token.as_str()),
            (made, ""),
            "{}",
            desk.label
        );
    }
}
