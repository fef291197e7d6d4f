//! Values of the domain as their contracts show them.

mod offer;

use clock::Timestamp;
use proto::convert::timestamp;
use proto::deals::v1 as shown;
use proto::types::v1 as types;

pub use self::offer::{offer, sale_object, suggested};
use crate::domain::activity::Activity;
use crate::domain::deal::{Deal, State};
use crate::domain::money::Money;
use crate::domain::source::Source;
use crate::domain::topic::{Stage, Topic};
use crate::store::board::{Figures, Sum};
use crate::store::losses;
use crate::store::visits::Visit;

pub fn money(amount: &Money) -> types::Money {
    types::Money {
        minor: amount.minor(),
        currency: amount.currency().to_owned(),
    }
}

pub fn source(source: &Source) -> types::Source {
    let Source {
        channel,
        name,
        campaign_id,
        activity_id,
        partner_id,
        response_id,
        referrer,
        utm,
        referral_code,
    } = source.clone();
    types::Source {
        channel,
        name,
        campaign_id,
        activity_id,
        partner_id,
        response_id,
        referrer,
        utm: utm.into_iter().collect(),
        referral_code,
    }
}

/// An id as printed, or nothing.
pub fn printed(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// A deal; with its topic it is known whether it rots.
pub fn deal(deal: &Deal, topic: Option<&Topic>, now: Timestamp) -> shown::Deal {
    let state = match &deal.state {
        State::Open { .. } => shown::DealState::Open,
        State::Won { .. } => shown::DealState::Won,
        State::Lost(_) => shown::DealState::Lost,
    };
    let loss = match &deal.state {
        State::Lost(loss) => Some(loss),
        State::Open { .. } | State::Won { .. } => None,
    };
    let rots = topic
        .and_then(|topic| topic.stages.get(&deal.stage))
        .is_some_and(|stage| stage.rots(deal.stage_since, now));
    shown::Deal {
        deal_id: deal.id.to_string(),
        revision: deal.revision,
        topic_id: deal.topic.to_string(),
        stage: deal.stage.to_string(),
        state: state.into(),
        title: deal.title.clone(),
        amount: deal.amount.as_ref().map(money),
        sale_object: deal.sale_object.clone(),
        expected_close_at: deal.expected_close_at.map(timestamp),
        lead_id: printed(deal.origin.lead()),
        person_id: printed(deal.client.person),
        organisation_id: printed(deal.client.organisation),
        responsible_id: printed(deal.responsible),
        origin: deal.origin.as_str().to_owned(),
        source: deal.source.as_ref().map(source),
        opened_at: Some(timestamp(deal.opened_at)),
        stage_since: Some(timestamp(deal.stage_since)),
        rotting: rots && deal.check_open().is_ok(),
        next_contact_at: deal.next_contact().map(|next| timestamp(next.at)),
        closed_at: deal.closed_at().map(timestamp),
        loss_reason: printed(loss.map(|loss| &loss.reason)),
        lost_stage: printed(loss.map(|_| &deal.stage)),
        renews_contract_id: printed(deal.origin.renews()),
        note: deal.note.clone(),
        loss_note: loss.map(|loss| loss.note.clone()).unwrap_or_default(),
        previous_contract_id: printed(deal.origin.previous_contract()),
        committed: deal.committed,
        // Said where cards and lists are shown.
        erased_at: None,
    }
}

pub fn topic(topic: &Topic) -> shown::Topic {
    shown::Topic {
        topic_id: topic.id.to_string(),
        revision: topic.revision,
        code: topic.code.to_string(),
        name: topic.name.clone(),
        stages: topic.stages.iter().map(stage).collect(),
        is_default: topic.is_default,
    }
}

pub fn stage(stage: &Stage) -> shown::Stage {
    shown::Stage {
        code: stage.code.to_string(),
        name: stage.name.clone(),
        probability_percent: stage.probability.number().into(),
        limit_days: stage.limit_days.unwrap_or_default().into(),
        gate: stage.gate.iter().map(ToString::to_string).collect(),
    }
}

pub fn activity(activity: &Activity) -> shown::Activity {
    let completion = activity.completion.as_ref();
    shown::Activity {
        activity_id: activity.id.to_string(),
        kind: activity.kind.to_string(),
        note: activity.note.clone(),
        due_at: activity.due_at.map(timestamp),
        completed_at: completion.map(|done| timestamp(done.at)),
        result: completion
            .map(|done| done.result.clone())
            .unwrap_or_default(),
        move_to: printed(activity.move_to.as_ref()),
        responsible_id: printed(activity.responsible),
    }
}

pub fn visit(visit: &Visit, now: Timestamp) -> shown::StageVisit {
    let spent = visit.left_at.unwrap_or(now) - visit.entered_at;
    shown::StageVisit {
        stage: visit.stage.to_string(),
        entered_at: Some(timestamp(visit.entered_at)),
        left_at: visit.left_at.map(timestamp),
        spent_ms: spent.num_milliseconds().max(0),
        moved_by: printed(visit.moved_by),
    }
}

pub fn column(
    of: &Stage,
    figures: Option<&Figures>,
    deals: Vec<shown::Deal>,
) -> shown::BoardColumn {
    shown::BoardColumn {
        stage: Some(stage(of)),
        count: figures.map_or(0, |figures| figures.count),
        sums: figures.map_or_else(Vec::new, |figures| sums(&figures.sums)),
        deals,
    }
}

pub fn loss(row: &losses::Row) -> shown::LossRow {
    shown::LossRow {
        reason: row.reason.clone(),
        stage: row.stage.clone(),
        count: row.figures.count,
        sums: sums(&row.figures.sums),
    }
}

fn sums(sums: &[Sum]) -> Vec<types::Money> {
    sums.iter()
        .map(|sum| types::Money {
            minor: sum.minor,
            currency: sum.currency.clone(),
        })
        .collect()
}
