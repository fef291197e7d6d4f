//! The funnel: what became of the leads that arrived in a period.

use proto::analytics::v1::{FunnelRow, GetFunnelRequest, GetFunnelResponse, Key};

use super::Reports;
use super::ask::{Page, Pages, ask};
use super::reader::Reader;
use crate::domain::figures::cells::Funnel;
use crate::domain::report::{mean, share};
use crate::error::Error;

pub(crate) const LABELS: &[&str] = Funnel::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &[];

pub(crate) async fn report(
    reports: &Reports,
    request: &GetFunnelRequest,
    pages: Pages,
) -> Result<GetFunnelResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let sums = reader.sums(Funnel::TABLE, &ask).await?;
    let groups = sums.rows.keys().cloned();
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let rows = page
        .into_iter()
        .map(|(group, keys)| row(&reader, keys, &sums.of(&group)));
    Ok(GetFunnelResponse {
        as_of: Some(reader.as_of()),
        rows: rows.collect(),
        total: Some(row(&reader, Vec::new(), &sums.total())),
        next_page_token,
    })
}

fn row(reader: &Reader, keys: Vec<Key>, sums: &[i64]) -> FunnelRow {
    let it = Funnel::of_sums(sums);
    FunnelRow {
        keys,
        leads: it.leads,
        enquiries: it.enquiries,
        talked: it.talked,
        qualified: it.qualified,
        refused: it.refused,
        recovered: it.recovered,
        deals: it.deals,
        won: it.won,
        lost: it.lost,
        contracts: it.contracts,
        talked_share: share(it.talked, it.leads),
        qualified_share: share(it.qualified, it.talked),
        deals_share: share(it.deals, it.qualified),
        won_share: share(it.won, it.deals),
        contracts_share: share(it.contracts, it.won),
        overall_share: share(it.contracts, it.leads),
        talked_seconds: mean(it.talked_seconds, it.talked),
        qualified_seconds: mean(it.qualified_seconds, it.qualified),
        deal_seconds: mean(it.deal_seconds, it.deals),
        won_seconds: mean(it.won_seconds, it.won),
        signed_seconds: mean(it.signed_seconds, it.contracts),
        lost_value: reader.money(it.lost_value),
        revenue: reader.money(it.revenue),
        received: reader.money(it.received),
        pipeline: reader.money(it.pipeline),
        completeness: share(it.filled_fields, it.wanted_fields),
        unconverted: it.unconverted,
    }
}
