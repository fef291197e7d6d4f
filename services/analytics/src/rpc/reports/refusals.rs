//! Refused leads and lost deals.

use proto::analytics::v1::{GetRefusalsRequest, GetRefusalsResponse, Key, RefusalRow};

use super::Reports;
use super::ask::{Page, Pages, ask};
use super::reader::Reader;
use crate::domain::figures::cells::Refusal;
use crate::domain::report::share;
use crate::error::Error;

pub(crate) const LABELS: &[&str] = Refusal::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &["phase", "stage", "reason"];

pub(crate) async fn report(
    reports: &Reports,
    request: &GetRefusalsRequest,
    pages: Pages,
) -> Result<GetRefusalsResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let sums = reader.sums(Refusal::TABLE, &ask).await?;
    let groups = sums.rows.keys().cloned();
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let total = sums.total();
    let all = Refusal::of_sums(&total).refusals;
    let rows = page
        .into_iter()
        .map(|(group, keys)| row(&reader, keys, &sums.of(&group), all));
    Ok(GetRefusalsResponse {
        as_of: Some(reader.as_of()),
        rows: rows.collect(),
        total: Some(row(&reader, Vec::new(), &total, all)),
        next_page_token,
    })
}

fn row(reader: &Reader, keys: Vec<Key>, sums: &[i64], all: i64) -> RefusalRow {
    let it = Refusal::of_sums(sums);
    RefusalRow {
        keys,
        refusals: it.refusals,
        share: share(it.refusals, all),
        lost_value: reader.money(it.lost_value),
        recovered: it.recovered,
        recovered_share: share(it.recovered, it.refusals),
        recovered_revenue: reader.money(it.recovered_revenue),
    }
}
