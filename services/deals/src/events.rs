//! All that deals announces.

use clock::Timestamp;
use messaging::Event;
use proto::convert::timestamp;
use proto::deals::v1 as announced;

use crate::domain::deal::{Deal, Loss, StageChanged};
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
        contract_kind: match deal.origin.renews() {
            Some(_) => "renewal".to_owned(),
            None => "new".to_owned(),
        },
        previous_contract_id: printed(deal.origin.renews()),
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
