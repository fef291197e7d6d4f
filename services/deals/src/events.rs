//! All that deals announces.

use clock::Timestamp;
use ids::DealId;
use messaging::Event;
use proto::convert::timestamp;
use proto::deals::v1 as announced;

use crate::domain::activity::{Activity, Completion};
use crate::domain::deal::{Deal, Loss, StageChanged, State};
use crate::domain::offer::Offer;
use crate::domain::sale_object::SaleObject;
use crate::domain::topic::{Percent, Stage, Topic};
use crate::rpc::encode::{money, printed, source};

pub fn deal_opened(deal: &Deal) -> Event {
    let message = announced::DealOpened {
        deal_id: deal.id.to_string(),
        topic_id: deal.topic.to_string(),
        stage: deal.stage.to_string(),
        title: deal.title.clone(),
        amount: deal.amount.as_ref().map(money),
        lead_id: printed(deal.origin.lead()),
        person_id: printed(deal.client.person),
        organisation_id: printed(deal.client.organisation),
        responsible_id: printed(deal.responsible),
        origin: deal.origin.as_str().to_owned(),
        source: deal.source.as_ref().map(source),
    };
    Event::new(&message, deal.id, deal.revision, deal.opened_at)
}

pub fn deal_erased(deal: DealId, revision: i64, at: Timestamp) -> Event {
    let message = announced::DealErased {
        deal_id: deal.to_string(),
        erased_at: Some(timestamp(at)),
    };
    Event::new(&message, deal, revision, at)
}

pub fn deal_stage_changed(deal: &Deal, changed: &StageChanged) -> Event {
    let message = announced::DealStageChanged {
        deal_id: deal.id.to_string(),
        lead_id: printed(deal.origin.lead()),
        from_stage: changed.from.to_string(),
        to_stage: changed.to.to_string(),
        spent_ms: changed.spent.num_milliseconds(),
        changed_at: Some(timestamp(changed.at)),
    };
    Event::new(&message, deal.id, deal.revision, changed.at)
}

pub fn deal_won(deal: &Deal, at: Timestamp) -> Event {
    let message = announced::DealWon {
        deal_id: deal.id.to_string(),
        lead_id: printed(deal.origin.lead()),
        person_id: printed(deal.client.person),
        organisation_id: printed(deal.client.organisation),
        title: deal.title.clone(),
        amount: deal.amount.as_ref().map(money),
        sale_object: deal.sale_object.clone(),
        responsible_id: printed(deal.responsible),
        won_at: Some(timestamp(at)),
        renews_contract_id: printed(deal.origin.renews()),
        contract_kind: deal.origin.contract_kind().to_owned(),
        previous_contract_id: printed(deal.origin.previous_contract()),
        client_chosen: deal.client.by_hand,
    };
    Event::new(&message, deal.id, deal.revision, at)
}

pub fn deal_lost(deal: &Deal, loss: &Loss) -> Event {
    let message = announced::DealLost {
        deal_id: deal.id.to_string(),
        lead_id: printed(deal.origin.lead()),
        reason: loss.reason.to_string(),
        stage: deal.stage.to_string(),
        amount: deal.amount.as_ref().map(money),
        lost_at: Some(timestamp(loss.at)),
    };
    Event::new(&message, deal.id, deal.revision, loss.at)
}

/// The next contact as it is planned now, or that there is none any more.
pub fn next_contact_planned(deal: &Deal, now: Timestamp) -> Event {
    let next = deal.next_contact();
    let message = announced::NextContactPlanned {
        deal_id: deal.id.to_string(),
        next_contact_at: next.map(|next| timestamp(next.at)),
        kind: next.map(|next| next.kind.to_string()).unwrap_or_default(),
        responsible_id: printed(deal.responsible),
        title: deal.title.clone(),
    };
    Event::new(&message, deal.id, deal.revision, now)
}

/// A deal as it is now, with its chance at the present stage.
pub fn deal_recorded(deal: &Deal, chance: Percent, now: Timestamp) -> Event {
    let state = match &deal.state {
        State::Open { .. } => "open",
        State::Won { .. } => "won",
        State::Lost(_) => "lost",
    };
    let message = announced::DealRecorded {
        deal_id: deal.id.to_string(),
        topic_id: deal.topic.to_string(),
        stage: deal.stage.to_string(),
        state: state.to_owned(),
        amount: deal.amount.as_ref().map(money),
        expected_close_at: deal.expected_close_at.map(timestamp),
        probability_percent: chance.number().into(),
        committed: deal.committed,
        lead_id: printed(deal.origin.lead()),
        person_id: printed(deal.client.person),
        organisation_id: printed(deal.client.organisation),
        responsible_id: printed(deal.responsible),
        origin: deal.origin.as_str().to_owned(),
        previous_contract_id: printed(deal.origin.previous_contract()),
        sale_object: deal.sale_object.clone(),
        opened_at: Some(timestamp(deal.opened_at)),
    };
    Event::new(&message, deal.id, deal.revision, now)
}

pub fn deal_activity_completed(deal: &Deal, activity: &Activity, done: &Completion) -> Event {
    let message = announced::DealActivityCompleted {
        deal_id: deal.id.to_string(),
        activity_id: activity.id.to_string(),
        kind: activity.kind.to_string(),
        responsible_id: printed(activity.responsible),
        completed_at: Some(timestamp(done.at)),
    };
    Event::new(&message, deal.id, deal.revision, done.at)
}

/// A topic as it is now.
pub fn topic_recorded(topic: &Topic, now: Timestamp) -> Event {
    let stage = |stage: &Stage| announced::topic_recorded::Stage {
        code: stage.code.to_string(),
        name: stage.name.clone(),
        probability_percent: stage.probability.number().into(),
        limit_days: stage.limit_days.unwrap_or_default().into(),
    };
    let message = announced::TopicRecorded {
        topic_id: topic.id.to_string(),
        code: topic.code.to_string(),
        name: topic.name.clone(),
        stages: topic.stages.iter().map(stage).collect(),
    };
    Event::new(&message, topic.id, topic.revision, now)
}

/// An offer as it is now.
pub fn offer_recorded(offer: &Offer, now: Timestamp) -> Event {
    let sums = offer.content.lines.sums();
    let message = announced::OfferRecorded {
        offer_id: offer.id.to_string(),
        deal_id: offer.deal.to_string(),
        state: offer.state.as_str().to_owned(),
        amount: offer.amount().as_ref().map(money),
        up_sell_minor: sums.up_sell,
        cross_sell_minor: sums.cross_sell,
        sent_at: offer.sent_at().map(timestamp),
    };
    Event::new(&message, offer.id, offer.revision, now)
}

/// A sale object as it is now.
pub fn sale_object_recorded(object: &SaleObject, now: Timestamp) -> Event {
    let related = object.related.iter();
    let message = announced::SaleObjectRecorded {
        sale_object_id: object.id.to_string(),
        code: object.code.to_string(),
        name: object.name.clone(),
        unit: object.unit.clone(),
        prices: object.prices.iter().map(money).collect(),
        active: object.active,
        related: related
            .map(|related| announced::sale_object_recorded::Related {
                sale_object_id: related.object.to_string(),
                kind: related.addition.to_string(),
            })
            .collect(),
    };
    Event::new(&message, object.id, object.revision, now)
}
