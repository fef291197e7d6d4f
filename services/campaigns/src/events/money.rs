//! What is announced of costs, channel figures and plans.

use chrono::{DateTime, Utc};
use messaging::Event;
use proto::{
    campaigns::v1::{ChannelFiguresRecorded, CostRecorded, PlanRecorded},
    convert::timestamp,
};

use crate::domain::{
    channel::ChannelFigures,
    cost::{Cost, Labour},
    plan::Plan,
};
use crate::rpc::{convert::printed, money::money};

pub fn cost_recorded(cost: &Cost, now: DateTime<Utc>) -> Event {
    let entry = &cost.entry;
    let minutes = |read: fn(&Labour) -> Option<i64>| entry.spending.labour().and_then(read);
    let message = CostRecorded {
        cost_id: cost.id.to_string(),
        campaign_id: cost.campaign.to_string(),
        activity_id: printed(entry.activity),
        line: entry.line.clone(),
        kind: entry.spending.kind().to_owned(),
        planned: entry.spending.planned().map(money),
        actual: entry.spending.actual().map(money),
        planned_minutes: minutes(Labour::planned_minutes).unwrap_or_default(),
        actual_minutes: minutes(Labour::actual_minutes).unwrap_or_default(),
        spent_at: Some(timestamp(entry.spent_at)),
        channel: entry.channel.clone(),
        responsible_id: printed(entry.responsible),
        supplier_id: printed(entry.supplier),
        removed: cost.removed,
    };
    Event::new(&message, cost.id, cost.revision, now)
}

pub fn channel_figures_recorded(figures: &ChannelFigures, now: DateTime<Utc>) -> Event {
    let entry = &figures.entry;
    let message = ChannelFiguresRecorded {
        figures_id: figures.id.to_string(),
        campaign_id: printed(entry.campaign),
        channel: entry.channel.clone(),
        starts_at: Some(timestamp(entry.starts_at)),
        ends_at: Some(timestamp(entry.ends_at)),
        reach: entry.reach,
        clicks: entry.clicks,
        requests: entry.requests,
        cost: entry.cost.as_ref().map(money),
        removed: figures.removed,
    };
    Event::new(&message, figures.id, figures.revision, now)
}

pub fn plan_recorded(plan: &Plan, now: DateTime<Utc>) -> Event {
    let entry = &plan.entry;
    let message = PlanRecorded {
        plan_id: plan.id.to_string(),
        starts_at: Some(timestamp(entry.starts_at)),
        ends_at: Some(timestamp(entry.ends_at)),
        channel: entry.channel.clone(),
        campaign_id: printed(entry.campaign),
        target_leads: entry.target_leads,
        allowed_cost_per_lead: entry.allowed_cost_per_lead.as_ref().map(money),
        bonus: entry.bonus.as_ref().map(money),
        fixed_percent: entry.fixed_percent,
        responsible_id: printed(entry.responsible),
        removed: plan.removed,
    };
    Event::new(&message, plan.id, plan.revision, now)
}
