//! What came and what it cost, summed: the plan and channels are held against it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use database::{
    Error,
    rows::{self, Kind, Table, hex, time},
};
use ids::{CampaignId, LeadId, PlanId};
use messaging::Tx;
use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::json;
use uuid::Uuid;

use crate::domain::plan::Facts;

const LEADS: Table = Table {
    name: "lead_fact",
    columns: &[
        ("lead_id", Kind::Id),
        ("channel", Kind::Text),
        ("campaign_id", Kind::Id),
        ("received_at", Kind::Time),
    ],
};

/// A lead that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub channel: String,
    pub campaign: Option<CampaignId>,
    pub received_at: DateTime<Utc>,
}

/// What channel results are summed over.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    pub campaign: Option<CampaignId>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// Sums of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelSums {
    pub channel: String,
    pub reach: i64,
    pub clicks: i64,
    pub requests: i64,
    pub leads: i64,
    /// By currency.
    pub costs: Vec<(String, i64)>,
}

/// Keeps leads; each once, however often it is told.
pub async fn keep_leads(tx: &Tx, leads: &BTreeMap<LeadId, Lead>) -> Result<(), Error> {
    let rows = leads.iter().map(|(id, lead)| {
        let campaign = lead.campaign.map(|id| hex(id.uuid()));
        json!([
            hex(id.uuid()),
            lead.channel,
            campaign,
            time(lead.received_at)
        ])
    });
    LEADS.insert_new(&**tx, rows.collect()).await?;
    Ok(())
}

/// The facts of each of these plans, as they are now.
pub async fn of_plans(
    db: &impl ConnectionTrait,
    plans: &[PlanId],
) -> Result<BTreeMap<PlanId, Facts>, Error> {
    let mut facts: BTreeMap<PlanId, Facts> = BTreeMap::new();
    for row in query(db, leads_sql(db), vec![list(plans)]).await? {
        let id = PlanId::from_uuid(row.try_get::<Uuid>("", "id")?);
        facts.entry(id).or_default().leads = row.try_get("", "leads")?;
    }
    for row in query(db, costs_sql(db), vec![list(plans)]).await? {
        let id = PlanId::from_uuid(row.try_get::<Uuid>("", "id")?);
        let cost = (row.try_get("", "currency")?, row.try_get("", "minor")?);
        facts.entry(id).or_default().costs.push(cost);
    }
    Ok(facts)
}

fn list(plans: &[PlanId]) -> Value {
    rows::ids(plans.iter().map(|id| id.uuid()))
}

/// A fact `f` that falls into the period, the channel and the campaign of a plan `p`.
fn falls_into_plan(at: &str) -> String {
    format!(
        "f.{at} >= p.starts_at and f.{at} < p.ends_at \
         and (p.channel = '' or f.channel = p.channel) \
         and (p.campaign_id is null or f.campaign_id = p.campaign_id)"
    )
}

fn leads_sql(db: &impl ConnectionTrait) -> String {
    let wanted = rows::one_of(db.get_database_backend(), "p.id", "$1");
    let on = falls_into_plan("received_at");
    format!(
        "select p.id as id, count(*) as leads from plan p join lead_fact f on {on} \
         where {wanted} group by p.id"
    )
}

fn costs_sql(db: &impl ConnectionTrait) -> String {
    let wanted = rows::one_of(db.get_database_backend(), "p.id", "$1");
    let (spent, shown) = (falls_into_plan("spent_at"), falls_into_plan("starts_at"));
    format!(
        "select id, currency, cast(sum(minor) as bigint) as minor from ( \
            select p.id as id, f.actual_currency as currency, f.actual_minor as minor \
            from plan p join cost f on {spent} \
            where {wanted} and not f.removed and f.actual_minor is not null \
            union all select p.id, f.cost_currency, f.cost_minor \
            from plan p join channel_figures f on {shown} \
            where {wanted} and not f.removed and f.cost_minor is not null) as spent \
         group by id, currency order by id, currency"
    )
}

/// Up to `limit` channels after the one named, by name, each with its sums.
pub async fn channels(
    db: &impl ConnectionTrait,
    span: Span,
    after: &str,
    limit: u64,
) -> Result<Vec<ChannelSums>, Error> {
    let within = |at: &str| {
        format!("{at} >= $2 and {at} < $3 and ($1 is null or campaign_id = $1) and channel > $4")
    };
    let (figures, leads, costs) = (
        within("starts_at"),
        within("received_at"),
        within("spent_at"),
    );
    let sql = format!(
        "select channel, cast(sum(reach) as bigint) as reach, \
            cast(sum(clicks) as bigint) as clicks, cast(sum(requests) as bigint) as requests, \
            cast(sum(leads) as bigint) as leads \
         from (select channel, reach, clicks, requests, 0 as leads \
            from channel_figures where {figures} and not removed \
            union all select channel, 0, 0, 0, 1 from lead_fact where {leads} \
            union all select channel, 0, 0, 0, 0 from cost \
            where {costs} and not removed and actual_minor is not null) as brought \
         group by channel order by channel limit $5"
    );
    let mut values = bounds(span);
    values.push(after.into());
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let mut sums = Vec::new();
    for row in query(db, sql, values).await? {
        sums.push(ChannelSums {
            channel: row.try_get("", "channel")?,
            reach: row.try_get("", "reach")?,
            clicks: row.try_get("", "clicks")?,
            requests: row.try_get("", "requests")?,
            leads: row.try_get("", "leads")?,
            costs: Vec::new(),
        });
    }
    add_costs(db, span, &mut sums).await?;
    Ok(sums)
}

/// What these channels, which follow one another, cost.
async fn add_costs(
    db: &impl ConnectionTrait,
    span: Span,
    sums: &mut [ChannelSums],
) -> Result<(), Error> {
    let (Some(first), Some(last)) = (sums.first(), sums.last()) else {
        return Ok(());
    };
    let within = |at: &str| {
        format!(
            "{at} >= $2 and {at} < $3 and ($1 is null or campaign_id = $1) \
             and channel >= $4 and channel <= $5 and not removed"
        )
    };
    let (figures, costs) = (within("starts_at"), within("spent_at"));
    let sql = format!(
        "select channel, currency, cast(sum(minor) as bigint) as minor from ( \
            select channel, cost_currency as currency, cost_minor as minor \
            from channel_figures where {figures} and cost_minor is not null \
            union all select channel, actual_currency, actual_minor \
            from cost where {costs} and actual_minor is not null) as spent \
         group by channel, currency order by channel, currency"
    );
    let mut values = bounds(span);
    values.push(first.channel.clone().into());
    values.push(last.channel.clone().into());
    let mut costs: BTreeMap<String, Vec<(String, i64)>> = BTreeMap::new();
    for row in query(db, sql, values).await? {
        let cost = (row.try_get("", "currency")?, row.try_get("", "minor")?);
        let channel = row.try_get("", "channel")?;
        costs.entry(channel).or_default().push(cost);
    }
    for sum in sums {
        sum.costs = costs.remove(&sum.channel).unwrap_or_default();
    }
    Ok(())
}

/// Campaign, begin and end, as the first three values of a query.
fn bounds(span: Span) -> Vec<Value> {
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let day = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    vec![
        span.campaign.map(CampaignId::uuid).into(),
        span.from.unwrap_or(day(year(1))).into(),
        span.to.unwrap_or(day(year(9_999))).into(),
    ]
}

async fn query(
    db: &impl ConnectionTrait,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<sea_orm::QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_all_raw(statement).await?)
}
