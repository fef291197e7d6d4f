//! What was received of somebody who is erased goes, and whoever writes later is new.

use std::time::Duration;

use ids::{ErasureId, ParticipantId, PersonId, QuestionnaireId, ResponseId};
use messaging::RawEvent;
use proto::{
    campaigns::v1::{ParticipantErased, ResponseRecorded},
    customers::v1::{PersonErased, PersonRecorded},
    intake::v1::{self as pb, LeadErased, Verdict},
    notifications::v1::QuestionnaireAnswered,
    types::v1::PersonName,
};
use rpc::Code;

use crate::world::{World, refusal, worlds};

/// What no row may hold of somebody who was erased.
const WORDS: [&str; 2] = [WORD, "nora.field@"];
const WORD: &str = "kalnzars";
const GMAIL: &str =
    r#"{"name":"Nora Field","email":"nora.field@gmail.com","message":"kalnzars asks"}"#;
const MAIL: &str = r#"{"name":"Nora Field","email":"nora.field@mail.ru","utm_source":"kalnzars"}"#;
const BOTH: &str = r#"{"name":"Nora Field","email":"nora.field@gmail.com","email2":"nora.field@mail.ru","message":"nora.field@mail.ru"}"#;
/// Somebody else.
const MAX: &str = r#"{"name":"Max Hill","email":"max@hill.eu"}"#;

fn recorded(world: &World, person: PersonId, revision: i64, email: &str, lead: &str) -> RawEvent {
    let message = PersonRecorded {
        person_id: person.to_string(),
        name: Some(PersonName {
            full: format!("Nora {WORD}"),
            ..PersonName::default()
        }),
        emails: vec![email.to_owned()],
        lead_ids: vec![lead.to_owned()],
        ..PersonRecorded::default()
    };
    world.event(&message, person, revision)
}

fn erased(world: &World, person: PersonId, leads: &[&str]) -> RawEvent {
    let message = PersonErased {
        erasure_id: ErasureId::generate().to_string(),
        person_ids: vec![person.to_string()],
        lead_ids: leads.iter().map(|&lead| lead.to_owned()).collect(),
        ..PersonErased::default()
    };
    world.event(&message, &message.erasure_id, 1)
}

async fn assert_no_word(world: &World) {
    for word in WORDS {
        let places = testkit::places_of(world.app.outbox.database(), word).await;
        assert!(places.is_empty(), "{}: {places:#?}", world.label);
    }
}

/// Two cards that a third submission shows to be of one person; the first is linked.
async fn nora(world: &World, key: &str) -> (PersonId, [String; 2]) {
    let first = world.post(key, GMAIL, "kalnzars-1").await.lead_id;
    world.post(key, GMAIL, "kalnzars-1").await;
    world.post(key, GMAIL, "kalnzars-2").await;
    // So long that nobody can say whether they are one.
    world.hands.advance(Duration::from_hours(24 * 20));
    let second = world.post(key, MAIL, "").await.lead_id;
    assert_ne!(first, second);
    world.post(key, BOTH, "").await;
    let person = PersonId::generate();
    let recorded = recorded(world, person, 1, "nora.field@gmail.com", &first);
    world.deliver(&recorded).await.unwrap();
    (person, [first, second])
}

#[tokio::test]
async fn all_cards_and_submissions_of_a_person_lose_their_words() {
    for world in worlds().await {
        let key = world.form().await;
        let max = world.post(&key, MAX, "").await.lead_id;
        let (person, [first, second]) = nora(&world, &key).await;
        // Nobody's, but with the address in it.
        let spam = r#"{"name":"","email":"","message":"tell nora.field@gmail.com"}"#;
        world.post(&key, spam, "").await;
        let before = (world.verdicts().await, world.leads().await.len());

        world
            .deliver_twice(&[erased(&world, person, &[&first])])
            .await;
        assert_no_word(&world).await;
        let after = (world.verdicts().await, world.leads().await.len());
        assert_eq!(after, before, "{}", world.label);
        let told = world.announced::<LeadErased>().await;
        let mut told: Vec<String> = told.into_iter().map(|(_, it)| it.lead_id).collect();
        told.sort();
        let mut wanted = [first.clone(), second];
        wanted.sort();
        assert_eq!(
            told, wanted,
            "{}: also the card that nobody linked",
            world.label
        );
        let card = world.lead(&first).await;
        assert_eq!(card.name.unwrap().full, "");
        assert!(card.erased_at.is_some());
        let other = world.lead(&max).await;
        assert_eq!(other.name.unwrap().full, "Max Hill", "{}", world.label);
        assert!(other.erased_at.is_none());

        let update = pb::UpdateLeadRequest {
            lead_id: first.clone(),
            talk: Some("wants a desk".to_owned()),
            ..pb::UpdateLeadRequest::default()
        };
        let (code, told) = refusal(world.staff().update_lead(update).await);
        assert_eq!(
            (code, told.reason.as_str()),
            (Code::FailedPrecondition, "LEAD_ERASED")
        );
    }
}

#[tokio::test]
async fn whoever_was_erased_and_writes_again_is_new_and_others_are_known() {
    for world in worlds().await {
        let key = world.form().await;
        let max = world.post(&key, MAX, "").await.lead_id;
        let (person, leads) = nora(&world, &key).await;
        world
            .deliver(&erased(&world, person, &[&leads[0]]))
            .await
            .unwrap();
        let again = world.post(&key, GMAIL, "kalnzars-1").await;
        assert_eq!(
            again.verdict(),
            Verdict::Created,
            "{}: {again:?}",
            world.label
        );
        assert!(!leads.contains(&again.lead_id), "{}", world.label);
        let once_more = world.post(&key, GMAIL, "kalnzars-1").await;
        assert_eq!(once_more.lead_id, again.lead_id);
        let other = r#"{"name":"Max Hill","email":"max@hill.eu","message":"once more"}"#;
        let other = world.post(&key, other, "").await;
        assert_eq!(other.lead_id, max, "{}: {other:?}", world.label);
    }
}

#[tokio::test]
async fn a_card_of_somebody_else_is_left_alone() {
    for world in worlds().await {
        let key = world.form().await;
        let (person, [first, second]) = nora(&world, &key).await;
        let other = PersonId::generate();
        let message = PersonRecorded {
            person_id: other.to_string(),
            emails: vec!["nora.field@mail.ru".to_owned()],
            lead_ids: vec![second.clone()],
            ..PersonRecorded::default()
        };
        let recorded = world.event(&message, other, 1);
        world.deliver(&recorded).await.unwrap();
        world
            .deliver(&erased(&world, person, &[&first]))
            .await
            .unwrap();
        let told = world.announced::<LeadErased>().await;
        assert_eq!(told.len(), 1, "{}: {told:?}", world.label);
        assert_eq!(world.lead(&second).await.name.unwrap().full, "Nora Field");
        let known = world.post(&key, MAIL, "").await;
        assert_eq!(known.lead_id, second, "{}: {known:?}", world.label);
    }
}

#[tokio::test]
async fn whatever_comes_late_brings_nothing_back() {
    for world in worlds().await {
        let key = world.form().await;
        let (person, [first, _]) = nora(&world, &key).await;
        let participant = ParticipantId::generate();
        let gone = ParticipantErased {
            participant_id: participant.to_string(),
            erased_at: None,
        };
        let gone = world.event(&gone, participant, 0);
        world
            .deliver_twice(&[erased(&world, person, &[&first]), gone])
            .await;
        let answered = QuestionnaireAnswered {
            questionnaire_id: QuestionnaireId::generate().to_string(),
            lead_id: first.clone(),
            reason: "PRICE".to_owned(),
            comment: format!("{WORD} finds it dear"),
            ..QuestionnaireAnswered::default()
        };
        let response = ResponseId::generate();
        let responded = ResponseRecorded {
            response_id: response.to_string(),
            participant_id: participant.to_string(),
            positive: true,
            text: format!("{WORD} says yes"),
            name: Some(PersonName {
                full: format!("Nora {WORD}"),
                ..PersonName::default()
            }),
            emails: vec!["nora.field@gmail.com".to_owned()],
            ..ResponseRecorded::default()
        };
        let events = [
            world.event(&answered, &first, 1),
            world.event(&responded, response, 1),
            recorded(&world, person, 2, "nora.field@gmail.com", &first),
        ];
        world.deliver_twice(&events).await;
        assert_no_word(&world).await;
        // Known before it was ever heard of.
        let nobody = PersonId::generate();
        let events = [
            erased(&world, nobody, &[]),
            recorded(&world, nobody, 1, "nora.field@home.lv", &first),
        ];
        world.deliver_twice(&events).await;
        assert_no_word(&world).await;
    }
}

#[tokio::test]
async fn an_address_that_ends_another_one_takes_nothing_of_its_owner() {
    const DORA: &str = r#"{"name":"Dora Birch","email":"dora-nora.field@gmail.com"}"#;
    for world in worlds().await {
        let key = world.form().await;
        world.post(&key, DORA, "dora-1").await;
        let repeated = world.post(&key, DORA, "dora-2").await;
        assert_eq!(repeated.verdict(), Verdict::Duplicate, "{repeated:?}");
        let (person, [first, _]) = nora(&world, &key).await;
        let of_dora = async || {
            testkit::places_of(world.app.outbox.database(), "dora-nora.field@gmail.com").await
        };
        let before = of_dora().await;
        assert!(before.len() > 2, "{}: {before:#?}", world.label);
        world
            .deliver(&erased(&world, person, &[&first]))
            .await
            .unwrap();
        assert_eq!(of_dora().await, before, "{}", world.label);
    }
}
