//! The records behind a number, and the number itself.

use proto::analytics::v1::Filter;
use proto::types::v1::Money;
use rpc::decode::Invalid;
use uuid::Uuid;

use super::Reports;
use super::ask::{Ask, By, Page, Pages, filter};
use super::reader::Reader;
use crate::domain::figures::{CellTable, Value};
use crate::domain::report::Period;
use crate::error::Error;
use crate::store::reports::records::numbers::Number;
use crate::store::reports::records::{Cursor, Listing};

/// What is asked for, whichever list it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) filter: Option<&'a Filter>,
    pub(crate) number: &'a str,
    pub(crate) page_size: i32,
    pub(crate) page_token: &'a str,
    /// For a file: rows of one part of it, and no totals.
    pub(crate) whole: Option<u32>,
}

/// A page of records.
pub(crate) struct Found<T> {
    pub(crate) reader: Reader,
    pub(crate) records: Vec<T>,
    pub(crate) total: i64,
    pub(crate) money: i64,
    pub(crate) next_page_token: String,
}

impl<T> Found<T> {
    /// The sum of money, in the base currency.
    pub(crate) fn money(&self) -> Option<Money> {
        self.reader.money(self.money)
    }
}

/// Reads a page of records of one of these numbers.
pub(crate) async fn find<T>(
    reports: &Reports,
    numbers: &'static [Number],
    wanted: Wanted<'_>,
    make: impl Fn(Uuid, Vec<Value>) -> T,
) -> Result<Found<T>, Error> {
    let number = choose(numbers, wanted.number)?;
    let size = match wanted.whole {
        Some(size) => size,
        None => rpc::page::size(wanted.page_size)?,
    };
    let after = rpc::page::decode::<Cursor>(wanted.page_token)?;
    let (period, only) = filter(wanted.filter, &number.labels())?;
    check_campaign(number, &only)?;
    let mut reader = Reader::open(reports).await?;
    let listing = Listing {
        number,
        period,
        only: reader.numbers(&only).await?,
    };
    let mut rows = reader.snapshot.records(&listing, after, size + 1).await?;
    let more = rows.len() > usize::try_from(size).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let last = rows.last().filter(|_| more);
    let last = last.and_then(|row| Some(Cursor(row.moment?, row.id)));
    let (total, money) = match wanted.whole {
        Some(_) => (0, 0),
        None => totals(&reader, &listing, period, only).await?,
    };
    Ok(Found {
        records: reader.records(rows, make).await?,
        next_page_token: last
            .map(|last| rpc::page::encode(&last))
            .unwrap_or_default(),
        reader,
        total,
        money,
    })
}

fn choose(numbers: &'static [Number], name: &str) -> Result<&'static Number, Invalid> {
    let found = numbers
        .iter()
        .find(|number| name.is_empty() || number.name == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = numbers.iter().map(|number| number.name).collect();
        let why = format!("is none of {}", known.join(", "));
        Invalid::field("number", "UNKNOWN_NUMBER", why)
    })
}

/// A record counts for each campaign that touched it, so over several there is no list that has as many.
fn check_campaign(number: &Number, only: &[(&'static str, Vec<String>)]) -> Result<(), Invalid> {
    let one = only
        .iter()
        .any(|(label, texts)| *label == "campaign" && texts.len() == 1);
    if number.of_campaign && !one {
        let why = "is to name one campaign for this number";
        return Err(Invalid::field("filter.campaigns", "REQUIRED", why));
    }
    Ok(())
}

/// What the report says: summed up from the same cells.
async fn totals(
    reader: &Reader,
    listing: &Listing,
    period: Period,
    only: Vec<(&'static str, Vec<String>)>,
) -> Result<(i64, i64), Error> {
    let number = listing.number;
    let Some(cells) = number.cells else {
        let sum = number.money.0.first().copied();
        return Ok(reader.snapshot.counted(listing, sum).await?);
    };
    let ask = Ask {
        period: if number.any_day {
            Period::default()
        } else {
            period
        },
        only,
        by: Vec::new(),
        page: Page::read(0, "", Pages::One)?,
    };
    let sums = counted(reader, cells, number, ask).await?;
    Ok((
        difference(cells, &sums, number.counts),
        difference(cells, &sums, number.money),
    ))
}

/// Sums of the cells that have records.
async fn counted(
    reader: &Reader,
    cells: &'static CellTable,
    number: &Number,
    mut ask: Ask,
) -> Result<Vec<i64>, Error> {
    let sums: Vec<&'static str> = [number.counts, number.money]
        .into_iter()
        .flat_map(|(more, less)| more.iter().chain(less).copied())
        .collect();
    let (label, without) = number.without;
    if without.is_empty() {
        return Ok(reader.some_sums(cells, &sums, &ask).await?.total());
    }
    ask.by.push(By::Label(label));
    let mut sums = reader.some_sums(cells, &sums, &ask).await?;
    let left_out = |value: &String| without.contains(&value.as_str());
    sums.rows.retain(|group, _| !group.iter().any(left_out));
    Ok(sums.total())
}

fn difference(cells: &CellTable, sums: &[i64], (more, less): (&[&str], &[&str])) -> i64 {
    let sum_of = |names: &[&str]| -> i64 {
        let sums = cells.sums.iter().zip(sums);
        sums.filter(|(name, _)| names.contains(name))
            .map(|(_, sum)| *sum)
            .sum()
    };
    sum_of(more) - sum_of(less)
}
