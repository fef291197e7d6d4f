//! Lists of the records behind a number, newest first.

pub mod numbers;

use clock::Timestamp;
use database::Error;
use sea_orm::QueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::snapshot::Snapshot;
use super::sql::Values;
use crate::domain::figures::{ColumnKind, Day, RecordTable, Value};
use crate::domain::report::{Period, date};
use numbers::{Number, Part};

/// A row whose labels are still numbers.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: Uuid,
    pub journey: Uuid,
    /// What it is listed by.
    pub moment: Option<Timestamp>,
    pub cells: Vec<Cell>,
}

/// A value of a row.
#[derive(Debug, Clone)]
pub enum Cell {
    Label(i32),
    Other(Value),
}

/// Which records are wanted.
#[derive(Debug, Clone)]
pub struct Listing {
    pub number: &'static Number,
    pub period: Period,
    /// Numbers that a label may have.
    pub only: Vec<(&'static str, Vec<i32>)>,
}

/// The last row of a page.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Cursor(pub Timestamp, pub Uuid);

impl Snapshot {
    /// Records of a list after those that were read before.
    pub async fn records(
        &self,
        listing: &Listing,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Row>, Error> {
        let mut values = Values::default();
        let table = listing.number.table;
        let found = self.found(listing, after, &mut values).await?;
        let sql = format!(
            "select {}, {found} order by moment desc, r.id desc limit {limit}",
            columns(table, &listing.number.part)
        );
        let rows = values.query(&self.tx, sql).await?;
        rows.iter().map(|row| read(table, row)).collect()
    }

    /// How many records a list has, and what they add up to in a column. For short lists alone: each is looked at.
    pub async fn counted(&self, listing: &Listing, sum: Option<&str>) -> Result<(i64, i64), Error> {
        let mut values = Values::default();
        let sum = sum.map_or_else(|| "0".to_owned(), |column| format!("r.{column}"));
        let found = self.found(listing, None, &mut values).await?;
        let sql = format!(
            "select count(*), cast(coalesce(sum(added), 0) as bigint) \
             from (select {sum} as added, {found}) as part"
        );
        let rows = values.query(&self.tx, sql).await?;
        let Some(row) = rows.first() else {
            return Ok((0, 0));
        };
        Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
    }

    /// From the moment on, all but the order.
    async fn found(
        &self,
        listing: &Listing,
        after: Option<Cursor>,
        values: &mut Values,
    ) -> Result<String, Error> {
        let part = &listing.number.part;
        let time = part.time;
        let mut sql = format!(
            "{time} as moment from {} where r.generation = {} and {time} is not null",
            part.from,
            values.bind(self.generation)
        );
        let from = if part.from_bound.is_some() { ">" } else { ">=" };
        if !listing.number.any_day {
            let bounds = [
                (listing.period.from, part.from_bound.unwrap_or(time), from),
                (listing.period.until, time, "<"),
            ];
            for (day, column, order) in bounds {
                if let Some(day) = day {
                    let mark = values.bind(midnight(day));
                    sql = format!("{sql} and {column} {order} {mark}");
                }
            }
        }
        if !part.only.is_empty() {
            let only = self.with_numbers(part.only).await?;
            sql = format!("{sql} and {only}");
        }
        for (label, numbers) in &listing.only {
            let column = part.column(label);
            let any = match (column, numbers.is_empty()) {
                (Some(column), false) => {
                    let marks = values.bind_all(numbers);
                    if column.contains("{}") {
                        column.replace("{}", &marks)
                    } else {
                        format!("{column} in ({marks})")
                    }
                }
                // Nothing bears what was asked for.
                _ => "1 = 0".to_owned(),
            };
            sql = format!("{sql} and {any}");
        }
        if let Some(Cursor(moment, id)) = after {
            let (moment, id) = (values.bind(moment), values.bind(id));
            sql = format!("{sql} and ({time}, r.id) < ({moment}, {id})");
        }
        Ok(sql)
    }

    /// Puts numbers in the place of labels: a plan is only as good as what it knows, and of a subquery it knows nothing.
    async fn with_numbers(&self, condition: &str) -> Result<String, Error> {
        let mut told = String::new();
        let mut rest = condition;
        while let Some((before, (labels, after))) = rest
            .split_once('{')
            .and_then(|(before, marked)| Some((before, marked.split_once('}')?)))
        {
            let labels: Vec<String> = labels.split(',').map(str::to_owned).collect();
            let numbers = self.numbers(&labels).await?;
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            told.push_str(before);
            // No row bears a label that has no number yet, nor this one.
            if numbers.is_empty() {
                told.push_str("-1");
            } else {
                told.push_str(&numbers.join(", "));
            }
            rest = after;
        }
        told.push_str(rest);
        Ok(told)
    }

    /// All records of a journey in a table, earliest first.
    pub async fn records_of(
        &self,
        table: &'static RecordTable,
        journey: Uuid,
        order: &str,
        limit: u32,
    ) -> Result<Vec<Row>, Error> {
        let mut values = Values::default();
        let sql = format!(
            "select {}, null as moment from {} r where r.generation = {} and r.journey_id = {} \
             order by {order}, r.id limit {limit}",
            columns_of(table),
            table.name,
            values.bind(self.generation),
            values.bind(journey)
        );
        let rows = values.query(&self.tx, sql).await?;
        rows.iter().map(|row| read_all(table, row, false)).collect()
    }
}

impl Snapshot {
    /// Records of a short table, in no order.
    pub async fn all(
        &self,
        table: &'static RecordTable,
        only: &[(&'static str, Vec<i32>)],
        limit: usize,
    ) -> Result<Vec<Row>, Error> {
        let mut values = Values::default();
        let mut sql = format!(
            "select {} from {} r where r.generation = {}",
            columns_of(table),
            table.name,
            values.bind(self.generation)
        );
        for (label, numbers) in only {
            let any = if numbers.is_empty() {
                "1 = 0".to_owned()
            } else {
                format!("r.{label} in ({})", values.bind_all(numbers))
            };
            sql = format!("{sql} and {any}");
        }
        let rows = values
            .query(&self.tx, format!("{sql} limit {limit}"))
            .await?;
        rows.iter().map(|row| read_all(table, row, false)).collect()
    }
}

/// The first moment of a day.
pub fn midnight(day: Day) -> Timestamp {
    date(day).and_time(chrono::NaiveTime::MIN).and_utc()
}

fn columns(table: &RecordTable, part: &Part) -> String {
    // A table that is joined must not be read instead.
    debug_assert!(part.from.contains(table.name), "{}", table.name);
    columns_of(table)
}

pub(super) fn columns_of(table: &RecordTable) -> String {
    let mut columns = "r.id, r.journey_id".to_owned();
    for (name, kind) in table.columns {
        let column = match kind {
            ColumnKind::Label => format!(", cast(r.{name} as integer) as {name}"),
            _ => format!(", r.{name}"),
        };
        columns.push_str(&column);
    }
    columns
}

fn read(table: &'static RecordTable, row: &QueryResult) -> Result<Row, Error> {
    read_all(table, row, true)
}

pub(super) fn read_all(
    table: &'static RecordTable,
    row: &QueryResult,
    timed: bool,
) -> Result<Row, Error> {
    let mut cells = Vec::with_capacity(table.columns.len());
    let mut index = 2;
    for (_, kind) in table.columns {
        cells.push(match kind {
            ColumnKind::Label => Cell::Label(row.try_get_by_index(index)?),
            ColumnKind::Id => Cell::Other(Value::Id(row.try_get_by_index(index)?)),
            ColumnKind::Text => Cell::Other(Value::Text(row.try_get_by_index(index)?)),
            ColumnKind::Int => Cell::Other(Value::Int(row.try_get_by_index(index)?)),
            ColumnKind::Flag => Cell::Other(Value::Flag(row.try_get_by_index(index)?)),
            ColumnKind::Time => Cell::Other(Value::Time(row.try_get_by_index(index)?)),
        });
        index += 1;
    }
    Ok(Row {
        id: row.try_get_by_index(0)?,
        journey: row.try_get_by_index(1)?,
        moment: if timed {
            row.try_get_by_index(index)?
        } else {
            None
        },
        cells,
    })
}
