//! Requests about plans and channels to commands.

use ids::{FiguresId, PlanId};
use proto::campaigns::v1 as pb;
use rpc::decode::{Fields, Invalid};

use crate::{
    app::{
        App, import_channel_figures::ImportChannelFigures,
        remove_channel_figures::RemoveChannelFigures, remove_plan::RemovePlan,
        update_channel_figures::UpdateChannelFigures, update_plan::UpdatePlan,
    },
    domain::{
        channel::{self, ChannelFigures, MAX_COUNT},
        plan::{self, Plan},
    },
    reading,
    rpc::{
        convert::{NAME, TEXT, text},
        money::{read_money, read_period, read_price},
    },
};

/// Figures of one call.
const MOST: usize = 1_000;
const MOST_LEADS: i64 = 1_000_000_000;

pub(super) fn record_plan(app: &App, request: &pb::RecordPlanRequest) -> Result<Plan, Invalid> {
    let mut fields = Fields::new();
    let plan = fields.require("plan", request.plan.as_ref());
    let id = plan.and_then(|it| fields.parse_optional("plan.plan_id", &it.plan_id));
    let entry = plan.and_then(|it| fields.nested("plan", |fields| plan_entry(fields, it)));
    let now = app.clock.now();
    fields.finish(|| Some(Plan::new(id?.unwrap_or_else(PlanId::generate), entry?, now)))
}

pub(super) fn update_plan(request: &pb::UpdatePlanRequest) -> Result<UpdatePlan, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("plan_id", &request.plan_id);
    let plan = fields.require("plan", request.plan.as_ref());
    let revision = plan.map_or(0, |it| it.revision);
    let entry = plan.and_then(|it| fields.nested("plan", |fields| plan_entry(fields, it)));
    fields.finish(|| {
        Some(UpdatePlan {
            id: id?,
            revision,
            entry: entry?,
        })
    })
}

fn plan_entry(fields: &mut Fields, plan: &pb::Plan) -> Option<plan::Entry> {
    let period = read_period(fields, plan.starts_at.as_ref(), plan.ends_at.as_ref());
    let channel = text(fields, "channel", &plan.channel, NAME);
    let campaign = fields.parse_optional("campaign_id", &plan.campaign_id);
    let target_leads = fields.within("target_leads", plan.target_leads, &(1..=MOST_LEADS));
    let allowed = plan.allowed_cost_per_lead.as_ref();
    let allowed = read_price(fields, "allowed_cost_per_lead", allowed);
    let bonus = read_price(fields, "bonus", plan.bonus.as_ref());
    let fixed_percent = fields.within("fixed_percent", plan.fixed_percent, &(0..=100));
    let responsible = fields.parse_optional("responsible_id", &plan.responsible_id);
    let note = text(fields, "note", &plan.note, TEXT);
    let (starts_at, ends_at) = period?;
    Some(plan::Entry {
        starts_at,
        ends_at,
        channel: channel?,
        campaign: campaign?,
        target_leads: target_leads?,
        allowed_cost_per_lead: allowed?,
        bonus: bonus?,
        fixed_percent: fixed_percent?,
        responsible: responsible?,
        note: note?,
    })
}

pub(super) fn remove_plan(request: &pb::RemovePlanRequest) -> Result<RemovePlan, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("plan_id", &request.plan_id);
    let revision = request.revision;
    fields.finish(|| Some(RemovePlan { id: id?, revision }))
}

pub(super) fn record_figures(
    app: &App,
    request: &pb::RecordChannelFiguresRequest,
) -> Result<ChannelFigures, Invalid> {
    let mut fields = Fields::new();
    let figures = fields.require("figures", request.figures.as_ref());
    let id = figures.and_then(|it| fields.parse_optional("figures.figures_id", &it.figures_id));
    let entry = figures.and_then(|it| fields.nested("figures", |fields| figures_entry(fields, it)));
    let now = app.clock.now();
    fields.finish(|| {
        let id = id?.unwrap_or_else(FiguresId::generate);
        Some(ChannelFigures::new(id, entry?, now))
    })
}

pub(super) fn record_batch(
    app: &App,
    request: &pb::RecordChannelFiguresBatchRequest,
) -> Result<Vec<ChannelFigures>, Invalid> {
    let mut fields = Fields::new();
    let now = app.clock.now();
    let count = fields.within("figures", request.figures.len(), &(1..=MOST));
    let given = request.figures.iter().take(count.unwrap_or_default());
    // All are read, so that the caller learns of every wrong one.
    let read: Vec<Option<ChannelFigures>> = given
        .enumerate()
        .map(|(index, figures)| {
            fields.nested(&format!("figures[{index}]"), |fields| {
                let id = fields.parse("figures_id", &figures.figures_id);
                let entry = figures_entry(fields, figures);
                Some(ChannelFigures::new(id?, entry?, now))
            })
        })
        .collect();
    fields.finish(|| read.into_iter().collect())
}

pub(super) fn update_figures(
    request: &pb::UpdateChannelFiguresRequest,
) -> Result<UpdateChannelFigures, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("figures_id", &request.figures_id);
    let figures = fields.require("figures", request.figures.as_ref());
    let revision = figures.map_or(0, |it| it.revision);
    let entry = figures.and_then(|it| fields.nested("figures", |fields| figures_entry(fields, it)));
    fields.finish(|| {
        Some(UpdateChannelFigures {
            id: id?,
            revision,
            entry: entry?,
        })
    })
}

fn figures_entry(fields: &mut Fields, figures: &pb::ChannelFigures) -> Option<channel::Entry> {
    let campaign = fields.parse_optional("campaign_id", &figures.campaign_id);
    let channel = fields.text("channel", &figures.channel, NAME);
    let period = read_period(fields, figures.starts_at.as_ref(), figures.ends_at.as_ref());
    let mut count = |field: &str, count| fields.within(field, count, &(0..=MAX_COUNT));
    let reach = count("reach", figures.reach);
    let clicks = count("clicks", figures.clicks);
    let requests = count("requests", figures.requests);
    let cost = read_money(fields, "cost", figures.cost.as_ref());
    let (starts_at, ends_at) = period?;
    Some(channel::Entry {
        campaign: campaign?,
        channel: channel?,
        starts_at,
        ends_at,
        reach: reach?,
        clicks: clicks?,
        requests: requests?,
        cost: cost?,
    })
}

pub(super) fn remove_figures(
    request: &pb::RemoveChannelFiguresRequest,
) -> Result<RemoveChannelFigures, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("figures_id", &request.figures_id);
    let revision = request.revision;
    fields.finish(|| Some(RemoveChannelFigures { id: id?, revision }))
}

pub(super) fn import_figures(
    app: &App,
    request: &pb::ImportChannelFiguresRequest,
) -> Result<ImportChannelFigures, Invalid> {
    let now = app.clock.now();
    let columns = request.columns.clone().into_iter().collect();
    Ok(ImportChannelFigures {
        rows: reading::channels::read(&request.file, &columns, now)?,
        dry_run: request.dry_run,
    })
}
