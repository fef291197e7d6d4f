//! Participants by the list.

use futures::TryStreamExt as _;
use ids::{CampaignId, InteractionId, MergeId, ParticipantId, PersonId};
use messaging::RawEvent;
use proto::{
    campaigns::v1::{
        self as pb, Answered, CampaignRecorded, ParticipantContacted, ParticipantRecorded,
        ParticipantStatus, ResponseRecorded, RowVerdict,
    },
    customers::v1::{PersonRecorded, PersonsMerged},
    types::v1::PersonName,
};
use rpc::Code;
use tonic::Status;

use crate::fixture::{Desk, campaign, desks, event, participant, refused, staff, wrong};

fn person(id: PersonId, name: &str, email: &str, revision: i64) -> RawEvent {
    let message = PersonRecorded {
        person_id: id.to_string(),
        name: Some(PersonName {
            given: name.to_owned(),
            family: "Field".to_owned(),
            ..PersonName::default()
        }),
        emails: vec![email.to_owned()],
        organisation: "Field Mills".to_owned(),
        locale: "lv".to_owned(),
        ..PersonRecorded::default()
    };
    event(&message, &message.person_id, revision)
}

async fn all(desk: &Desk, campaign: &str) -> Vec<pb::Participant> {
    let request = pb::ListParticipantsRequest {
        campaign_id: campaign.to_owned(),
        page_size: 500,
        ..pb::ListParticipantsRequest::default()
    };
    let listed = desk.client().list_participants(request).await.unwrap();
    listed.into_inner().participants
}

async fn names(desk: &Desk, campaign: &str) -> Vec<String> {
    let mut names: Vec<String> = all(desk, campaign)
        .await
        .into_iter()
        .map(|it| it.name.unwrap().full)
        .collect();
    names.sort();
    names
}

pub(crate) fn quick(list: pb::PeopleList) -> pb::CreateQuickCampaignRequest {
    pb::CreateQuickCampaignRequest {
        campaign: Some(pb::Campaign {
            campaign_id: CampaignId::generate().to_string(),
            kind: "calling".to_owned(),
            ..campaign("Cold calls")
        }),
        activity: Some(pb::Activity {
            kind: "calls".to_owned(),
            ..pb::Activity::default()
        }),
        list: Some(list),
    }
}

fn contacts(names: &[&str]) -> pb::PeopleList {
    let contact = |name: &&str| participant(name, &format!("{name}@example.org"));
    pb::PeopleList {
        participants: names.iter().map(contact).collect(),
        ..pb::PeopleList::default()
    }
}

async fn create(
    desk: &Desk,
    request: &pb::CreateQuickCampaignRequest,
) -> Result<pb::CreateQuickCampaignResponse, Status> {
    let made = desk.lists().create_quick_campaign(request.clone()).await;
    made.map(tonic::Response::into_inner)
}

async fn add(desk: &Desk, campaign: &str, list: pb::PeopleList) -> Result<pb::ListSummary, Status> {
    let request = pb::AddListRequest {
        campaign_id: campaign.to_owned(),
        list: Some(list),
        status: ParticipantStatus::Potential.into(),
    };
    let added = desk.lists().add_list(request).await;
    added.map(|it| it.into_inner().list.unwrap())
}

async fn result(
    desk: &Desk,
    request: &pb::RecordResultRequest,
) -> Result<pb::RecordResultResponse, Status> {
    let recorded = desk.lists().record_result(request.clone()).await;
    recorded.map(tonic::Response::into_inner)
}

fn summary(added: i64, known: i64) -> pb::ListSummary {
    pb::ListSummary {
        added,
        known,
        unknown_person_ids: Vec::new(),
    }
}

#[tokio::test]
async fn a_quick_campaign_is_made_in_one_step_and_once() {
    for desk in desks().await {
        let request = quick(contacts(&["anna", "max", "anna"]));
        let made = create(&desk, &request).await.unwrap();
        let card = made.campaign.unwrap();
        assert!(card.quick, "{}", desk.label);
        assert_eq!(card.state(), pb::CampaignState::Running);
        assert_eq!(made.list, Some(summary(2, 1)));
        let activity = made.activity.unwrap();
        assert_eq!(activity.name, "Cold calls");
        let again = create(&desk, &request).await.unwrap();
        assert_eq!(again.activity, Some(activity.clone()));
        assert_eq!(again.list, Some(summary(0, 0)));
        let read = desk.card(&card.campaign_id).await;
        assert_eq!(read.activities, [activity]);
        assert_eq!(read.figures.unwrap().participants, 2);
        let announced = desk.announced::<CampaignRecorded>().await;
        assert_eq!(announced.len(), 1, "{}", desk.label);
        assert!(announced[0].1.quick && announced[0].1.state == "running");
        let second = pb::AddActivityRequest {
            campaign_id: card.campaign_id,
            activity: request.activity.map(|it| pb::Activity {
                name: "again".to_owned(),
                ..it
            }),
        };
        refused(
            desk.client().add_activity(second).await,
            Code::FailedPrecondition,
            "QUICK_CAMPAIGN_HAS_ONE_ACTIVITY",
        );
        let plain = desk.create("Fair").await.campaign_id;
        let mut taken = quick(contacts(&["anna"]));
        taken.campaign.as_mut().unwrap().campaign_id = plain;
        refused(create(&desk, &taken).await, Code::AlreadyExists, "ID_TAKEN");
    }
}

#[tokio::test]
async fn results_of_the_activity_become_contacts_and_responses() {
    for desk in desks().await {
        let request = quick(contacts(&["anna", "max", "nora"]));
        let made = create(&desk, &request).await.unwrap();
        let (id, activity) = (made.campaign.unwrap().campaign_id, made.activity.unwrap());
        let people = all(&desk, &id).await;
        let told = [Answered::Positive, Answered::Negative, Answered::Not];
        for (person, answered) in people.iter().zip(told) {
            let request = pb::RecordResultRequest {
                campaign_id: id.clone(),
                participant_id: person.participant_id.clone(),
                interaction_id: InteractionId::generate().to_string(),
                answered: answered.into(),
                text: "a talk".to_owned(),
                ..pb::RecordResultRequest::default()
            };
            let first = result(&desk, &request).await.unwrap();
            assert_eq!(result(&desk, &request).await.unwrap(), first);
            let interaction = first.interaction.unwrap();
            assert_eq!(interaction.activity_id, activity.activity_id);
            assert_eq!(
                (interaction.kind.as_str(), interaction.by),
                ("call", staff().to_string())
            );
            let positive = first.response.map(|it| (it.positive, it.activity_id));
            let expected = match answered {
                Answered::Not => None,
                answered => Some((answered == Answered::Positive, activity.activity_id.clone())),
            };
            assert_eq!(positive, expected, "{}", desk.label);
            let foreign = pb::RecordResultRequest {
                participant_id: people[2].participant_id.clone(),
                ..request
            };
            if person.participant_id != people[2].participant_id {
                refused(
                    result(&desk, &foreign).await,
                    Code::AlreadyExists,
                    "ID_TAKEN",
                );
            }
        }
        assert_eq!(desk.announced::<ParticipantContacted>().await.len(), 3);
        let responses = desk.announced::<ResponseRecorded>().await;
        let told: Vec<bool> = responses.iter().map(|(_, it)| it.positive).collect();
        assert_eq!(told, [true, false], "{}", desk.label);
        let statuses: Vec<_> = all(&desk, &id)
            .await
            .iter()
            .map(pb::Participant::status)
            .collect();
        assert_eq!(
            statuses,
            [
                ParticipantStatus::Actual,
                ParticipantStatus::Refused,
                ParticipantStatus::Undefined
            ]
        );
    }
}

#[tokio::test]
async fn a_result_that_cannot_be_is_refused() {
    for desk in desks().await {
        let made = create(&desk, &quick(contacts(&["anna"]))).await.unwrap();
        let id = made.campaign.unwrap().campaign_id;
        let people = all(&desk, &id).await;
        let silent = pb::RecordResultRequest {
            campaign_id: id,
            participant_id: people[0].participant_id.clone(),
            kind: "smoke".to_owned(),
            ..pb::RecordResultRequest::default()
        };
        assert_eq!(wrong(result(&desk, &silent).await), ["answered", "kind"]);
        let preparing = desk.create("Fair").await.campaign_id;
        let anna = desk.participant(&preparing, "anna@example.org").await;
        let early = pb::RecordResultRequest {
            campaign_id: preparing,
            participant_id: anna,
            answered: Answered::Not.into(),
            ..pb::RecordResultRequest::default()
        };
        refused(
            result(&desk, &early).await,
            Code::FailedPrecondition,
            "CAMPAIGN_NOT_STARTED",
        );
    }
}

#[tokio::test]
async fn a_list_names_persons_of_the_client_base() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let [anna, other, max, nobody] = std::array::from_fn(|_| PersonId::generate());
        desk.deliver_twice(&[
            person(anna, "Anya", "anya@example.org", 2),
            person(anna, "Ann", "ann@example.org", 1),
            person(other, "Anna", "anna@work.org", 1),
            person(max, "Max", "max@example.org", 1),
        ])
        .await;
        let (merge, kept, joined) = (MergeId::generate(), anna.to_string(), other.to_string());
        let merged = PersonsMerged {
            merge_id: merge.to_string(),
            kept_id: kept,
            joined_id: joined,
            ..PersonsMerged::default()
        };
        desk.deliver_twice(&[event(&merged, &merged.merge_id, 1)])
            .await;
        let persons = |ids: &[PersonId]| pb::PeopleList {
            person_ids: ids.iter().map(ToString::to_string).collect(),
            ..pb::PeopleList::default()
        };
        let told = add(&desk, &id, persons(&[anna, other, max, nobody])).await;
        let expected = pb::ListSummary {
            unknown_person_ids: vec![nobody.to_string()],
            ..summary(2, 1)
        };
        assert_eq!(told.unwrap(), expected, "{}", desk.label);
        assert_eq!(names(&desk, &id).await, ["Anya Field", "Max Field"]);
        let people = all(&desk, &id).await;
        let found = people
            .iter()
            .find(|it| it.person_id == anna.to_string())
            .unwrap();
        assert_eq!(found.emails, ["anya@example.org"]);
        assert_eq!(found.organisation, "Field Mills");
        assert_eq!(found.status(), ParticipantStatus::Potential);
        // The other record of somebody who takes part is nobody new.
        let told = add(&desk, &id, persons(&[other])).await.unwrap();
        assert_eq!(told, summary(0, 1), "{}", desk.label);
    }
}

#[tokio::test]
async fn participants_of_another_campaign_are_taken_over_by_status_and_answer() {
    for desk in desks().await {
        let from = desk.running("Fair").await;
        let many: Vec<String> = (0..1_105).map(|it| format!("p{it}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        desk.add(&from, contacts(&many).participants).await.unwrap();
        for (name, positive) in [("anna", true), ("max", false), ("nora", true)] {
            let id = desk
                .participant(&from, &format!("{name}@example.org"))
                .await;
            let response = pb::Response {
                positive,
                ..pb::Response::default()
            };
            desk.respond(&from, &id, response).await.unwrap();
        }
        let taken = |statuses: &[ParticipantStatus], answered: Answered| pb::PeopleList {
            from_campaign: Some(pb::FromCampaign {
                campaign_id: from.clone(),
                filter: Some(pb::ParticipantFilter {
                    statuses: statuses.iter().map(|it| (*it).into()).collect(),
                    answered: answered.into(),
                }),
            }),
            ..pb::PeopleList::default()
        };
        let cases = [
            (taken(&[], Answered::Unspecified), 1_108),
            (taken(&[], Answered::Positive), 2),
            (taken(&[], Answered::Negative), 1),
            (taken(&[], Answered::Not), 1_105),
            (
                taken(&[ParticipantStatus::Actual], Answered::Unspecified),
                2,
            ),
            (taken(&[ParticipantStatus::Refused], Answered::Positive), 0),
        ];
        for (list, expected) in cases {
            let to = desk.create("Next").await.campaign_id;
            let told = add(&desk, &to, list.clone()).await.unwrap();
            assert_eq!(told, summary(expected, 0), "{} {list:?}", desk.label);
            let told = add(&desk, &to, list).await.unwrap();
            assert_eq!(told, summary(0, expected), "{}", desk.label);
        }
        let made = create(&desk, &quick(taken(&[], Answered::Positive)))
            .await
            .unwrap();
        assert_eq!(made.list, Some(summary(2, 0)), "{}", desk.label);
        let mut nowhere = taken(&[], Answered::Positive);
        nowhere.from_campaign.as_mut().unwrap().campaign_id = CampaignId::generate().to_string();
        let request = quick(nowhere);
        refused(
            create(&desk, &request).await,
            Code::NotFound,
            "CAMPAIGN_NOT_FOUND",
        );
    }
}

async fn import(
    desk: &Desk,
    request: &pb::ImportParticipantsRequest,
) -> Result<Vec<pb::ImportParticipantsResponse>, Status> {
    let told = desk.lists().import_participants(request.clone()).await?;
    told.into_inner().try_collect().await
}

#[tokio::test]
async fn a_file_is_judged_row_by_row_and_kept_once() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        desk.participant(&id, "p3@example.org").await;
        let row = |row: i32| format!("Person {row};p{row}@example.org;red");
        let mut lines = vec!["Name;E-mail;Colour".to_owned()];
        lines.extend((0..1_200).map(row));
        lines.extend(["Twin;P7@example.org;red", ";;red"].map(str::to_owned));
        let request = pb::ImportParticipantsRequest {
            campaign_id: id.clone(),
            csv: lines.join("\n").into_bytes(),
            dry_run: true,
            ..pb::ImportParticipantsRequest::default()
        };
        let dry = import(&desk, &request).await.unwrap();
        assert_eq!(desk.card(&id).await.figures.unwrap().participants, 1);
        let wet = pb::ImportParticipantsRequest {
            dry_run: false,
            ..request
        };
        let first = import(&desk, &wet).await.unwrap();
        for told in [&dry, &first] {
            let last = told.last().unwrap();
            let counts = (last.rows, last.total, last.added, last.known, last.rejected);
            assert_eq!(counts, (1_202, 1_202, 1_199, 2, 1), "{}", desk.label);
            assert!(last.done && told.len() > 1);
            assert_eq!(told[0].unused_columns, ["Colour"]);
            let odd: Vec<(i64, RowVerdict)> = told
                .iter()
                .flat_map(|it| &it.results)
                .filter(|it| it.verdict() != RowVerdict::Added)
                .map(|it| (it.line, it.verdict()))
                .collect();
            let expected = [
                (5, RowVerdict::Known),
                (1_202, RowVerdict::Known),
                (1_203, RowVerdict::Rejected),
            ];
            assert_eq!(odd, expected, "{}", desk.label);
        }
        let announced = desk.announced::<ParticipantRecorded>().await;
        assert_eq!(announced.len(), 1_200, "{}", desk.label);
        let again = import(&desk, &wet).await.unwrap();
        let last = again.last().unwrap();
        assert_eq!((last.added, last.known), (0, 1_201), "{}", desk.label);
        let empty = pb::ImportParticipantsRequest {
            campaign_id: String::new(),
            csv: Vec::new(),
            ..wet
        };
        assert_eq!(wrong(import(&desk, &empty).await), ["campaign_id", "csv"]);
    }
}

#[tokio::test]
async fn many_get_a_status_at_once() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let made = desk
            .add(&id, contacts(&["anna", "max", "nora"]).participants)
            .await;
        let made = made.unwrap();
        let change = |request: pb::ChangeStatusesRequest| {
            let request = pb::ChangeStatusesRequest {
                campaign_id: id.clone(),
                status: ParticipantStatus::Potential.into(),
                ..request
            };
            let mut client = desk.lists();
            async move {
                let changed = client.change_statuses(request).await;
                changed.map(|it| it.into_inner().changed)
            }
        };
        let two = pb::ChangeStatusesRequest {
            participant_ids: made[..2]
                .iter()
                .map(|it| it.participant_id.clone())
                .collect(),
            ..pb::ChangeStatusesRequest::default()
        };
        assert_eq!(change(two.clone()).await.unwrap(), 2, "{}", desk.label);
        assert_eq!(change(two).await.unwrap(), 0);
        let every = pb::ChangeStatusesRequest {
            filter: Some(pb::ParticipantFilter::default()),
            ..pb::ChangeStatusesRequest::default()
        };
        assert_eq!(change(every.clone()).await.unwrap(), 1, "{}", desk.label);
        let strange = ParticipantId::generate().to_string();
        let unknown = pb::ChangeStatusesRequest {
            participant_ids: vec![strange],
            ..pb::ChangeStatusesRequest::default()
        };
        refused(
            change(unknown.clone()).await,
            Code::NotFound,
            "PARTICIPANT_NOT_FOUND",
        );
        let both = pb::ChangeStatusesRequest {
            filter: every.filter,
            ..unknown
        };
        assert_eq!(wrong(change(both).await), ["filter"]);
        let told = desk.announced::<ParticipantRecorded>().await;
        let potential = told.iter().filter(|(_, it)| it.status == "potential");
        assert_eq!(potential.count(), 3, "{}", desk.label);
    }
}
