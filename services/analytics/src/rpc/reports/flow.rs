//! What happened in a period.

use proto::analytics::v1::{FlowRow, GetFlowRequest, GetFlowResponse, Key};

use super::Reports;
use super::ask::{Page, Pages, ask};
use super::reader::Reader;
use crate::domain::figures::cells::Flow;
use crate::error::Error;

pub(crate) const LABELS: &[&str] = Flow::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &["month"];

pub(crate) async fn report(
    reports: &Reports,
    request: &GetFlowRequest,
    pages: Pages,
) -> Result<GetFlowResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let sums = reader.sums(Flow::TABLE, &ask).await?;
    let groups = sums.rows.keys().cloned();
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let total = sums.total();
    let rows = page
        .into_iter()
        .map(|(group, keys)| row(&reader, keys, &sums.of(&group)));
    Ok(GetFlowResponse {
        as_of: Some(reader.as_of()),
        rows: rows.collect(),
        total: Some(row(&reader, Vec::new(), &total)),
        next_page_token,
    })
}

fn row(reader: &Reader, keys: Vec<Key>, sums: &[i64]) -> FlowRow {
    let it = Flow::of_sums(sums);
    FlowRow {
        keys,
        leads: it.leads,
        enquiries: it.enquiries,
        qualified: it.qualified,
        refused: it.refused,
        reopened: it.reopened,
        deals: it.deals,
        won: it.won,
        won_value: reader.money(it.won_value),
        lost: it.lost,
        lost_value: reader.money(it.lost_value),
        contracts: it.contracts,
        revenue: reader.money(it.revenue),
        received: reader.money(it.received),
        refunded: reader.money(it.refunded),
        unconverted: it.unconverted,
    }
}
