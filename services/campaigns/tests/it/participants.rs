//! Who takes part.

use std::{collections::HashSet, time::Duration};

use ids::{CampaignId, ParticipantId};
use proto::campaigns::v1::{self as pb, ParticipantStatus as Status};
use rpc::Code;

use crate::fixture::{Desk, MOST, desks, participant, refused, wrong};

async fn list(desk: &Desk, request: pb::ListParticipantsRequest) -> pb::ListParticipantsResponse {
    let response = desk.client().list_participants(request).await;
    response.unwrap().into_inner()
}

async fn set(
    desk: &Desk,
    campaign: &str,
    id: &str,
    status: Status,
) -> Result<pb::Participant, tonic::Status> {
    let request = pb::UpdateParticipantRequest {
        campaign_id: campaign.to_owned(),
        participant_id: id.to_owned(),
        status: status.into(),
    };
    let response = desk.client().update_participant(request).await;
    response.map(|it| it.into_inner().participant.unwrap())
}

#[tokio::test]
async fn a_list_sent_twice_adds_nobody() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let people: Vec<_> = (0..MOST)
            .map(|number| participant(&format!("Имя {number}"), &format!("p{number}@example.org")))
            .collect();
        let first = desk.add(&id, people.clone()).await.unwrap();
        assert_eq!(first.len(), MOST, "{}", desk.label);
        let names = |list: &[pb::Participant]| -> Vec<String> {
            list.iter()
                .map(|it| it.name.clone().unwrap().full)
                .collect()
        };
        assert_eq!(names(&first), names(&people), "in the order of the request");
        desk.hands.advance(Duration::from_mins(1));
        let mut again = people;
        again.reverse();
        let second = desk.add(&id, again).await.unwrap();
        let mut expected = first;
        expected.reverse();
        assert_eq!(second, expected, "{}", desk.label);
        let figures = desk.card(&id).await.figures.unwrap();
        assert_eq!(figures.participants, i64::try_from(MOST).unwrap());
    }
}

#[tokio::test]
async fn one_contact_is_one_participant_of_each_campaign() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let own = pb::Participant {
            participant_id: ParticipantId::generate().to_string(),
            status: Status::Potential.into(),
            organisation: "ООО \"Ромашка\"".to_owned(),
            phones: vec!["+371 20".to_owned()],
            locale: "lv".to_owned(),
            ..participant("Анна", " ANNA@example.org ")
        };
        let added = desk
            .add(
                &id,
                vec![own.clone(), participant("A.", "anna@EXAMPLE.org")],
            )
            .await
            .unwrap();
        let expected = pb::Participant {
            revision: 1,
            emails: vec!["ANNA@example.org".to_owned()],
            added_at: added[0].added_at,
            ..own.clone()
        };
        assert_eq!(
            added,
            [expected.clone(), expected.clone()],
            "{}",
            desk.label
        );
        let renamed = pb::Participant {
            emails: vec!["new@example.org".to_owned()],
            ..own.clone()
        };
        assert_eq!(
            desk.add(&id, vec![renamed]).await.unwrap(),
            [expected],
            "the same id"
        );

        let other = desk.create("Other").await.campaign_id;
        refused(
            desk.add(&other, vec![own]).await,
            Code::AlreadyExists,
            "ID_TAKEN",
        );
        let elsewhere = desk
            .add(&other, vec![participant("Анна", "anna@example.org")])
            .await;
        assert_ne!(
            elsewhere.unwrap()[0].participant_id,
            added[0].participant_id
        );
    }
}

#[tokio::test]
async fn participants_come_in_pages_and_by_status() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let mut made = Vec::new();
        for list in 0..3 {
            let people = (0..2).map(|it| participant("Anna", &format!("{list}{it}@example.org")));
            let added = desk.add(&id, people.collect()).await.unwrap();
            made.extend(added.into_iter().map(|it| it.participant_id));
            desk.hands.advance(Duration::from_millis(1_500));
        }
        let mut wanted = pb::ListParticipantsRequest {
            campaign_id: id.clone(),
            page_size: 4,
            ..pb::ListParticipantsRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [4, 2] {
            let page = list(&desk, wanted.clone()).await;
            assert_eq!(
                (page.participants.len(), page.total),
                (rows, 6),
                "{}",
                desk.label
            );
            seen.extend(page.participants.into_iter().map(|it| it.participant_id));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(
            (&seen, wanted.page_token.as_str()),
            (&made, ""),
            "{}",
            desk.label
        );
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 6);

        assert_eq!(
            set(&desk, &id, &made[4], Status::Refused)
                .await
                .unwrap()
                .revision,
            2
        );
        assert_eq!(
            set(&desk, &id, &made[4], Status::Refused)
                .await
                .unwrap()
                .revision,
            2
        );
        let refusing = pb::ListParticipantsRequest {
            status: Status::Refused.into(),
            campaign_id: id,
            ..pb::ListParticipantsRequest::default()
        };
        let page = list(&desk, refusing).await;
        assert_eq!(
            (page.participants.len(), page.total),
            (1, 1),
            "{}",
            desk.label
        );
        assert_eq!(page.participants[0].participant_id, made[4]);
    }
}

#[tokio::test]
async fn who_is_not_there_is_refused() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let anna = desk.participant(&id, "anna@example.org").await;
        let nobody = ParticipantId::generate().to_string();
        let unknown = set(&desk, &id, &nobody, Status::Actual).await;
        refused(unknown, Code::NotFound, "PARTICIPANT_NOT_FOUND");
        let other = desk.create("Other").await.campaign_id;
        let foreign = set(&desk, &other, &anna, Status::Actual).await;
        refused(foreign, Code::NotFound, "PARTICIPANT_NOT_FOUND");
        let nowhere = CampaignId::generate().to_string();
        let unknown = desk
            .add(&nowhere, vec![participant("A", "a@example.org")])
            .await;
        refused(unknown, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        let missing = pb::ListParticipantsRequest {
            campaign_id: nowhere,
            ..pb::ListParticipantsRequest::default()
        };
        let missing = desk.client().list_participants(missing).await;
        refused(missing, Code::NotFound, "CAMPAIGN_NOT_FOUND");
        let fields = wrong(set(&desk, &id, "", Status::Unspecified).await);
        assert_eq!(fields, ["participant_id", "status"], "{}", desk.label);
    }
}

#[tokio::test]
async fn every_wrong_line_of_a_list_is_named_and_none_is_added() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let bad = pb::Participant {
            person_id: "x".to_owned(),
            ..participant("A", "a@example.org")
        };
        let people = vec![
            pb::Participant::default(),
            participant("Anna", "anna@example.org"),
            bad,
        ];
        let fields = wrong(desk.add(&id, people).await);
        assert_eq!(
            fields,
            ["participants[0].name", "participants[2].person_id"]
        );
        assert_eq!(wrong(desk.add(&id, Vec::new()).await), ["participants"]);
        let many = vec![participant("A", "a@example.org"); MOST + 1];
        assert_eq!(wrong(desk.add(&id, many).await), ["participants"]);
        let figures = desk.card(&id).await.figures.unwrap();
        assert_eq!(figures.participants, 0, "{}", desk.label);
    }
}
