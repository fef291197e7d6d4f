//! Participants whose persons are one, or do not want to be reached.

use ids::{ConsentId, MergeId, PersonId};
use messaging::RawEvent;
use proto::{
    campaigns::v1 as pb,
    convert::timestamp,
    customers::v1::{ConsentRecorded, PersonRecorded, PersonsMerged, PersonsSplit},
};

use crate::fixture::{Desk, desks, event, participant};

fn merged(merge: &str, kept: &str, joined: &str, revision: i64) -> RawEvent {
    let message = PersonsMerged {
        merge_id: merge.to_owned(),
        kept_id: kept.to_owned(),
        joined_id: joined.to_owned(),
        ..PersonsMerged::default()
    };
    event(&message, merge, revision)
}

fn split(merge: &str, kept: &str, joined: &str, revision: i64) -> RawEvent {
    let message = PersonsSplit {
        merge_id: merge.to_owned(),
        kept_id: kept.to_owned(),
        joined_id: joined.to_owned(),
        ..PersonsSplit::default()
    };
    event(&message, merge, revision)
}

fn recorded(person: &str, email: &str) -> RawEvent {
    let message = PersonRecorded {
        person_id: person.to_owned(),
        emails: vec![email.to_owned()],
        ..PersonRecorded::default()
    };
    event(&message, person, 1)
}

fn said(person: &str, channel: &str, state: &str, revision: i64) -> RawEvent {
    let message = ConsentRecorded {
        person_id: person.to_owned(),
        consent_id: ConsentId::generate().to_string(),
        channel: channel.to_owned(),
        purpose: "mailing".to_owned(),
        contact: String::new(),
        state: state.to_owned(),
        stated_at: Some(timestamp("2026-11-22T10:00:00Z".parse().unwrap())),
        ..ConsentRecorded::default()
    };
    event(&message, person, revision)
}

/// Of each participant its first address and by which channels it is not to be reached.
async fn list(desk: &Desk, campaign: &str, person: &str) -> Vec<(String, Vec<String>)> {
    let request = pb::ListParticipantsRequest {
        campaign_id: campaign.to_owned(),
        person_id: person.to_owned(),
        ..pb::ListParticipantsRequest::default()
    };
    let listed = desk.client().list_participants(request).await.unwrap();
    let listed = listed.into_inner();
    assert_eq!(
        listed.total,
        i64::try_from(listed.participants.len()).unwrap()
    );
    let listed = listed.participants.into_iter();
    listed
        .map(|it| (it.emails.concat(), it.refused_channels))
        .collect()
}

#[tokio::test]
async fn the_stricter_side_of_a_merged_person_shows_at_its_participants() {
    for desk in desks().await {
        let campaign = desk.create("Fair").await.campaign_id;
        let [a, b] = [PersonId::generate(), PersonId::generate()].map(|it| it.to_string());
        let of = |person: &str, email: &str| pb::Participant {
            person_id: person.to_owned(),
            ..participant("Anna", email)
        };
        // The second is known by its address only.
        let all = vec![
            of(&a, "anna@a.org"),
            of("", "anna@b.org"),
            of("", "x@y.org"),
        ];
        desk.add(&campaign, all).await.unwrap();
        let merge = MergeId::generate().to_string();
        desk.deliver_twice(&[
            said(&b, "email", "refused", 3),
            said(&b, "sms", "given", 2),
            recorded(&b, "Anna@B.org"),
        ])
        .await;
        let no = vec!["email".to_owned()];
        let row = |email: &str, refused: &[String]| (email.to_owned(), refused.to_vec());
        let alone = [
            row("anna@a.org", &[]),
            row("anna@b.org", &no),
            row("x@y.org", &[]),
        ];
        assert_eq!(list(&desk, &campaign, "").await, alone, "{}", desk.label);
        desk.deliver_twice(&[merged(&merge, &a, &b, 1)]).await;
        let together = [
            row("anna@a.org", &no),
            row("anna@b.org", &no),
            row("x@y.org", &[]),
        ];
        assert_eq!(list(&desk, &campaign, "").await, together, "{}", desk.label);
        desk.deliver_twice(&[split(&merge, &a, &b, 2)]).await;
        assert_eq!(list(&desk, &campaign, "").await, alone, "{}", desk.label);
    }
}

#[tokio::test]
async fn participants_of_all_records_are_listed_while_they_are_one() {
    for desk in desks().await {
        let campaign = desk.create("Fair").await.campaign_id;
        let [a, b] = [PersonId::generate(), PersonId::generate()].map(|it| it.to_string());
        let of = |person: &str, email: &str| pb::Participant {
            person_id: person.to_owned(),
            ..participant("Anna", email)
        };
        let all = vec![
            of(&a, "anna@a.org"),
            of(&b, "anna@b.org"),
            of("", "x@y.org"),
        ];
        desk.add(&campaign, all).await.unwrap();
        let merge = MergeId::generate().to_string();
        assert_eq!(list(&desk, &campaign, &b).await.len(), 1, "{}", desk.label);
        desk.deliver_twice(&[merged(&merge, &b, &a, 1)]).await;
        assert_eq!(list(&desk, &campaign, &b).await.len(), 2, "{}", desk.label);
        assert_eq!(list(&desk, &campaign, &a).await.len(), 2, "{}", desk.label);
        desk.deliver_twice(&[split(&merge, &b, &a, 2)]).await;
        assert_eq!(list(&desk, &campaign, &a).await.len(), 1, "{}", desk.label);
    }
}
