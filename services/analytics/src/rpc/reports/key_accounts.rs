//! Contracts that began, grew and ended.

use std::collections::BTreeMap;

use proto::analytics::v1::{GetKeyAccountsRequest, GetKeyAccountsResponse, Key, KeyAccountRow};

use super::Reports;
use super::ask::{Ask, By, Page, Pages, ask};
use super::reader::{Group, Grouped, Reader};
use crate::domain::figures::cells::Contract;
use crate::domain::report::{Period, share};
use crate::error::Error;

pub(crate) const LABELS: &[&str] = &["kind", "agent"];
pub(crate) const DEFAULT: &[&str] = &["kind"];

pub(crate) async fn report(
    reports: &Reports,
    request: &GetKeyAccountsRequest,
    pages: Pages,
) -> Result<GetKeyAccountsResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let mut kinds = ask.clone();
    let place = kinds.by.iter().position(|by| *by == By::Label("kind"));
    if place.is_none() {
        kinds.by.push(By::Label("kind"));
    }
    let place = place.unwrap_or(ask.by.len());
    let by_kind = reader.sums(Contract::TABLE, &kinds).await?;
    let sums = by_kind.folded(ask.by.len());
    let before = before(&reader, &ask).await?;
    let standing = standing(&ask.by, &sums, &before);

    // What was in force and neither grew nor ended has its row too.
    let mut groups: Vec<Group> = sums.rows.keys().cloned().collect();
    if ask.by.iter().all(|by| by.label().is_some()) {
        let in_force = before.iter().filter(|(_, in_force)| **in_force != 0);
        groups.extend(in_force.map(|(group, _)| group.clone()));
    }
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let rows = page.into_iter().map(|(group, keys)| {
        let of_kinds = by_kind.rows.iter().filter(|(it, _)| it.starts_with(&group));
        let in_force = standing.get(&group).or_else(|| before.get(&group));
        let row = row(&reader, keys, &sums.of(&group), *in_force.unwrap_or(&0));
        with_kinds(&reader, row, place, of_kinds)
    });
    let rows = rows.collect();
    let total = row(&reader, Vec::new(), &sums.total(), before.values().sum());
    Ok(GetKeyAccountsResponse {
        as_of: Some(reader.as_of()),
        rows,
        total: Some(with_kinds(&reader, total, place, by_kind.rows.iter())),
        next_page_token,
    })
}

/// How many contracts of each group were in force when the period began; groups are without their span of time.
async fn before(reader: &Reader, ask: &Ask) -> Result<BTreeMap<Group, i64>, Error> {
    let Some(from) = ask.period.from else {
        return Ok(BTreeMap::new());
    };
    let mut earlier = ask.clone();
    earlier.by.retain(|by| by.label().is_some());
    earlier.period = Period {
        from: None,
        until: Some(from),
    };
    let sums = reader.sums(Contract::TABLE, &earlier).await?;
    let in_force = sums.rows.into_iter().map(|(group, sums)| {
        let sums = Contract::of_sums(&sums);
        (group, sums.started - sums.ended)
    });
    Ok(in_force.collect())
}

/// How many were in force at the beginning of each group's span of time.
fn standing(by: &[By], sums: &Grouped, before: &BTreeMap<Group, i64>) -> BTreeMap<Group, i64> {
    let span = by.iter().position(|by| by.label().is_none());
    let Some(span) = span else {
        return BTreeMap::new();
    };
    let mut groups: Vec<&Group> = sums.rows.keys().collect();
    groups.sort_by_key(|group| group.get(span));
    let mut now = before.clone();
    let mut standing = BTreeMap::new();
    for group in groups {
        let mut labels = group.clone();
        labels.remove(span);
        let in_force = now.entry(labels).or_default();
        standing.insert(group.clone(), *in_force);
        let sums = Contract::of_sums(&sums.of(group));
        *in_force += sums.started - sums.ended;
    }
    standing
}

fn row(reader: &Reader, keys: Vec<Key>, sums: &[i64], in_force: i64) -> KeyAccountRow {
    let it = Contract::of_sums(sums);
    let lost = it.ended - it.continued;
    KeyAccountRow {
        keys,
        signed: it.signed,
        signed_value: reader.money(it.signed_value),
        started: it.started,
        ended: it.ended,
        ended_value: reader.money(it.ended_value),
        continued: it.continued,
        lost,
        in_force,
        churn: share(lost, in_force),
        unconverted: it.unconverted,
        ..KeyAccountRow::default()
    }
}

/// Adds what was signed of the kinds that continue or widen something.
fn with_kinds<'a>(
    reader: &Reader,
    mut row: KeyAccountRow,
    place: usize,
    of_kinds: impl Iterator<Item = (&'a Group, &'a Vec<i64>)>,
) -> KeyAccountRow {
    let mut signed: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (group, sums) in of_kinds {
        let it = Contract::of_sums(sums);
        let kind = group.get(place).map_or("", String::as_str);
        let (count, value) = signed.entry(kind).or_default();
        *count += it.signed;
        *value += it.signed_value;
    }
    let of = |kind: &str| signed.get(kind).copied().unwrap_or_default();
    let money = |kind: &str| reader.money(of(kind).1);
    (row.renewals, row.renewal_value) = (of("renewal").0, money("renewal"));
    (row.extensions, row.extension_value) = (of("extension").0, money("extension"));
    (row.expansions, row.expansion_value) = (of("expansion").0, money("expansion"));
    row.contracts = row.signed - row.extensions - row.expansions;
    (row.cross_sales, row.cross_sale_value) = (of("cross_sale").0, money("cross_sale"));
    row
}
