//! What a campaign brought.

use ids::{CampaignId, DealId, LeadId};
use messaging::RawEvent;
use proto::{
    campaigns::v1 as pb,
    deals::v1::{DealLost, DealOpened, DealWon},
    intake::v1::LeadCreated,
    types::v1::Source,
};

use crate::fixture::{desks, event};

fn source(campaign: &str) -> Source {
    Source {
        campaign_id: campaign.to_owned(),
        ..Source::default()
    }
}

fn created(campaign: &str) -> RawEvent {
    let message = LeadCreated {
        lead_id: LeadId::generate().to_string(),
        source: Some(source(campaign)),
        ..LeadCreated::default()
    };
    event(&message, &message.lead_id, 1)
}

fn opened(deal: DealId, campaign: &str) -> RawEvent {
    let message = DealOpened {
        deal_id: deal.to_string(),
        source: Some(source(campaign)),
        ..DealOpened::default()
    };
    event(&message, &message.deal_id, 1)
}

fn won(deal: DealId, revision: i64) -> RawEvent {
    let message = DealWon {
        deal_id: deal.to_string(),
        ..DealWon::default()
    };
    event(&message, &message.deal_id, revision)
}

fn lost(deal: DealId, revision: i64) -> RawEvent {
    let message = DealLost {
        deal_id: deal.to_string(),
        ..DealLost::default()
    };
    event(&message, &message.deal_id, revision)
}

#[tokio::test]
async fn figures_count_each_lead_and_deal_once_in_any_order() {
    for turn in 0..4 {
        for desk in desks().await {
            let id = desk.running("Fair").await;
            let deals: Vec<DealId> = (0..4).map(|_| DealId::generate()).collect();
            let mut events = vec![
                created(&id),
                opened(deals[0], &id),
                won(deals[0], 4),
                created(&id),
                opened(deals[1], &id),
                lost(deals[1], 3),
                won(deals[1], 6),
                opened(deals[2], &id),
                won(deals[2], 2),
                lost(deals[2], 5),
                created(&CampaignId::generate().to_string()),
                opened(deals[3], ""),
                won(deals[3], 2),
            ];
            match turn {
                0 => {}
                1 => events.reverse(),
                2 => events.rotate_left(5),
                _ => events.sort_by_key(|event| (event.revision % 3, event.kind.clone())),
            }
            desk.deliver_twice(&events).await;
            let expected = pb::CampaignFigures {
                leads: 2,
                deals: 3,
                won: 2,
                ..pb::CampaignFigures::default()
            };
            let figures = desk.card(&id).await.figures;
            assert_eq!(figures, Some(expected), "{} {turn}", desk.label);
        }
    }
}

#[tokio::test]
async fn answers_are_counted_by_kind() {
    for desk in desks().await {
        let id = desk.running("Fair").await;
        let anna = desk.participant(&id, "anna@example.org").await;
        for positive in [true, false, false] {
            let response = pb::Response {
                positive,
                ..pb::Response::default()
            };
            desk.respond(&id, &anna, response).await.unwrap();
        }
        let expected = pb::CampaignFigures {
            participants: 1,
            responses: 3,
            positive_responses: 1,
            ..pb::CampaignFigures::default()
        };
        assert_eq!(
            desk.card(&id).await.figures,
            Some(expected),
            "{}",
            desk.label
        );
    }
}
