//! Figures of channels, and what came of them.

use std::collections::BTreeSet;

use proto::analytics::v1::{ChannelRow, GetChannelsRequest, GetChannelsResponse, Key};

use super::Reports;
use super::ask::{Page, Pages, ask};
use super::costs::costs;
use super::reader::Reader;
use crate::domain::figures::cells::{Channel, Funnel};
use crate::domain::report::{mean, return_on, share};
use crate::error::Error;

pub(crate) const LABELS: &[&str] = Channel::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &["channel"];

pub(crate) async fn report(
    reports: &Reports,
    request: &GetChannelsRequest,
    pages: Pages,
) -> Result<GetChannelsResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let figures = reader.sums(Channel::TABLE, &ask).await?;
    let came = ["leads", "deals", "contracts", "revenue", "unconverted"];
    let funnel = reader.some_sums(Funnel::TABLE, &came, &ask).await?;
    let costs = costs(&reader, &ask).await?.unwrap_or_default();

    let mut groups: BTreeSet<_> = figures.rows.keys().cloned().collect();
    groups.extend(funnel.rows.keys().cloned());
    groups.extend(costs.keys().cloned());
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let rows = page.into_iter().map(|(group, keys)| {
        let cost = costs.get(&group).copied().unwrap_or_default();
        row(&reader, keys, &figures.of(&group), &funnel.of(&group), cost)
    });
    let rows = rows.collect();
    let cost = costs
        .values()
        .fold((0, 0), |(cost, missing), (more, other)| {
            (cost + more, missing + other)
        });
    let total = row(&reader, Vec::new(), &figures.total(), &funnel.total(), cost);
    Ok(GetChannelsResponse {
        as_of: Some(reader.as_of()),
        rows,
        total: Some(total),
        next_page_token,
    })
}

fn row(
    reader: &Reader,
    keys: Vec<Key>,
    figures: &[i64],
    funnel: &[i64],
    (cost, missing): (i64, i64),
) -> ChannelRow {
    let it = Channel::of_sums(figures);
    let came = Funnel::of_sums(funnel);
    let cost_per = |count: i64| reader.money(mean(cost, count)?);
    ChannelRow {
        keys,
        reach: it.reach,
        clicks: it.clicks,
        requests: it.requests,
        cost: reader.money(cost),
        leads: came.leads,
        deals: came.deals,
        contracts: came.contracts,
        revenue: reader.money(came.revenue),
        click_share: share(it.clicks, it.reach),
        request_share: share(it.requests, it.clicks),
        lead_share: share(came.leads, it.requests),
        contract_share: share(came.contracts, came.leads),
        cost_per_request: cost_per(it.requests),
        cost_per_lead: cost_per(came.leads),
        cost_per_contract: cost_per(came.contracts),
        roi: return_on(came.revenue, cost),
        unconverted: came.unconverted + missing,
    }
}
