//! Credit for contracts, by all models side by side.

use std::collections::{BTreeMap, BTreeSet};

use proto::analytics::v1::{
    AttributionRow, GetAttributionRequest, GetAttributionResponse, Key, ModelCredit,
};

use super::Reports;
use super::ask::{By, Page, Pages, ask};
use super::costs::costs;
use super::reader::{Group, Reader};
use crate::domain::figures::cells::Credit;
use crate::domain::report::{return_on, share, shares};
use crate::error::Error;

/// In the order of answers.
pub(crate) const MODELS: [&str; 6] = [
    "first",
    "last",
    "linear",
    "position",
    "time_decay",
    "data_driven",
];
pub(crate) const LABELS: &[&str] = &["channel", "source", "campaign", "activity", "partner"];
pub(crate) const DEFAULT: &[&str] = &["channel"];

/// Sums of one model by group, with the share of each group.
#[derive(Default)]
struct Credits {
    rows: BTreeMap<Group, (Credit, Option<i64>)>,
    total: Credit,
}

pub(crate) async fn report(
    reports: &Reports,
    request: &GetAttributionRequest,
    pages: Pages,
) -> Result<GetAttributionResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let mut of_models = ask.clone();
    of_models.by.insert(0, By::Label("model"));
    let sums = reader.sums(Credit::TABLE, &of_models).await?;
    let costs = costs(&reader, &ask).await?;
    let models: Vec<Credits> = MODELS
        .iter()
        .map(|model| credits(model, &sums.rows))
        .collect();

    let mut groups: BTreeSet<Group> = BTreeSet::new();
    groups.extend(
        models
            .iter()
            .flat_map(|credits| credits.rows.keys().cloned()),
    );
    groups.extend(costs.iter().flat_map(|costs| costs.keys().cloned()));
    if ask.by.is_empty() {
        groups.insert(Group::new());
    }
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let rows = page.into_iter().map(|(group, keys)| {
        let cost = costs
            .as_ref()
            .map(|costs| costs.get(&group).map_or(0, |(cost, _)| *cost));
        let credits = models.iter().map(|credits| {
            let found = credits.rows.get(&group).cloned();
            let nothing = share(0, credits.total.parts);
            found.unwrap_or((Credit::default(), nothing))
        });
        row(&reader, keys, credits, cost)
    });
    let rows = rows.collect();
    let cost = costs.map(|costs| costs.values().map(|(cost, _)| cost).sum());
    let whole = models.iter().map(|credits| {
        let total = credits.total.clone();
        let all = share(total.parts, total.parts);
        (total, all)
    });
    let weights = reader.snapshot.weights().await?;
    Ok(GetAttributionResponse {
        as_of: Some(reader.as_of()),
        rows,
        total: Some(row(&reader, Vec::new(), whole, cost)),
        next_page_token,
        weights_version: weights.version,
        weights_at: weights.at.map(proto::convert::timestamp),
    })
}

fn credits(model: &str, sums: &BTreeMap<Group, Vec<i64>>) -> Credits {
    let mut rows: Vec<(Group, Credit)> = Vec::new();
    let mut total = Credit::default();
    for (group, sums) in sums {
        let Some((first, rest)) = group.split_first() else {
            continue;
        };
        if first != model {
            continue;
        }
        let sums = Credit::of_sums(sums);
        total.parts = total.parts.saturating_add(sums.parts);
        total.revenue = total.revenue.saturating_add(sums.revenue);
        total.touches = total.touches.saturating_add(sums.touches);
        rows.push((rest.to_vec(), sums));
    }
    let parts: Vec<i64> = rows.iter().map(|(_, sums)| sums.parts).collect();
    let rows = rows
        .into_iter()
        .zip(shares(&parts))
        .map(|((group, sums), share)| (group, (sums, share)));
    Credits {
        rows: rows.collect(),
        total,
    }
}

fn row(
    reader: &Reader,
    keys: Vec<Key>,
    credits: impl Iterator<Item = (Credit, Option<i64>)>,
    cost: Option<i64>,
) -> AttributionRow {
    let credits = MODELS
        .iter()
        .zip(credits)
        .map(|(model, (sums, share))| ModelCredit {
            model: (*model).to_owned(),
            parts: sums.parts,
            share,
            revenue: reader.money(sums.revenue),
            touches: sums.touches,
            roi: cost.and_then(|cost| return_on(sums.revenue, cost)),
        });
    AttributionRow {
        keys,
        credits: credits.collect(),
        cost: cost.and_then(|cost| reader.money(cost)),
    }
}
