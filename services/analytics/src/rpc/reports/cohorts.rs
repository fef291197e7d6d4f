//! Revenue of clients by the month of their first contract.

use std::collections::BTreeMap;

use proto::analytics::v1::{CohortRow, GetCohortsRequest, GetCohortsResponse};

use super::Reports;
use super::ask::{Ask, By, Page, Pages, filter};
use super::reader::Reader;
use crate::domain::figures::cells::Cohort;
use crate::domain::report::{Bucket, Period, mean};
use crate::error::Error;

/// Days of the longest month, so that one that has begun is taken as a whole.
const LONGEST_MONTH: i32 = 31;

pub(crate) async fn report(
    reports: &Reports,
    request: &GetCohortsRequest,
    pages: Pages,
) -> Result<GetCohortsResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages)?;
    let (period, only) = filter(request.filter.as_ref(), &[])?;
    let ask = Ask {
        period: whole_months(period),
        only,
        by: vec![By::Bucket(Bucket::Month), By::Label("age")],
        page,
    };
    let reader = Reader::open(reports).await?;
    let sums = reader.sums(Cohort::TABLE, &ask).await?;
    let mut ages: BTreeMap<(String, i64), Cohort> = BTreeMap::new();
    for (group, sums) in sums.rows {
        if let [month, age] = group.as_slice() {
            let age = age.parse().unwrap_or(0);
            ages.insert((month.clone(), age), Cohort::of_sums(&sums));
        }
    }
    let rows = rows(&reader, ages);
    let (rows, next_page_token) = page.cut(rows).ok_or(Error::TooManyRows)?;
    Ok(GetCohortsResponse {
        as_of: Some(reader.as_of()),
        rows,
        next_page_token,
    })
}

fn whole_months(period: Period) -> Period {
    let month = |day| Bucket::Month.start(day);
    Period {
        from: period.from.map(month),
        until: period.until.map(|until| {
            let first = month(until - 1);
            month(first + LONGEST_MONTH)
        }),
    }
}

fn rows(reader: &Reader, ages: BTreeMap<(String, i64), Cohort>) -> Vec<CohortRow> {
    let mut rows: Vec<CohortRow> = Vec::with_capacity(ages.len());
    let (mut size, mut so_far) = (0, 0);
    for ((month, age), it) in ages {
        if rows.last().is_none_or(|last| last.month != month) {
            // All of them sign in the first month.
            (size, so_far) = (it.clients, 0);
        }
        so_far += it.revenue;
        rows.push(CohortRow {
            month,
            age,
            size,
            clients: it.clients,
            contracts: it.contracts,
            revenue: reader.money(it.revenue),
            received: reader.money(it.received),
            revenue_so_far: reader.money(so_far),
            value_per_client: mean(so_far, size).and_then(|value| reader.money(value)),
        });
    }
    rows
}
