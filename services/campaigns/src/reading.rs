//! Files of others, read row by row.

pub mod channels;
pub mod costs;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use rpc::{Failure, decode::Fields};

use crate::domain::money::Money;

/// A row that was read, or what is wrong with it.
#[derive(Debug)]
pub struct Row<T> {
    /// Line of the file on which it begins.
    pub line: u64,
    pub read: Result<T, Vec<Problem>>,
}

/// What is wrong with a column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: String,
    pub reason: String,
    pub description: String,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub line: u64,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Recorded under this id.
    Created(String),
    /// Recorded before under this id.
    Known(String),
    Rejected(Vec<Problem>),
}

/// Parts rows into those with a verdict already and those to be recorded, by line. An id that comes
/// twice in a file is that of the first row.
pub fn settle<T, I: Ord + ToString>(
    rows: Vec<Row<T>>,
    id: impl Fn(&T) -> I,
) -> (BTreeMap<u64, Verdict>, Vec<(u64, T)>) {
    let (mut verdicts, mut lines, mut seen) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for row in rows {
        match row.read {
            Ok(read) if seen.insert(id(&read)) => lines.push((row.line, read)),
            Ok(_) => {
                let problem = problem("id", "ID_TAKEN", "stands in this file already");
                verdicts.insert(row.line, Verdict::Rejected(vec![problem]));
            }
            Err(problems) => {
                verdicts.insert(row.line, Verdict::Rejected(problems));
            }
        }
    }
    (verdicts, lines)
}

fn problem(field: &str, reason: &str, description: &str) -> Problem {
    Problem {
        field: field.to_owned(),
        reason: reason.to_owned(),
        description: description.to_owned(),
    }
}

/// The fields of a row, or all that is wrong with them.
fn finish<T>(fields: Fields, build: impl FnOnce() -> Option<T>) -> Result<T, Vec<Problem>> {
    fields.finish(build).map_err(|invalid| {
        let violations = invalid.violations().into_iter();
        violations
            .map(|it| problem(&it.field, &it.reason, &it.description))
            .collect()
    })
}

/// The beginning of a day, from `2026-11-26` or `26.11.2026`.
fn day(fields: &mut Fields, field: &str, text: &str) -> Option<DateTime<Utc>> {
    let text = fields.text(field, text, 20)?;
    let dashed = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
    let dotted = || NaiveDate::parse_from_str(&text, "%d.%m.%Y");
    let day = dashed.or_else(|_| dotted());
    let wrong = "is no day such as 2026-11-26 or 26.11.2026";
    let day = fields.read(field, day.map_err(|_| wrong))?;
    let years = chrono::Datelike::year(&day);
    fields.within(field, years, &(1_900..=9_000))?;
    Some(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

/// An amount, absent when the column is empty.
#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three things"
)]
fn money(fields: &mut Fields, field: &str, text: &str, currency: &str) -> Option<Option<Money>> {
    if text.is_empty() {
        return Some(None);
    }
    if currency.is_empty() {
        fields.wrong("currency", "REQUIRED", "is required with an amount");
        return None;
    }
    fields.read(field, Money::read(text, currency)).map(Some)
}

/// A whole number, absent when the column is empty.
#[expect(
    clippy::option_option,
    reason = "wrong, absent and given are three things"
)]
fn number(fields: &mut Fields, field: &str, text: &str, most: i64) -> Option<Option<i64>> {
    let number = fields.parse_optional::<i64>(field, text)?;
    match number {
        Some(number) => fields.within(field, number, &(0..=most)).map(Some),
        None => Some(None),
    }
}
