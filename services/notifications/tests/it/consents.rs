//! Letters to persons who do not want them, alone and merged.

use ids::{ConsentId, LeadId, MergeId, PersonId};
use messaging::RawEvent;
use proto::{
    customers::v1::{ConsentRecorded, PersonRecorded, PersonsMerged, PersonsSplit},
    notifications::v1::{ListMessagesRequest, Message, MessageSettled, MessageState},
};
use rpc::Role;
use testkit::eventually;

use crate::world::{PATIENCE, World, catching, event, noon, refused, stamp, worlds};

fn recorded(person: PersonId, email: &str, lead: LeadId) -> RawEvent {
    let message = PersonRecorded {
        person_id: person.to_string(),
        emails: vec![email.to_owned()],
        lead_ids: vec![lead.to_string()],
        ..PersonRecorded::default()
    };
    event(&message, person, 1)
}

fn said(person: PersonId, purpose: &str, state: &str, revision: i64) -> RawEvent {
    let message = ConsentRecorded {
        person_id: person.to_string(),
        consent_id: ConsentId::generate().to_string(),
        channel: "email".to_owned(),
        purpose: purpose.to_owned(),
        contact: String::new(),
        state: state.to_owned(),
        stated_at: stamp(noon()),
        ..ConsentRecorded::default()
    };
    event(&message, person, revision)
}

fn merged(merge: MergeId, kept: PersonId, joined: PersonId, revision: i64) -> RawEvent {
    let message = PersonsMerged {
        merge_id: merge.to_string(),
        kept_id: kept.to_string(),
        joined_id: joined.to_string(),
        ..PersonsMerged::default()
    };
    event(&message, merge, revision)
}

fn split(merge: MergeId, kept: PersonId, joined: PersonId, revision: i64) -> RawEvent {
    let message = PersonsSplit {
        merge_id: merge.to_string(),
        kept_id: kept.to_string(),
        joined_id: joined.to_string(),
        ..PersonsSplit::default()
    };
    event(&message, merge, revision)
}

/// Refuses the lead and tells what became of its letter.
async fn farewell(world: &World, lead: LeadId, email: &str) -> Message {
    world.deliver(&event(&refused(lead, email), lead, 5)).await;
    eventually(PATIENCE, async || {
        let messages = world.messages().await;
        let about = messages
            .into_iter()
            .find(|it| it.subject_id == lead.to_string());
        let message = about.ok_or("not planned")?;
        let waits = [MessageState::Queued, MessageState::HandedOver].contains(&message.state());
        if waits { Err("waits") } else { Ok(message) }
    })
    .await
}

#[tokio::test]
async fn a_refusal_of_one_record_stops_letters_to_all_while_they_are_one() {
    let sending = worlds()
        .await
        .into_iter()
        .map(|it| (it, MessageState::Accepted));
    let keeping = catching()
        .await
        .into_iter()
        .map(|it| (it, MessageState::Caught));
    for (world, goes) in sending.chain(keeping) {
        let process = world.own_process();
        let [a, b] = [PersonId::generate(), PersonId::generate()];
        let leads: [LeadId; 5] = std::array::from_fn(|_| LeadId::generate());
        world.deliver(&recorded(a, "anna@a.org", leads[0])).await;
        world.deliver(&recorded(b, "anna@b.org", leads[4])).await;
        world.deliver(&said(b, "", "refused", 2)).await;
        let before = farewell(&world, leads[1], "anna@a.org").await;
        assert_eq!(before.state(), goes, "{}", world.label);
        let merge = MergeId::generate();
        world.deliver(&merged(merge, a, b, 1)).await;
        // By the address, and by the lead that is a record's.
        for (lead, email) in [(leads[2], "Anna@A.org"), (leads[0], "new@c.org")] {
            let stopped = farewell(&world, lead, email).await;
            assert_eq!(stopped.state(), MessageState::Suppressed, "{}", world.label);
            assert_eq!(stopped.detail, "consent refused");
            assert_eq!((stopped.attempts, stopped.handed_over_at), (0, None));
            assert!(stopped.settled_at.is_some());
        }
        world.deliver(&split(merge, a, b, 2)).await;
        let after = farewell(&world, leads[3], "anna@a.org").await;
        assert_eq!(after.state(), goes, "{}", world.label);
        let own = farewell(&world, leads[4], "x@y.org").await;
        assert_eq!(own.state(), MessageState::Suppressed, "{}", world.label);
        process.stop().await;
        if goes == MessageState::Accepted {
            assert_eq!(world.sink.mails().len(), 2, "{}", world.label);
        }
        let told = world.announced::<MessageSettled>().await;
        let told = told.iter().filter(|it| it.message.state == "suppressed");
        assert_eq!(told.count(), 3, "{}", world.label);
    }
}

#[tokio::test]
async fn a_consent_given_later_and_one_for_other_letters_stop_nothing() {
    for world in worlds().await {
        let process = world.own_process();
        let person = PersonId::generate();
        world
            .deliver(&recorded(person, "anna@a.org", LeadId::generate()))
            .await;
        world.deliver(&said(person, "mailing", "refused", 2)).await;
        // The later one comes first.
        world.deliver(&said(person, "farewell", "given", 4)).await;
        world.deliver(&said(person, "farewell", "refused", 3)).await;
        let message = farewell(&world, LeadId::generate(), "anna@a.org").await;
        assert_eq!(message.state(), MessageState::Accepted, "{}", world.label);
        process.stop().await;
    }
}

#[tokio::test]
async fn a_refusal_that_comes_while_a_letter_waits_stops_it() {
    for world in worlds().await {
        let person = PersonId::generate();
        let lead = LeadId::generate();
        world.refuse(lead).await;
        world
            .deliver(&recorded(person, "anna@client.example", lead))
            .await;
        world.deliver(&said(person, "farewell", "refused", 2)).await;
        let process = world.own_process();
        let message = world.becomes(MessageState::Suppressed).await;
        assert_eq!(message.subject_id, lead.to_string());
        process.stop().await;
        assert_eq!(world.sink.mails().len(), 0, "{}", world.label);
    }
}

#[tokio::test]
async fn messages_are_listed_by_person_over_all_records() {
    for world in worlds().await {
        let [a, b] = [PersonId::generate(), PersonId::generate()];
        let [one, two, three] = std::array::from_fn(|_| LeadId::generate());
        for lead in [one, two, three] {
            world.create(lead).await;
        }
        world.deliver(&recorded(a, "anna@a.org", one)).await;
        world.deliver(&recorded(b, "anna@b.org", two)).await;
        let list = async |person: PersonId| {
            let request = ListMessagesRequest {
                person_id: person.to_string(),
                ..ListMessagesRequest::default()
            };
            let mut client = world.client(world.staff, Role::Head);
            let listed = client.list_messages(request).await.unwrap().into_inner();
            let about = listed.messages.into_iter().map(|it| it.subject_id);
            (about.collect::<Vec<_>>(), listed.total)
        };
        let merge = MergeId::generate();
        world.deliver(&merged(merge, b, a, 1)).await;
        let both = (vec![two.to_string(), one.to_string()], 2);
        assert_eq!(list(a).await, both, "{}", world.label);
        assert_eq!(list(b).await, both, "{}", world.label);
        world.deliver(&split(merge, b, a, 2)).await;
        assert_eq!(list(a).await, (vec![one.to_string()], 1), "{}", world.label);
        assert_eq!(
            list(PersonId::generate()).await,
            (vec![], 0),
            "{}",
            world.label
        );
    }
}
