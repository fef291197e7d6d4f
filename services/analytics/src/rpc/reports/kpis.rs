//! The chain of key figures.

use std::collections::BTreeSet;

use proto::analytics::v1::{GetKpisRequest, GetKpisResponse, Key, KpiRow};

use super::Reports;
use super::ask::{Page, Pages, ask};
use super::costs::costs;
use super::reader::Reader;
use crate::domain::figures::cells::{Funnel, Purchase};
use crate::domain::report::{mean, return_on, share};
use crate::error::Error;

pub(crate) const LABELS: &[&str] = Funnel::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &[];

pub(crate) async fn report(
    reports: &Reports,
    request: &GetKpisRequest,
    pages: Pages,
) -> Result<GetKpisResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let funnel = reader.sums(Funnel::TABLE, &ask).await?;
    let purchases = reader.sums_if_kept(Purchase::TABLE, &ask).await?;
    let costs = costs(&reader, &ask).await?;

    let mut groups: BTreeSet<_> = funnel.rows.keys().cloned().collect();
    groups.extend(purchases.iter().flat_map(|it| it.rows.keys().cloned()));
    groups.extend(costs.iter().flat_map(|it| it.keys().cloned()));
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let rows = page.into_iter().map(|(group, keys)| {
        let cost = costs
            .as_ref()
            .map(|it| it.get(&group).copied().unwrap_or_default());
        let purchases = purchases.as_ref().map(|it| it.of(&group));
        row(
            &reader,
            keys,
            &funnel.of(&group),
            purchases.as_deref(),
            cost,
        )
    });
    let rows = rows.collect();
    let cost = costs.as_ref().map(|it| {
        it.values().fold((0, 0), |(cost, missing), (more, other)| {
            (cost + more, missing + other)
        })
    });
    let purchases = purchases.map(|it| it.total());
    let total = row(
        &reader,
        Vec::new(),
        &funnel.total(),
        purchases.as_deref(),
        cost,
    );
    Ok(GetKpisResponse {
        as_of: Some(reader.as_of()),
        rows,
        total: Some(total),
        next_page_token,
    })
}

fn row(
    reader: &Reader,
    keys: Vec<Key>,
    funnel: &[i64],
    purchases: Option<&[i64]>,
    costs: Option<(i64, i64)>,
) -> KpiRow {
    let it = Funnel::of_sums(funnel);
    let bought = purchases.map(Purchase::of_sums);
    let bought = bought.as_ref();
    let cost = costs.map(|(cost, _)| cost);
    let cost_per = |count: i64| reader.money(mean(cost?, count)?);
    KpiRow {
        keys,
        leads: it.leads,
        qualified: it.qualified,
        deals: it.deals,
        won: it.won,
        contracts: it.contracts,
        revenue: reader.money(it.revenue),
        qualified_share: share(it.qualified, it.leads),
        won_share: share(it.won, it.won + it.lost),
        completeness: share(it.filled_fields, it.wanted_fields),
        cost: cost.and_then(|cost| reader.money(cost)),
        cost_per_lead: cost_per(it.leads),
        cost_per_deal: cost_per(it.deals),
        cost_per_contract: cost_per(it.contracts),
        roi: cost.and_then(|cost| return_on(it.revenue, cost)),
        first_purchases: bought.map(|it| it.clients),
        purchase_touches: bought.and_then(|it| mean(it.touches.saturating_mul(100), it.clients)),
        purchase_seconds: bought.and_then(|it| mean(it.seconds, it.clients)),
        purchase_value: bought.and_then(|it| reader.money(mean(it.revenue, it.clients)?)),
        talked_seconds: mean(it.talked_seconds, it.talked),
        qualified_seconds: mean(it.qualified_seconds, it.qualified),
        deal_seconds: mean(it.deal_seconds, it.deals),
        won_seconds: mean(it.won_seconds, it.won),
        signed_seconds: mean(it.signed_seconds, it.contracts),
        unconverted: it.unconverted + costs.map_or(0, |(_, missing)| missing),
    }
}
