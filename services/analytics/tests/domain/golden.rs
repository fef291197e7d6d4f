//! A small company, worked by hand in `tests/golden/worked.md`.

use std::collections::{BTreeMap, BTreeSet};

use analytics::domain::{
    derive::contribution,
    fact::Fact,
    figures::{CellRow, Contribution, RecordRow, Value},
    journey::components,
    parameters::Parameters,
};
use chrono::{DateTime, SecondsFormat};

use crate::read::{self, Names};

/// All figures of the company.
pub(crate) fn figures(facts: Vec<Fact>) -> Vec<Contribution> {
    let mut parameters = Parameters::new("EUR");
    for fact in &facts {
        parameters.learn(fact);
    }
    components(facts)
        .iter()
        .map(|journey| contribution(journey, &parameters))
        .collect()
}

pub(crate) type Row = (String, String, String);

/// `key=value; …` of what is neither empty nor zero.
fn written(fields: impl IntoIterator<Item = (String, String)>) -> String {
    fields
        .into_iter()
        .filter(|(_, value)| !matches!(value.as_str(), "" | "0" | "false"))
        .map(|(key, value)| format!("{key}={value}"))
        .collect::<Vec<_>>()
        .join("; ")
}

fn month(cell: &CellRow) -> String {
    let day = DateTime::from_timestamp(i64::from(cell.day) * 86_400, 0).unwrap();
    day.format("%Y-%m").to_string()
}

/// Sums by table, month and labels.
pub(crate) fn cells(names: &Names, figures: &[Contribution]) -> BTreeSet<Row> {
    let mut sums: BTreeMap<(String, String, String), (&CellRow, Vec<i64>)> = BTreeMap::new();
    for cell in figures.iter().flat_map(|figures| &figures.cells) {
        let labels = cell.table.labels.iter().zip(&cell.labels);
        let labels = written(labels.map(|(key, label)| ((*key).to_owned(), names.shown(label))));
        // The age of a cohort is a label that may be 0.
        let labels = if cell.table.name == "cohort_cell" {
            format!("age={}", cell.labels[0])
        } else {
            labels
        };
        let key = (cell.table.name.to_owned(), month(cell), labels);
        let (_, sum) = sums
            .entry(key)
            .or_insert_with(|| (cell, vec![0; cell.sums.len()]));
        for (sum, value) in sum.iter_mut().zip(&cell.sums) {
            *sum += value;
        }
    }
    sums.into_iter()
        .map(|((table, month, labels), (cell, sums))| {
            let sums = cell.table.sums.iter().zip(sums);
            let sums = written(sums.map(|(key, sum)| ((*key).to_owned(), sum.to_string())));
            (format!("{table},{month}"), labels, sums)
        })
        .collect()
}

fn shown(names: &Names, value: &Value) -> String {
    let name = |id| names.name(id).map_or_else(|| "-".to_owned(), str::to_owned);
    match value {
        Value::Id(id) => id.map(name).unwrap_or_default(),
        Value::Label(text) | Value::Text(text) => names.shown(text),
        Value::Int(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Time(time) => time
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
            .unwrap_or_default(),
    }
}

pub(crate) fn columns(names: &Names, record: &RecordRow) -> BTreeMap<String, String> {
    record
        .table
        .columns
        .iter()
        .zip(&record.values)
        .map(|((column, _), value)| ((*column).to_owned(), shown(names, value)))
        .collect()
}

/// The columns that the file of records gives, in their order; credits have a file of their own.
const SHORT: &[(&str, &str)] = &[
    (
        "lead_record",
        "channel campaign agent state reason recovered enquiries deals won contracts revenue",
    ),
    (
        "deal_record",
        "lead closed_at stage state origin channel value committed reason",
    ),
    (
        "contract_record",
        "deal lead number state kind previous agent channel signed_at end_kind reason continued minor currency \
         value expected received cohort_at age first_of_age",
    ),
    (
        "touch_record",
        "kind channel lead person place enquired_at began_at path from_channel",
    ),
    (
        "history_record",
        "kind happened_at ended_at lead deal contract topic channel agent temperature stage outcome first advanced \
         seconds value",
    ),
    (
        "refusal_record",
        "phase lead deal stage reason lost_value recovered",
    ),
    (
        "cost_record",
        "campaign kind planned_minor planned_currency planned actual_minor actual_currency actual",
    ),
    (
        "channel_record",
        "channel campaign reach clicks requests minor currency cost",
    ),
    (
        "plan_record",
        "channel campaign target_leads allowed_minor allowed_currency allowed agent",
    ),
    (
        "payment_record",
        "contract minor currency value cohort_at age",
    ),
    ("growth_record", "contract kind agent minor currency value"),
    (
        "client_record",
        "contracts active value received touches recommends referrals rewarded cases open_cases agent channel",
    ),
    ("case_record", "step severity agent churned"),
    ("campaign_record", "name kind state agent place quick"),
    ("name_record", "kind code name active"),
    (
        "stage_record",
        "topic code name place probability_percent limit_days",
    ),
];

pub(crate) fn records(names: &Names, figures: &[Contribution]) -> BTreeSet<Row> {
    figures
        .iter()
        .flat_map(|figures| &figures.records)
        .filter(|record| record.table.name != "credit_record")
        .map(|record| {
            let (_, short) = SHORT
                .iter()
                .find(|(table, _)| *table == record.table.name)
                .unwrap_or_else(|| panic!("{} is not compared", record.table.name));
            let values = columns(names, record);
            let values = short
                .split_whitespace()
                .map(|column| (column.to_owned(), values[column].clone()));
            (
                record.table.name.to_owned(),
                names.name(record.id).unwrap_or("-").to_owned(),
                written(values),
            )
        })
        .collect()
}

pub(crate) fn credits(names: &Names, figures: &[Contribution]) -> BTreeSet<Row> {
    figures
        .iter()
        .flat_map(|figures| &figures.records)
        .filter(|record| record.table.name == "credit_record")
        .map(|record| {
            let values = columns(names, record);
            (
                format!("{},{}", values["contract"], values["model"]),
                values["touch"].clone(),
                format!("{},{}", values["parts"], values["revenue"]),
            )
        })
        .collect()
}

/// Rows of a file, its columns but the last two as one.
fn expected(text: &str) -> BTreeSet<Row> {
    let rows: Vec<Row> = read::rows(text)
        .into_iter()
        .map(|row| match row.as_slice() {
            [table, id, columns] => (table.clone(), id.clone(), columns.clone()),
            [table, month, labels, sums] => {
                (format!("{table},{month}"), labels.clone(), sums.clone())
            }
            [contract, model, touch, parts, revenue] => (
                format!("{contract},{model}"),
                touch.clone(),
                format!("{parts},{revenue}"),
            ),
            other => panic!("{} fields in {other:?}", other.len()),
        })
        .collect();
    let count = rows.len();
    let rows: BTreeSet<Row> = rows.into_iter().collect();
    assert_eq!(rows.len(), count, "a row is given twice");
    rows
}

fn compare(what: &str, expected: &BTreeSet<Row>, derived: &BTreeSet<Row>) {
    let missing: Vec<_> = expected.difference(derived).collect();
    let unexpected: Vec<_> = derived.difference(expected).collect();
    assert!(
        missing.is_empty() && unexpected.is_empty(),
        "{what}\nworked by hand but not derived: {missing:#?}\nderived but not worked by hand: {unexpected:#?}"
    );
}

#[test]
fn cells_are_as_worked_by_hand() {
    let mut names = Names::default();
    let figures = figures(read::facts(&mut names));
    compare("cells", &expected(read::CELLS), &cells(&names, &figures));
}

#[test]
fn records_are_as_worked_by_hand() {
    let mut names = Names::default();
    let figures = figures(read::facts(&mut names));
    compare(
        "records",
        &expected(read::RECORDS),
        &records(&names, &figures),
    );
}

#[test]
fn credits_are_as_worked_by_hand() {
    let mut names = Names::default();
    let figures = figures(read::facts(&mut names));
    compare(
        "credits",
        &expected(read::CREDITS),
        &credits(&names, &figures),
    );
}

#[test]
fn neither_order_nor_repeats_change_anything() {
    let mut names = Names::default();
    let facts = read::facts(&mut names);
    let mut again: Vec<Fact> = facts.iter().rev().cloned().collect();
    again.extend(facts.iter().step_by(3).cloned());
    again.rotate_left(40);
    assert_eq!(figures(again), figures(facts));
}
