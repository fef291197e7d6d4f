//! Participants who were erased.

use ids::{ErasureId, LeadId, PersonId, ResponseId, SurveyId};
use messaging::RawEvent;
use persons::reach::digest;
use proto::{
    campaigns::v1::{
        self as pb, ParticipantErased, QuestionKind, surveys_service_client::SurveysServiceClient,
    },
    customers::v1::{ConsentRecorded, PersonErased, PersonRecorded},
    intake::v1::{LeadCreated, LeadErased},
    types::v1::{PersonName, Source},
};

use crate::fixture::{Desk, at, desks, event, participant};

/// What no row may hold of somebody who was erased.
const WORD: &str = "kalnzars";
const EMAIL: &str = "anna@kalnzars.lv";

fn recorded(person: &str) -> RawEvent {
    let message = PersonRecorded {
        person_id: person.to_owned(),
        name: Some(PersonName {
            full: format!("Anna {WORD}"),
            ..PersonName::default()
        }),
        emails: vec![EMAIL.to_owned()],
        ..PersonRecorded::default()
    };
    event(&message, person, 1)
}

fn said(person: &str) -> RawEvent {
    let message = ConsentRecorded {
        person_id: person.to_owned(),
        channel: "email".to_owned(),
        contact: EMAIL.to_owned(),
        state: "given".to_owned(),
        stated_at: Some(at("2026-11-22T10:00:00Z")),
        ..ConsentRecorded::default()
    };
    event(&message, person, 2)
}

fn erased(person: &str) -> RawEvent {
    let message = PersonErased {
        erasure_id: ErasureId::generate().to_string(),
        person_ids: vec![person.to_owned()],
        email_digests: vec![digest(EMAIL)],
        erased_at: Some(at("2026-11-23T10:00:00Z")),
        ..PersonErased::default()
    };
    event(&message, &message.erasure_id, 1)
}

async fn assert_no_word(desk: &Desk) {
    let places = testkit::places_of(desk.app.outbox.database(), WORD).await;
    assert!(places.is_empty(), "{}: {places:?}", desk.label);
}

async fn listed(desk: &Desk, campaign: &str) -> Vec<pb::Participant> {
    let request = pb::ListParticipantsRequest {
        campaign_id: campaign.to_owned(),
        ..pb::ListParticipantsRequest::default()
    };
    let listed = desk.client().list_participants(request).await;
    listed.unwrap().into_inner().participants
}

/// What is said by a participant and about it.
async fn talks(desk: &Desk, campaign: &str, participant: &str) -> String {
    let response = pb::Response {
        response_id: ResponseId::generate().to_string(),
        positive: true,
        text: format!("yes, says {WORD}"),
        ..pb::Response::default()
    };
    let response = desk.respond(campaign, participant, response).await.unwrap();
    let log = pb::LogInteractionRequest {
        campaign_id: campaign.to_owned(),
        participant_id: participant.to_owned(),
        interaction: Some(pb::Interaction {
            kind: "call".to_owned(),
            result: format!("rang {WORD}"),
            ..pb::Interaction::default()
        }),
    };
    desk.client().log_interaction(log).await.unwrap();
    let mut surveys = SurveysServiceClient::new(desk.channel());
    let question = |code: &str, kind: QuestionKind| pb::SurveyQuestion {
        code: code.to_owned(),
        kind: kind.into(),
        text: format!("{code}?"),
        ..pb::SurveyQuestion::default()
    };
    let survey = pb::Survey {
        survey_id: SurveyId::generate().to_string(),
        title: "After the fair".to_owned(),
        questions: vec![
            question("why", QuestionKind::Text),
            question("nps", QuestionKind::Nps),
        ],
        ..pb::Survey::default()
    };
    let create = pb::CreateSurveyRequest {
        campaign_id: campaign.to_owned(),
        survey: Some(survey.clone()),
    };
    surveys.create_survey(create).await.unwrap();
    let answer = pb::RecordAnswerRequest {
        survey_id: survey.survey_id,
        answer: Some(pb::SurveyAnswer {
            participant_id: participant.to_owned(),
            answers: vec![
                pb::QuestionAnswer {
                    code: "why".to_owned(),
                    text: format!("because of {WORD}"),
                    ..pb::QuestionAnswer::default()
                },
                pb::QuestionAnswer {
                    code: "nps".to_owned(),
                    number: Some(9),
                    ..pb::QuestionAnswer::default()
                },
            ],
            ..pb::SurveyAnswer::default()
        }),
    };
    surveys.record_answer(answer).await.unwrap();
    response.response_id
}

#[tokio::test]
async fn participants_lose_their_words_and_stay_counted() {
    for desk in desks().await {
        let campaign = desk.running("Fair").await;
        let (anna, boris) = (
            PersonId::generate().to_string(),
            PersonId::generate().to_string(),
        );
        desk.deliver_twice(&[recorded(&anna), said(&anna)]).await;
        let given = pb::Participant {
            person_id: anna.clone(),
            ..participant(&format!("Anna {WORD}"), "anna@other.lv")
        };
        // The second is known by its address alone, the third by its lead.
        let known = vec![given, participant(&format!("A. {WORD}"), EMAIL)];
        let added = desk.add(&campaign, known).await.unwrap();
        talks(&desk, &campaign, &added[0].participant_id).await;
        let lead = LeadId::generate().to_string();
        let third = participant(&format!("N. {WORD}"), "n@other.lv");
        let third = desk.add(&campaign, vec![third]).await.unwrap().remove(0);
        let response = talks(&desk, &campaign, &third.participant_id).await;
        let created = LeadCreated {
            lead_id: lead.clone(),
            source: Some(Source {
                response_id: response,
                ..Source::default()
            }),
            ..LeadCreated::default()
        };
        desk.deliver(&event(&created, &lead, 1)).await;
        let other = pb::Participant {
            person_id: boris,
            ..participant("Boris", "boris@other.lv")
        };
        desk.add(&campaign, vec![other]).await.unwrap();
        let before = desk.card(&campaign).await.figures;

        let gone = LeadErased {
            lead_id: lead.clone(),
            erased_at: Some(at("2026-11-23T10:00:00Z")),
        };
        desk.deliver_twice(&[erased(&anna), event(&gone, &lead, 3)])
            .await;
        assert_no_word(&desk).await;
        assert_eq!(desk.card(&campaign).await.figures, before, "{}", desk.label);
        let told = desk.announced::<ParticipantErased>().await;
        assert_eq!(told.len(), 3, "{}: {told:?}", desk.label);
        for shown in listed(&desk, &campaign).await {
            let is_boris = shown.name.clone().unwrap().full == "Boris";
            assert_eq!(shown.erased_at.is_none(), is_boris, "{shown:?}");
        }
    }
}

#[tokio::test]
async fn whatever_comes_late_brings_nothing_back() {
    for desk in desks().await {
        let campaign = desk.running("Fair").await;
        let anna = PersonId::generate().to_string();
        desk.deliver_twice(&[erased(&anna), said(&anna), recorded(&anna)])
            .await;
        assert_no_word(&desk).await;
        // Of the address only that nothing is sent to it.
        desk.add(&campaign, vec![participant("Somebody", EMAIL)])
            .await
            .unwrap();
        let refused = listed(&desk, &campaign).await.remove(0).refused_channels;
        assert_eq!(refused, ["email"], "{}", desk.label);
    }
}
