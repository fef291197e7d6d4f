use ids::{CampaignId, DealId, LeadId, PersonId, QuestionnaireId, ResponseId, StaffId};
use messaging::{HandlerError, RawEvent};
use proto::{
    campaigns::v1::ResponseRecorded,
    customers::v1::PersonRecorded,
    deals::v1::{DealLost, DealOpened, DealStageChanged, DealWon},
    intake::v1::{self as pb, LeadCreated, LeadReopened, LeadState, Outcome, Verdict},
    notifications::v1::QuestionnaireAnswered,
    types::v1::PersonName,
};

use crate::world::{World, worlds};

async fn lead(world: &World) -> String {
    let key = world.form().await;
    world
        .post(&key, r#"{"name":"Nora Field","email":"nora@field.eu"}"#, "")
        .await
        .lead_id
}

fn name(full: &str) -> PersonName {
    PersonName {
        full: full.to_owned(),
        ..PersonName::default()
    }
}

fn person(world: &World, id: PersonId, revision: i64, emails: &[&str], leads: &[&str]) -> RawEvent {
    let texts = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
    let message = PersonRecorded {
        person_id: id.to_string(),
        name: Some(name("Nora Field")),
        emails: texts(emails),
        lead_ids: texts(leads),
        organisation: "Field Mills".to_owned(),
        ..PersonRecorded::default()
    };
    world.event(&message, id, revision)
}

#[tokio::test]
async fn staff_are_known_by_their_latest_record() {
    for world in worlds().await {
        let id = StaffId::generate();
        let events = [world.recorded(id, 3, false), world.recorded(id, 2, true)];
        world.deliver_twice(&events).await;
        let queued = lead(&world).await;
        let card = world.lead(&queued).await;
        assert_eq!(card.responsible_id, "", "{}", world.label);
        assert!(
            card.assigned_because.contains("queue"),
            "{}",
            card.assigned_because
        );
    }
}

#[tokio::test]
async fn positive_responses_become_leads_once() {
    for world in worlds().await {
        let (response, campaign) = (ResponseId::generate(), CampaignId::generate());
        let message = ResponseRecorded {
            response_id: response.to_string(),
            campaign_id: campaign.to_string(),
            positive: true,
            text: "send me a price".to_owned(),
            name: Some(name("Nora Field")),
            emails: vec!["nora@field.eu".to_owned()],
            ..ResponseRecorded::default()
        };
        let negative = ResponseRecorded {
            response_id: ResponseId::generate().to_string(),
            positive: false,
            ..message.clone()
        };
        let changed = ResponseRecorded {
            text: "send two".to_owned(),
            ..message.clone()
        };
        world
            .deliver_twice(&[
                world.event(&message, response, 1),
                world.event(&negative, "resp", 1),
                world.event(&changed, response, 2),
            ])
            .await;
        let stored = world.submissions().await;
        assert_eq!(
            (stored.len(), stored[0].arrivals),
            (1, 2),
            "{}",
            world.label
        );
        let filter = pb::ListLeadsRequest {
            campaign_id: campaign.to_string(),
            ..Default::default()
        };
        let leads = world
            .staff()
            .list_leads(filter)
            .await
            .unwrap()
            .into_inner()
            .leads;
        let source = leads[0].source.clone().unwrap();
        assert_eq!(
            (source.channel.as_str(), source.response_id),
            ("campaign", response.to_string())
        );
        assert_eq!(leads[0].message, "send me a price");
        assert_eq!(world.announced::<LeadCreated>().await.len(), 1);
    }
}

#[tokio::test]
async fn submissions_are_compared_with_the_client_base() {
    for world in worlds().await {
        let id = PersonId::generate();
        let owner = StaffId::generate();
        let mut message: PersonRecorded = person(&world, id, 2, &["nora@field.eu"], &[])
            .decode()
            .unwrap()
            .message;
        message.responsible_id = owner.to_string();
        message.phones = vec!["+37126555142".to_owned()];
        let old = person(&world, id, 1, &["old@field.eu"], &[]);
        world
            .deliver_twice(&[world.event(&message, id, 2), old])
            .await;
        let key = world.form().await;
        let first = world.post(&key, r#"{"phone":"26555142"}"#, "").await;
        assert_eq!(
            (first.verdict(), first.reason.as_str()),
            (Verdict::Attached, "KNOWN_PERSON"),
            "{}",
            world.label
        );
        let card = world.lead(&first.lead_id).await;
        assert_eq!(
            (card.person_id, card.responsible_id),
            (id.to_string(), owner.to_string())
        );
        assert_eq!(
            (card.name.unwrap().full.as_str(), card.organisation.as_str()),
            ("Nora Field", "Field Mills")
        );
        let second = world
            .post(&key, r#"{"name":"Nora Field","email":"nora@field.eu"}"#, "")
            .await;
        assert_eq!(
            (second.verdict(), second.lead_id),
            (Verdict::Attached, first.lead_id),
            "{}",
            world.label
        );
        let stranger = world.post(&key, r#"{"email":"old@field.eu"}"#, "").await;
        assert_eq!(stranger.verdict(), Verdict::Created);
    }
}

#[tokio::test]
async fn a_card_is_linked_to_its_person_and_stays_one_person() {
    for world in worlds().await {
        let lead_id = lead(&world).await;
        let id = PersonId::generate();
        let events = [
            person(
                &world,
                id,
                3,
                &["nora@field.eu", "nora@home.eu"],
                &[&lead_id],
            ),
            person(&world, id, 2, &["nora@field.eu"], &[]),
            person(&world, id, 4, &["nora@field.eu"], &[&lead_id]),
        ];
        world.deliver_twice(&events).await;
        let card = world.card(&lead_id).await;
        assert_eq!(card.lead.unwrap().person_id, id.to_string());
        let links = card
            .history
            .iter()
            .filter(|line| line.text.contains("client base"))
            .count();
        assert_eq!(links, 1, "{}", world.label);
        // One person with one card: also a nameless enquiry is hers.
        let key = world.form().await;
        let nameless = world.post(&key, r#"{"email":"nora@field.eu"}"#, "").await;
        assert_eq!(
            (nameless.verdict(), nameless.lead_id),
            (Verdict::Attached, lead_id),
            "{}",
            world.label
        );
        // What the client base gave up is nobody's again.
        let home = world.post(&key, r#"{"email":"nora@home.eu"}"#, "").await;
        assert_eq!(home.verdict(), Verdict::Created);
    }
}

#[tokio::test]
async fn the_card_shows_its_deal_whatever_the_order() {
    for world in worlds().await {
        let mut cards = Vec::new();
        let orders = [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]];
        for (name, order) in ["Nora Field", "Max Hill", "Olga Stone"].iter().zip(orders) {
            let key = world.form().await;
            let body = format!(r#"{{"name":"{name}"}}"#);
            let lead_id = world.post(&key, &body, "").await.lead_id;
            let deal = DealId::generate();
            let deal_id = deal.to_string();
            let moved = |from: &str, to: &str| DealStageChanged {
                deal_id: deal_id.clone(),
                lead_id: lead_id.clone(),
                from_stage: from.to_owned(),
                to_stage: to.to_owned(),
                ..DealStageChanged::default()
            };
            let opened = DealOpened {
                deal_id: deal_id.clone(),
                lead_id: lead_id.clone(),
                stage: "need".to_owned(),
                ..DealOpened::default()
            };
            let won = DealWon {
                deal_id: deal_id.clone(),
                lead_id: lead_id.clone(),
                ..DealWon::default()
            };
            let events = [
                world.event(&opened, deal, 1),
                world.event(&moved("need", "offer"), deal, 2),
                world.event(&moved("offer", "contract"), deal, 3),
                world.event(&won, deal, 4),
            ];
            world
                .deliver_twice(&order.map(|index| events[index].clone()))
                .await;
            let card = world.card(&lead_id).await;
            let lead = card.lead.unwrap();
            assert_eq!(
                (lead.deal_id, lead.deal_stage.as_str()),
                (deal_id, "won"),
                "{}",
                world.label
            );
            let mut lines: Vec<String> = card.history.into_iter().map(|line| line.text).collect();
            lines.sort();
            cards.push((lead.revision, lines));
        }
        assert!(
            cards.iter().all(|card| *card == cards[0]),
            "{}: {cards:?}",
            world.label
        );
    }
}

#[tokio::test]
async fn deals_without_a_lead_and_lost_ones() {
    for world in worlds().await {
        let lead_id = lead(&world).await;
        let deal = DealId::generate();
        let direct = DealOpened {
            deal_id: deal.to_string(),
            ..DealOpened::default()
        };
        let lost = DealLost {
            deal_id: deal.to_string(),
            lead_id: lead_id.clone(),
            reason: "PRICE".to_owned(),
            stage: "offer".to_owned(),
            ..DealLost::default()
        };
        world
            .deliver_twice(&[world.event(&direct, deal, 1), world.event(&lost, deal, 2)])
            .await;
        assert_eq!(
            world.lead(&lead_id).await.deal_stage,
            "lost",
            "{}",
            world.label
        );
        let stranger = DealLost {
            lead_id: LeadId::generate().to_string(),
            ..lost.clone()
        };
        let malformed = DealLost {
            lead_id: "x".to_owned(),
            ..lost
        };
        for event in [
            world.event(&stranger, deal, 3),
            world.event(&malformed, deal, 3),
        ] {
            let result = world.deliver(&event).await;
            assert!(
                matches!(result, Err(HandlerError::Refuse { .. })),
                "{}: {result:?}",
                world.label
            );
        }
    }
}

#[tokio::test]
async fn whoever_answers_the_farewell_letter_may_be_a_lead_again() {
    for world in worlds().await {
        let lead_id = lead(&world).await;
        let negative = pb::RecordOutcomeRequest {
            lead_id: lead_id.clone(),
            outcome: Outcome::Negative.into(),
            reason: "PRICE".to_owned(),
            ..pb::RecordOutcomeRequest::default()
        };
        world.staff().record_outcome(negative).await.unwrap();
        let answer = |contact_wanted: bool| {
            let message = QuestionnaireAnswered {
                questionnaire_id: QuestionnaireId::generate().to_string(),
                lead_id: lead_id.clone(),
                reason: "PRICE".to_owned(),
                comment: "too dear".to_owned(),
                contact_wanted,
                ..QuestionnaireAnswered::default()
            };
            world.event(&message, &lead_id, 1)
        };
        world.deliver_twice(&[answer(false)]).await;
        assert_eq!(world.lead(&lead_id).await.state(), LeadState::Refused);
        world.deliver_twice(&[answer(true), answer(true)]).await;
        let card = world.card(&lead_id).await;
        assert_eq!(
            card.lead.unwrap().state(),
            LeadState::InWork,
            "{}",
            world.label
        );
        let answers = card
            .history
            .iter()
            .filter(|line| line.text.contains("questionnaire"))
            .count();
        assert_eq!(answers, 3);
        assert_eq!(world.announced::<LeadReopened>().await.len(), 1);
    }
}
