//! Stays of deals in stages.

use proto::analytics::v1::{GetStagesRequest, GetStagesResponse, Key, StageRow};

use super::Reports;
use super::ask::{By, Page, Pages, ask};
use super::reader::{Group, Reader, topic_of};
use crate::domain::figures::cells::Stage;
use crate::domain::report::{mean, share};
use crate::error::Error;

pub(crate) const LABELS: &[&str] = Stage::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &["topic", "stage"];

pub(crate) async fn report(
    reports: &Reports,
    request: &GetStagesRequest,
    pages: Pages,
) -> Result<GetStagesResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let sums = reader.sums(Stage::TABLE, &ask).await?;
    let groups = sums.rows.keys().cloned();
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let total = sums.total();
    let rows = page.into_iter().map(|(group, keys)| {
        let mut row = row(&reader, keys, &sums.of(&group));
        describe(&reader, &ask.by, &group, &mut row);
        row
    });
    Ok(GetStagesResponse {
        as_of: Some(reader.as_of()),
        rows: rows.collect(),
        total: Some(row(&reader, Vec::new(), &total)),
        next_page_token,
    })
}

/// Adds what is known of the stage itself.
fn describe(reader: &Reader, by: &[By], group: &Group, row: &mut StageRow) {
    let place = by.iter().position(|by| *by == By::Label("stage"));
    let Some(code) = place.and_then(|place| group.get(place)) else {
        return;
    };
    let topic = topic_of(by, group);
    if topic.is_empty() {
        return;
    }
    if let Some(stage) = reader.names.stage(topic, code) {
        let narrow = |number: i64| i32::try_from(number).ok();
        row.place = narrow(stage.place);
        row.probability_percent = narrow(stage.probability_percent);
        row.limit_days = narrow(stage.limit_days);
    }
}

fn row(reader: &Reader, keys: Vec<Key>, sums: &[i64]) -> StageRow {
    let it = Stage::of_sums(sums);
    StageRow {
        keys,
        entered: it.entered,
        completed: it.completed,
        seconds: mean(it.seconds, it.completed),
        advanced: it.advanced,
        advanced_share: share(it.advanced, it.completed),
        won: it.won,
        lost: it.lost,
        lost_share: share(it.lost, it.completed),
        lost_value: reader.money(it.lost_value),
        ..StageRow::default()
    }
}
