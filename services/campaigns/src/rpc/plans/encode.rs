//! Plans and channels as callers are told of them.

use proto::{campaigns::v1 as pb, convert::timestamp};

use crate::{
    domain::{
        channel::ChannelFigures,
        money::share,
        plan::{Facts, Plan},
    },
    rpc::{
        convert::printed,
        money::{divided, money, sums},
    },
    store::facts::ChannelSums,
};

const MILLION: i64 = 1_000_000;

pub(super) fn plan(plan: &Plan) -> pb::Plan {
    let entry = &plan.entry;
    pb::Plan {
        plan_id: plan.id.to_string(),
        revision: plan.revision,
        starts_at: Some(timestamp(entry.starts_at)),
        ends_at: Some(timestamp(entry.ends_at)),
        channel: entry.channel.clone(),
        campaign_id: printed(entry.campaign),
        target_leads: entry.target_leads,
        allowed_cost_per_lead: entry.allowed_cost_per_lead.as_ref().map(money),
        bonus: entry.bonus.as_ref().map(money),
        fixed_percent: entry.fixed_percent,
        responsible_id: printed(entry.responsible),
        note: entry.note.clone(),
        removed: plan.removed,
        recorded_at: Some(timestamp(plan.recorded_at)),
    }
}

pub(super) fn line(it: &Plan, facts: &Facts) -> pb::PlanLine {
    let reached = it.reached(facts);
    pb::PlanLine {
        plan: Some(plan(it)),
        fact: Some(pb::PlanFact {
            leads: facts.leads,
            costs: sums(&facts.costs),
            costs_per_lead: divided(&facts.costs, facts.leads),
            reached: reached.target,
            within_allowed_cost: reached.within_allowed_cost,
            bonus_earned: reached.bonus_earned.as_ref().map(money),
        }),
    }
}

pub(super) fn figures(figures: &ChannelFigures) -> pb::ChannelFigures {
    let entry = &figures.entry;
    pb::ChannelFigures {
        figures_id: figures.id.to_string(),
        revision: figures.revision,
        campaign_id: printed(entry.campaign),
        channel: entry.channel.clone(),
        starts_at: Some(timestamp(entry.starts_at)),
        ends_at: Some(timestamp(entry.ends_at)),
        reach: entry.reach,
        clicks: entry.clicks,
        requests: entry.requests,
        cost: entry.cost.as_ref().map(money),
        removed: figures.removed,
        recorded_at: Some(timestamp(figures.recorded_at)),
    }
}

pub(super) fn result(brought: &ChannelSums) -> pb::ChannelResult {
    pb::ChannelResult {
        channel: brought.channel.clone(),
        reach: brought.reach,
        clicks: brought.clicks,
        requests: brought.requests,
        leads: brought.leads,
        clicks_per_million: share(brought.clicks, MILLION, brought.reach),
        requests_per_million: share(brought.requests, MILLION, brought.clicks),
        costs: sums(&brought.costs),
        costs_per_request: divided(&brought.costs, brought.requests),
        costs_per_lead: divided(&brought.costs, brought.leads),
    }
}
