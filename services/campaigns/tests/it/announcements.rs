//! What is told of activities, participants and contacts with them.

use ids::{ActivityId, InteractionId, LeadId, PersonId};
use messaging::RawEvent;
use proto::{
    campaigns::v1::{
        self as pb, ActivityRecorded, ParticipantContacted, ParticipantRecorded,
        ParticipantStatus as Status,
    },
    customers::v1::PersonRecorded,
};
use rpc::Code;

use crate::{
    activities::add,
    fixture::{Desk, desks, event, participant, refused},
    responses::{created, positive},
};

/// Revision, status and person of each.
async fn participants(desk: &Desk) -> Vec<(i64, String, String)> {
    let told = desk.announced::<ParticipantRecorded>().await;
    let told = told.into_iter();
    told.map(|(revision, it)| (revision, it.status, it.person_id))
        .collect()
}

fn told(revision: i64, status: &str, person: &str) -> (i64, String, String) {
    (revision, status.to_owned(), person.to_owned())
}

pub(crate) fn recorded(person: PersonId, lead: LeadId, revision: i64) -> RawEvent {
    let message = PersonRecorded {
        person_id: person.to_string(),
        lead_ids: vec![lead.to_string()],
        ..PersonRecorded::default()
    };
    event(&message, &message.person_id, revision)
}

#[tokio::test]
async fn an_activity_is_told_with_each_change() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let given = pb::Activity {
            activity_id: ActivityId::generate().to_string(),
            kind: "calls".to_owned(),
            name: "first round".to_owned(),
            ..pb::Activity::default()
        };
        for _ in 0..2 {
            add(&desk, &id, &given).await.unwrap();
        }
        let renamed = pb::Activity {
            name: "second round".to_owned(),
            ..given.clone()
        };
        for _ in 0..2 {
            let request = pb::UpdateActivityRequest {
                campaign_id: id.clone(),
                activity_id: given.activity_id.clone(),
                activity: Some(renamed.clone()),
            };
            desk.client().update_activity(request).await.unwrap();
        }
        let announced = desk.announced::<ActivityRecorded>().await;
        let names: Vec<(i64, &str)> = announced
            .iter()
            .map(|(revision, it)| (*revision, it.name.as_str()))
            .collect();
        assert_eq!(
            names,
            [(1, "first round"), (2, "second round")],
            "{}",
            desk.label
        );
        assert_eq!(announced[0].1.campaign_id, id);
        assert_eq!(announced[0].1.activity_id, given.activity_id);
    }
}

#[tokio::test]
async fn a_participant_is_told_when_added_when_changed_and_when_known() {
    for desk in desks().await {
        let id = desk.running("Fair").await;
        let person = PersonId::generate();
        let anna = participant("Anna", "anna@example.org");
        let list = vec![anna.clone(), anna.clone()];
        desk.add(&id, list.clone()).await.unwrap();
        desk.add(&id, list).await.unwrap();
        assert_eq!(participants(&desk).await, [told(1, "undefined", "")]);
        let known = pb::Participant {
            person_id: person.to_string(),
            ..anna
        };
        for _ in 0..2 {
            let met = desk.add(&id, vec![known.clone()]).await.unwrap().remove(0);
            assert_eq!((met.revision, &met.person_id), (2, &known.person_id));
        }
        let anna = desk.participant(&id, "anna@example.org").await;
        desk.respond(&id, &anna, positive("yes")).await.unwrap();
        let request = pb::UpdateParticipantRequest {
            campaign_id: id,
            participant_id: anna,
            status: Status::Refused.into(),
        };
        desk.client().update_participant(request).await.unwrap();
        let person = person.to_string();
        assert_eq!(
            participants(&desk).await,
            [
                told(1, "undefined", ""),
                told(2, "undefined", &person),
                told(3, "actual", &person),
                told(4, "refused", &person),
            ],
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn who_answered_is_the_person_that_the_lead_became_in_either_order() {
    for desk in desks().await {
        let id = desk.running("Fair").await;
        let mut met = Vec::new();
        for (name, lead_first) in [("anna@example.org", true), ("max@example.org", false)] {
            let given = positive("yes");
            let participant = desk.participant(&id, name).await;
            desk.respond(&id, &participant, given.clone())
                .await
                .unwrap();
            let (lead, person) = (LeadId::generate(), PersonId::generate());
            let mut events = [
                created(lead, &id, &given.response_id),
                recorded(person, lead, 1),
            ];
            if !lead_first {
                events.reverse();
            }
            desk.deliver_twice(&events).await;
            desk.deliver_twice(&[recorded(person, lead, 2), recorded(person, lead, 1)])
                .await;
            met.push(told(3, "actual", &person.to_string()));
        }
        let known = participants(&desk).await;
        let known: Vec<_> = known.into_iter().filter(|it| !it.2.is_empty()).collect();
        assert_eq!(known, met, "{}", desk.label);
    }
}

#[tokio::test]
async fn a_contact_is_told_once_with_its_activity() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let anna = desk.participant(&id, "anna@example.org").await;
        let max = desk.participant(&id, "max@example.org").await;
        let activity = pb::Activity {
            kind: "calls".to_owned(),
            name: "first round".to_owned(),
            ..pb::Activity::default()
        };
        let activity = add(&desk, &id, &activity).await.unwrap().activity_id;
        let given = pb::Interaction {
            interaction_id: InteractionId::generate().to_string(),
            activity_id: activity.clone(),
            kind: "call".to_owned(),
            inbound: true,
            ..pb::Interaction::default()
        };
        let log = |participant: &str, interaction: pb::Interaction| {
            let request = pb::LogInteractionRequest {
                campaign_id: id.clone(),
                participant_id: participant.to_owned(),
                interaction: Some(interaction),
            };
            let mut client = desk.client();
            async move { client.log_interaction(request).await }
        };
        for _ in 0..2 {
            log(&anna, given.clone()).await.unwrap();
        }
        refused(
            log(&max, given.clone()).await,
            Code::AlreadyExists,
            "ID_TAKEN",
        );
        let strange = pb::Interaction {
            interaction_id: String::new(),
            activity_id: ActivityId::generate().to_string(),
            ..given.clone()
        };
        let strange = log(&anna, strange).await;
        refused(strange, Code::NotFound, "ACTIVITY_NOT_FOUND");
        let announced = desk.announced::<ParticipantContacted>().await;
        let [(1, told)] = announced.as_slice() else {
            panic!("{}: {announced:?}", desk.label)
        };
        let expected = ParticipantContacted {
            interaction_id: given.interaction_id,
            campaign_id: id.clone(),
            activity_id: activity,
            participant_id: anna.clone(),
            kind: "call".to_owned(),
            inbound: true,
            contacted_at: told.contacted_at,
        };
        assert_eq!(told, &expected, "{}", desk.label);
    }
}
