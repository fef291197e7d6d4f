//! Deals on the card of a person.

use ids::{DealId, LeadId};
use messaging::RawEvent;
use proto::deals::v1::{DealLost, DealOpened, DealWon};

use crate::{
    fixture::{bases, event, person},
    links::link,
};

pub(crate) fn opened(deal: DealId, person: &str, lead: &str) -> RawEvent {
    let message = DealOpened {
        deal_id: deal.to_string(),
        person_id: person.to_owned(),
        lead_id: lead.to_owned(),
        title: "At first".to_owned(),
        ..DealOpened::default()
    };
    event(&message, &message.deal_id, 1)
}

fn won(deal: DealId, person: &str) -> RawEvent {
    let message = DealWon {
        deal_id: deal.to_string(),
        person_id: person.to_owned(),
        title: "In the end".to_owned(),
        ..DealWon::default()
    };
    event(&message, &message.deal_id, 4)
}

fn lost(deal: DealId, lead: &str) -> RawEvent {
    let message = DealLost {
        deal_id: deal.to_string(),
        lead_id: lead.to_owned(),
        ..DealLost::default()
    };
    event(&message, &message.deal_id, 7)
}

#[tokio::test]
async fn the_card_shows_the_last_state_whatever_the_order() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let lead = LeadId::generate().to_string();
        let deals: Vec<DealId> = (0..4).map(|_| DealId::generate()).collect();
        base.settle_twice(&[
            opened(deals[0], &anna, ""),
            won(deals[0], &anna),
            won(deals[1], &anna),
            opened(deals[1], &anna, ""),
            lost(deals[2], &lead),
            opened(deals[2], "", &lead),
            opened(deals[3], "", &lead),
        ])
        .await;
        link(&base, &anna, &lead).await.unwrap();
        let card = base.card(&anna).await;
        let shown: Vec<_> = card
            .deals
            .iter()
            .rev()
            .map(|it| (it.deal_id.clone(), it.title.as_str(), it.state.as_str()))
            .collect();
        let expected = [
            (deals[0].to_string(), "In the end", "won"),
            (deals[1].to_string(), "In the end", "won"),
            (deals[2].to_string(), "At first", "lost"),
            (deals[3].to_string(), "At first", "open"),
        ];
        assert_eq!(shown, expected, "{}", base.label);
    }
}
