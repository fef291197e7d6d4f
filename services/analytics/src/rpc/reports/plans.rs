//! Marketing plans against fact.

use std::collections::BTreeMap;

use ids::PlanId;
use proto::analytics::v1::{GetPlansRequest, GetPlansResponse, PlanRow};
use proto::types::v1::Money;

use super::Reports;
use super::ask::{Ask, By, Page, Pages, filter};
use super::costs::costs;
use super::reader::{Group, Reader};
use crate::domain::figures::Day;
use crate::domain::figures::cells::Channel;
use crate::domain::figures::records::Plan;
use crate::domain::report::{Bucket, Period, date, mean, number, share};
use crate::error::Error;

/// Lines of plans that a company has at most; more are not looked at.
const MOST_PLANS: usize = 50_000;

/// Fact by day, channel and campaign.
#[derive(Default)]
struct Fact {
    leads: BTreeMap<Group, i64>,
    costs: BTreeMap<Group, (i64, i64)>,
}

pub(crate) async fn report(
    reports: &Reports,
    request: &GetPlansRequest,
    pages: Pages,
) -> Result<GetPlansResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages)?;
    let labels = ["channel", "campaign", "agent"];
    let (period, only) = filter(request.filter.as_ref(), &labels)?;
    let mut reader = Reader::open(reports).await?;
    let only = reader.numbers(&only).await?;
    let rows = reader.snapshot.all(Plan::TABLE, &only, MOST_PLANS).await?;
    let mut plans = reader.records(rows, Plan::of_values).await?;
    plans.retain(|plan| {
        let (first, after) = days(plan);
        period.until.is_none_or(|until| first < until)
            && period.from.is_none_or(|from| from < after)
    });
    plans.sort_by_key(|plan| (plan.starts_at, plan.ends_at, plan.id));
    let (plans, next_page_token) = page.cut(plans).ok_or(Error::TooManyRows)?;
    let fact = fact(&reader, &plans, page).await?;
    Ok(GetPlansResponse {
        as_of: Some(reader.as_of()),
        rows: plans.iter().map(|plan| row(&reader, plan, &fact)).collect(),
        next_page_token,
    })
}

/// First day, and the day after the last one.
fn days(plan: &Plan) -> (Day, Day) {
    let day = |at: Option<clock::Timestamp>| at.map_or(0, |at| number(at.date_naive()));
    (day(plan.starts_at), day(plan.ends_at))
}

/// All that happened in any of the plans' days.
async fn fact(reader: &Reader, plans: &[Plan], page: Page) -> Result<Fact, Error> {
    let spans: Vec<(Day, Day)> = plans.iter().map(days).collect();
    let from = spans.iter().map(|(first, _)| *first).min();
    let until = spans.iter().map(|(_, after)| *after).max();
    let (Some(from), Some(until)) = (from, until) else {
        return Ok(Fact::default());
    };
    let whole = |day: &Day| Bucket::Month.start(*day) == *day;
    let months = spans
        .iter()
        .all(|(first, after)| whole(first) && whole(after));
    let bucket = if months { Bucket::Month } else { Bucket::Day };
    let ask = Ask {
        period: Period {
            from: Some(from),
            until: Some(until),
        },
        only: Vec::new(),
        by: vec![
            By::Bucket(bucket),
            By::Label("channel"),
            By::Label("campaign"),
        ],
        page,
    };
    let came = reader.some_sums(Channel::TABLE, &["leads"], &ask).await?;
    let leads = came
        .rows
        .into_iter()
        .map(|(group, sums)| (group, Channel::of_sums(&sums).leads));
    Ok(Fact {
        leads: leads.filter(|(_, leads)| *leads != 0).collect(),
        costs: costs(reader, &ask).await?.unwrap_or_default(),
    })
}

fn row(reader: &Reader, plan: &Plan, fact: &Fact) -> PlanRow {
    let (first, after) = days(plan);
    // Groups are in the order of their days, and days in the form of ISO 8601 are in that of texts.
    let span = vec![date(first).to_string()]..vec![date(after.max(first)).to_string()];
    let concerns = |group: &Group| {
        let [_, channel, campaign] = group.as_slice() else {
            return false;
        };
        (plan.channel.is_empty() || plan.channel == *channel)
            && (plan.campaign.is_empty() || plan.campaign == *campaign)
    };
    let leads = fact.leads.range(span.clone());
    let leads = leads.filter(|(group, _)| concerns(group));
    let leads: i64 = leads.map(|(_, leads)| leads).sum();
    let cost = fact.costs.range(span);
    let cost = cost.filter(|(group, _)| concerns(group));
    let cost: i64 = cost.map(|(_, (cost, _))| cost).sum();
    let said = !plan.allowed_currency.is_empty();
    let known = said && (plan.allowed != 0 || plan.allowed_minor == 0);
    let allowed = known.then_some(plan.allowed);
    let allowed_cost = allowed.map(|allowed| allowed.saturating_mul(plan.target_leads));
    PlanRow {
        plan_id: PlanId::from_uuid(plan.id).to_string(),
        from: date(first).to_string(),
        to: date(after - 1).to_string(),
        channel: plan.channel.clone(),
        campaign: reader.named("campaign", &plan.campaign),
        agent: reader.named("agent", &plan.agent),
        target_leads: plan.target_leads,
        allowed: said.then(|| Money {
            minor: plan.allowed_minor,
            currency: plan.allowed_currency.clone(),
        }),
        allowed_cost_per_lead: allowed.and_then(|allowed| reader.money(allowed)),
        allowed_cost: allowed_cost.and_then(|allowed| reader.money(allowed)),
        leads,
        cost: reader.money(cost),
        cost_per_lead: mean(cost, leads).and_then(|cost| reader.money(cost)),
        reached_share: share(leads, plan.target_leads),
        spent_share: allowed_cost.and_then(|allowed| share(cost, allowed)),
        reached: leads >= plan.target_leads,
    }
}
