//! Sums of cells: whole years from the rows of years, whole months around them from those of months, the days around
//! these from those of days.

use std::collections::BTreeMap;

use database::Error;

use super::snapshot::Snapshot;
use super::sql::Values;
use crate::domain::figures::{CellTable, Day};
use crate::domain::report::{Bucket, Grain, Period, Segment};
use crate::store::figures::name_of;

/// Rows of one statement at most; a report with more of them is nothing that anybody reads.
pub const MOST_ROWS: usize = 200_000;

/// Which sums are wanted.
#[derive(Debug, Clone)]
pub struct Question {
    pub table: &'static CellTable,
    /// Sums that are wanted; empty for all. Each costs about as much as going to the rows does.
    pub sums: Vec<&'static str>,
    pub period: Period,
    /// Numbers that a label may have.
    pub only: Vec<(&'static str, Vec<i32>)>,
    /// Labels that the sums are grouped by.
    pub by: Vec<&'static str>,
    pub bucket: Option<Bucket>,
    /// A part of the groups; all without.
    pub top: Option<Top>,
}

/// Groups with most of a sum, those with as much in the order of their first label.
#[derive(Debug, Clone, Copy)]
pub struct Top {
    pub of: &'static str,
    pub skip: usize,
    pub limit: usize,
}

impl Question {
    fn wants(&self, sum: &str) -> bool {
        self.sums.is_empty() || self.sums.contains(&sum)
    }
}

/// A group: start of its span of time (0 without one), and its labels.
pub type Group = (Day, Vec<i32>);

/// Sums by group, in the order of the table's sums, 0 for those that are not wanted; none when there are too many groups.
pub type Sums = Option<BTreeMap<Group, Vec<i64>>>;

impl Snapshot {
    /// Sums up.
    pub async fn sums(&self, question: &Question) -> Result<Sums, Error> {
        let mut values = Values::default();
        let sql = statement(question, self.generation, &mut values);
        let rows = values.query(&self.tx, sql).await?;
        if rows.len() > MOST_ROWS {
            return Ok(None);
        }
        let mut sums: BTreeMap<Group, Vec<i64>> = BTreeMap::new();
        for row in rows {
            let mut column = 0..;
            let mut next = || row.try_get_by_index::<Option<i64>>(column.next().unwrap_or(0));
            let period = match question.bucket {
                Some(bucket) => bucket.start(narrow(next()?)),
                None => 0,
            };
            let mut labels = Vec::with_capacity(question.by.len());
            for _ in &question.by {
                labels.push(narrow(next()?));
            }
            let group = sums
                .entry((period, labels))
                .or_insert_with(|| vec![0; question.table.sums.len()]);
            for (sum, name) in group.iter_mut().zip(question.table.sums) {
                // Sums that no column holds are told as the largest there is.
                if question.wants(name) {
                    *sum = sum.saturating_add(next()?.unwrap_or(0));
                }
            }
        }
        Ok(Some(sums))
    }
}

fn narrow(number: Option<i64>) -> i32 {
    i32::try_from(number.unwrap_or(0)).unwrap_or(0)
}

fn statement(question: &Question, generation: i32, values: &mut Values) -> String {
    let table = question.table;
    let mut keys: Vec<&str> = question.bucket.iter().map(|_| "period").collect();
    keys.extend(&question.by);
    let longest = question.bucket.map_or(Grain::Year, Bucket::grain);
    let wanted = table.sums.iter().filter(|sum| question.wants(sum));
    let columns: Vec<&str> = keys.iter().chain(wanted.clone()).copied().collect();
    let parts: Vec<String> = question
        .period
        .segments(longest)
        .into_iter()
        .map(|segment| part(question, segment, &columns.join(", "), generation, values))
        .collect();
    let sums = wanted.map(|sum| format!("cast(sum({sum}) as bigint)"));
    let selected: Vec<String> = keys
        .iter()
        .map(|key| format!("cast({key} as bigint)"))
        .chain(sums)
        .collect();
    let mut sql = format!(
        "select {} from ({}) as part",
        selected.join(", "),
        parts.join(" union all ")
    );
    if !keys.is_empty() {
        sql = format!("{sql} group by {}", keys.join(", "));
    }
    match question.top {
        Some(Top { of, skip, limit }) => {
            let first = keys.first().copied().unwrap_or("1");
            format!("{sql} order by sum({of}) desc, {first} limit {limit} offset {skip}")
        }
        None => format!("{sql} limit {}", MOST_ROWS + 1),
    }
}

fn part(
    question: &Question,
    segment: Segment,
    columns: &str,
    generation: i32,
    values: &mut Values,
) -> String {
    let mut sql = format!(
        "select {columns} from {} where generation = {}",
        name_of(question.table, segment.grain),
        values.bind(generation)
    );
    let bounds = [(segment.period.from, ">="), (segment.period.until, "<")];
    for (day, order) in bounds {
        if let Some(day) = day {
            sql = format!("{sql} and period {order} {}", values.bind(day));
        }
    }
    for (label, numbers) in &question.only {
        let any = if numbers.is_empty() {
            // Nothing bears what was asked for.
            "1 = 0".to_owned()
        } else {
            format!("{label} in ({})", values.bind_all(numbers))
        };
        sql = format!("{sql} and {any}");
    }
    sql
}
