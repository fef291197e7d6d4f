use deals::domain::topic::Topic;
use ids::{DealId, LeadId, PersonId, StaffId};
use messaging::HandlerError;
use proto::deals::v1::DealOpened;
use proto::intake::v1::LeadQualified;
use proto::intake::v1::lead_qualified::NewDeal;
use proto::types::v1::{PersonName, Source};

use crate::world::{euros, noon, stamp, worlds};

fn qualified(new_deal: NewDeal) -> LeadQualified {
    LeadQualified {
        lead_id: LeadId::generate().to_string(),
        person_id: PersonId::generate().to_string(),
        name: Some(PersonName {
            full: "Anna Kovács".to_owned(),
            ..PersonName::default()
        }),
        source: Some(Source {
            channel: "form".to_owned(),
            utm: [("utm_source".to_owned(), "радио".to_owned())].into(),
            ..Source::default()
        }),
        responsible_id: StaffId::generate().to_string(),
        qualified_at: stamp(noon()),
        new_deal: Some(new_deal),
        ..LeadQualified::default()
    }
}

fn new_deal() -> NewDeal {
    NewDeal {
        deal_id: DealId::generate().to_string(),
        title: "Desks".to_owned(),
        amount: euros(500),
        sale_object: "desk".to_owned(),
        expected_close_at: stamp(noon()),
        ..NewDeal::default()
    }
}

#[tokio::test]
async fn a_qualified_lead_opens_its_deal_once() {
    for world in worlds().await {
        let event = qualified(new_deal());
        let deal_id = event.new_deal.as_ref().unwrap().deal_id.clone();
        world.deliver(&event, &event.lead_id, 3).await;
        // The same news as another event.
        world.deliver(&event, &event.lead_id, 4).await;

        let deal = world.deal(&deal_id).await;
        assert_eq!(deal.lead_id, event.lead_id);
        assert_eq!(deal.person_id, event.person_id);
        assert_eq!(deal.responsible_id, event.responsible_id);
        assert_eq!(deal.source, event.source);
        assert_eq!(
            (deal.origin.as_str(), deal.stage.as_str()),
            ("lead", "need")
        );
        assert_eq!((deal.amount, deal.revision), (euros(500), 1));
        assert_eq!(deal.note, "");
        let announced = world.announced::<DealOpened>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].message.source, event.source);
        assert_eq!(world.card(&deal_id).await.stages[0].moved_by, "");
    }
}

#[tokio::test]
async fn a_lead_without_a_deal_opens_none() {
    for world in worlds().await {
        let event = LeadQualified {
            new_deal: None,
            ..qualified(new_deal())
        };
        world.deliver(&event, &event.lead_id, 1).await;
        assert_eq!(world.announcements().await, 0, "{}", world.label);
    }
}

#[tokio::test]
async fn a_topic_is_found_by_id_or_code_and_else_noted() {
    for world in worlds().await {
        let general = Topic::GENERAL.to_string();
        for (topic, note) in [
            (general.as_str(), ""),
            ("general", ""),
            ("", ""),
            ("Дизайн", "The lead named the unknown topic Дизайн."),
        ] {
            let event = qualified(NewDeal {
                topic: topic.to_owned(),
                ..new_deal()
            });
            world.deliver(&event, &event.lead_id, 1).await;
            let deal = world.deal(&event.new_deal.unwrap().deal_id).await;
            assert_eq!(deal.topic_id, general, "{}: {topic}", world.label);
            assert_eq!(deal.note, note, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn a_deal_without_a_title_is_called_after_what_is_known() {
    for world in worlds().await {
        for (sale_object, expected) in [("desk", "desk"), ("", "Anna Kovács")] {
            let event = qualified(NewDeal {
                title: String::new(),
                sale_object: sale_object.to_owned(),
                ..new_deal()
            });
            world.deliver(&event, &event.lead_id, 1).await;
            let deal = world.deal(&event.new_deal.unwrap().deal_id).await;
            assert_eq!(deal.title, expected, "{}", world.label);
        }
    }
}

#[tokio::test]
async fn news_that_make_no_sense_are_refused() {
    for world in worlds().await {
        let event = qualified(NewDeal {
            deal_id: "deal".to_owned(),
            ..new_deal()
        });
        let refusal = world.refusal(&event, &event.lead_id).await;
        assert!(
            matches!(refusal, HandlerError::Refuse { .. }),
            "{}",
            world.label
        );
        assert_eq!(refusal.reason(), "FIELDS_INVALID");
    }
}
