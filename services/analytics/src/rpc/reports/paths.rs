//! Paths of journeys, and steps from channel to channel.

use std::collections::BTreeMap;

use proto::analytics::v1::{
    GetJourneysRequest, GetJourneysResponse, GetStepsRequest, GetStepsResponse, PathRow, StepRow,
};

use super::Reports;
use super::ask::{Ask, By, Page, Pages, filter};
use super::reader::Reader;
use crate::domain::figures::cells::{Path, Step};
use crate::domain::report::{mean, share};
use crate::error::Error;

pub(crate) async fn journeys(
    reports: &Reports,
    request: &GetJourneysRequest,
    pages: Pages,
) -> Result<GetJourneysResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages)?;
    let (period, only) = filter(request.filter.as_ref(), &[])?;
    let by = vec![By::Label("path")];
    let ask = Ask {
        period,
        only,
        by,
        page,
    };
    let reader = Reader::open(reports).await?;
    let everything = Ask {
        by: Vec::new(),
        ..ask.clone()
    };
    let total = reader.sums(Path::TABLE, &everything).await?.total();
    let total = Path::of_sums(&total);
    let paths = reader.top(Path::TABLE, "journeys", &ask).await?;
    let (paths, next_page_token) = page.cut_rest(paths).ok_or(Error::TooManyRows)?;
    let all = total.journeys;
    let rows = paths
        .into_iter()
        .map(|(path, sums)| path_row(&reader, path, &Path::of_sums(&sums), all));
    Ok(GetJourneysResponse {
        as_of: Some(reader.as_of()),
        rows: rows.collect(),
        total: Some(path_row(&reader, String::new(), &total, all)),
        next_page_token,
    })
}

fn path_row(reader: &Reader, path: String, it: &Path, all: i64) -> PathRow {
    PathRow {
        path,
        journeys: it.journeys,
        share: share(it.journeys, all),
        touches: it.touches,
        contracts: it.contracts,
        contract_share: share(it.contracts, it.journeys),
        revenue: reader.money(it.revenue),
        seconds: mean(it.seconds, it.journeys),
        between_seconds: mean(it.seconds, it.touches - it.journeys),
    }
}

pub(crate) async fn steps(
    reports: &Reports,
    request: &GetStepsRequest,
    pages: Pages,
) -> Result<GetStepsResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages)?;
    let (period, only) = filter(request.filter.as_ref(), &[])?;
    let by = vec![By::Label("from_channel"), By::Label("to_channel")];
    let ask = Ask {
        period,
        only,
        by,
        page,
    };
    let reader = Reader::open(reports).await?;
    let sums = reader.sums(Step::TABLE, &ask).await?;
    let total = Step::of_sums(&sums.total());
    let mut leaving: BTreeMap<String, i64> = BTreeMap::new();
    for (group, sums) in &sums.folded(1).rows {
        leaving.insert(group.concat(), Step::of_sums(sums).steps);
    }
    let rows = sums.rows.into_iter().filter_map(|(group, sums)| {
        let [from_channel, to_channel] = <[String; 2]>::try_from(group).ok()?;
        let it = Step::of_sums(&sums);
        Some(StepRow {
            steps: it.steps,
            share: share(it.steps, *leaving.get(&from_channel)?),
            seconds: mean(it.seconds, it.steps),
            from_channel,
            to_channel,
        })
    });
    let (rows, next_page_token) = page.cut(rows.collect()).ok_or(Error::TooManyRows)?;
    Ok(GetStepsResponse {
        as_of: Some(reader.as_of()),
        rows,
        total: Some(StepRow {
            steps: total.steps,
            share: share(total.steps, total.steps),
            seconds: mean(total.seconds, total.steps),
            ..StepRow::default()
        }),
        next_page_token,
    })
}
