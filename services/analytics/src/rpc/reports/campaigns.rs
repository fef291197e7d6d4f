//! What campaigns cost and brought.

use std::collections::BTreeMap;

use ids::CampaignId;
use proto::analytics::v1::{
    CampaignResult, ListCampaignResultsRequest, ListCampaignResultsResponse, Named,
};
use rpc::decode::Invalid;

use super::Reports;
use super::ask::{Ask, By, Page, Pages, filter};
use super::attribution::MODELS;
use super::costs::costs;
use super::reader::{Group, Grouped, Reader};
use crate::domain::figures::cells::{Cost, Credit, Influence};
use crate::domain::figures::records::Campaign;
use crate::domain::report::return_on;
use crate::error::Error;

/// Campaigns that a company has at most; more are not looked at.
const MOST_CAMPAIGNS: usize = 50_000;

const DEFAULT_MODEL: &str = "linear";

/// Sums by campaign.
struct Sums {
    influence: Grouped,
    credits: Grouped,
    lines: Grouped,
    costs: BTreeMap<Group, (i64, i64)>,
}

pub(crate) async fn report(
    reports: &Reports,
    request: &ListCampaignResultsRequest,
    pages: Pages,
) -> Result<ListCampaignResultsResponse, Error> {
    let model = model(&request.model)?;
    let page = Page::read(request.page_size, &request.page_token, pages)?;
    let (period, only) = filter(request.filter.as_ref(), &["campaign"])?;
    let ask = Ask {
        period,
        only,
        by: vec![By::Label("campaign")],
        page,
    };
    let mut reader = Reader::open(reports).await?;
    let campaigns = campaigns(&mut reader, request, &ask).await?;
    let sums = sums(&reader, &ask, &model).await?;
    let mut total = Total::default();
    for campaign in &campaigns {
        total.add(&sums, &group(campaign));
    }
    let (campaigns, next_page_token) = page.cut(campaigns).ok_or(Error::TooManyRows)?;
    let rows = campaigns.iter().map(|campaign| {
        let mut one = Total::default();
        one.add(&sums, &group(campaign));
        CampaignResult {
            campaign: Some(Named {
                id: CampaignId::from_uuid(campaign.id).to_string(),
                name: campaign.name.clone(),
            }),
            kind: campaign.kind.clone(),
            state: campaign.state.clone(),
            quick: campaign.quick,
            starts_at: campaign.starts_at.map(proto::convert::timestamp),
            ends_at: campaign.ends_at.map(proto::convert::timestamp),
            agent: reader.named("agent", &campaign.agent),
            department: campaign.department.clone(),
            place: campaign.place.clone(),
            project: campaign.project.clone(),
            ..one.result(&reader)
        }
    });
    Ok(ListCampaignResultsResponse {
        as_of: Some(reader.as_of()),
        rows: rows.collect(),
        total: Some(total.result(&reader)),
        next_page_token,
        model,
    })
}

fn model(asked: &str) -> Result<String, Invalid> {
    let model = if asked.is_empty() {
        DEFAULT_MODEL
    } else {
        asked
    };
    if MODELS.contains(&model) {
        return Ok(model.to_owned());
    }
    let why = format!("is none of {}", MODELS.join(", "));
    Err(Invalid::field("model", "UNKNOWN_MODEL", why))
}

/// Those of the filter, newest first; who has no date comes last.
async fn campaigns(
    reader: &mut Reader,
    request: &ListCampaignResultsRequest,
    ask: &Ask,
) -> Result<Vec<Campaign>, Error> {
    let mut only = Vec::new();
    if !request.kinds.is_empty() {
        only.push(("kind", request.kinds.clone()));
    }
    if !request.states.is_empty() {
        only.push(("state", request.states.clone()));
    }
    let only = reader.numbers(&only).await?;
    let rows = reader
        .snapshot
        .all(Campaign::TABLE, &only, MOST_CAMPAIGNS)
        .await?;
    let mut campaigns = reader.records(rows, Campaign::of_values).await?;
    if let Some((_, wanted)) = ask.only.first() {
        campaigns.retain(|campaign| group(campaign).iter().all(|id| wanted.contains(id)));
    }
    campaigns.sort_by(|one, other| {
        let key = |campaign: &Campaign| (campaign.starts_at, campaign.id);
        key(other).cmp(&key(one))
    });
    Ok(campaigns)
}

fn group(campaign: &Campaign) -> Group {
    vec![CampaignId::from_uuid(campaign.id).to_string()]
}

async fn sums(reader: &Reader, ask: &Ask, model: &str) -> Result<Sums, Error> {
    let mut of_model = ask.clone();
    of_model.only.push(("model", vec![model.to_owned()]));
    Ok(Sums {
        influence: reader.sums(Influence::TABLE, ask).await?,
        credits: reader.sums(Credit::TABLE, &of_model).await?,
        lines: reader.sums(Cost::TABLE, ask).await?,
        costs: costs(reader, ask).await?.unwrap_or_default(),
    })
}

/// Sums of one campaign or of several.
#[derive(Default)]
struct Total {
    influence: Influence,
    credits: Credit,
    lines: Cost,
    cost: i64,
}

impl Total {
    fn add(&mut self, sums: &Sums, group: &Group) {
        let influence = Influence::of_sums(&sums.influence.of(group));
        self.influence.leads += influence.leads;
        self.influence.deals += influence.deals;
        self.influence.won += influence.won;
        self.influence.contracts += influence.contracts;
        self.influence.revenue += influence.revenue;
        let credits = Credit::of_sums(&sums.credits.of(group));
        self.credits.parts += credits.parts;
        self.credits.revenue += credits.revenue;
        let lines = Cost::of_sums(&sums.lines.of(group));
        self.lines.planned += lines.planned;
        self.lines.planned_minutes += lines.planned_minutes;
        self.lines.actual_minutes += lines.actual_minutes;
        self.cost += sums.costs.get(group).map_or(0, |(cost, _)| *cost);
    }

    fn result(&self, reader: &Reader) -> CampaignResult {
        CampaignResult {
            planned_minutes: self.lines.planned_minutes,
            actual_minutes: self.lines.actual_minutes,
            planned_cost: reader.money(self.lines.planned),
            actual_cost: reader.money(self.cost),
            leads: self.influence.leads,
            deals: self.influence.deals,
            won: self.influence.won,
            contracts: self.influence.contracts,
            revenue: reader.money(self.influence.revenue),
            roi: return_on(self.influence.revenue, self.cost),
            credited_parts: self.credits.parts,
            credited_revenue: reader.money(self.credits.revenue),
            credited_roi: return_on(self.credits.revenue, self.cost),
            ..CampaignResult::default()
        }
    }
}
