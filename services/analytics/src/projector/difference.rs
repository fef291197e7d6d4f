//! What is to be written: the difference between what clusters contribute and what they had contributed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use database::{Database, Error};
use messaging::Tx;
use uuid::Uuid;

use super::hash;
use super::kept::{Kept, KeptCell, KeptRecord};
use crate::domain::figures::{
    CellTable, Contribution, Day, RecordRow, RecordTable, Value, cells, records,
};
use crate::domain::report::Grain;
use crate::store::bulk::Field;
use crate::store::clusters::{Reliance, WEIGHTS};
use crate::store::figures::{self, Record, Sums};
use crate::store::labels::Labels;

/// Numbers of the labels of a batch.
pub struct Numbers(HashMap<String, i32>);

impl Numbers {
    /// Those of all labels of contributions.
    pub async fn of(
        labels: &Labels,
        db: &Database,
        contributions: impl IntoIterator<Item = &Contribution>,
    ) -> Result<Self, Error> {
        let mut texts = BTreeSet::new();
        let mut seen = HashSet::new();
        for contribution in contributions {
            let in_cells = contribution.cells.iter().flat_map(|row| &row.labels);
            let in_records = contribution.records.iter().flat_map(|row| &row.values);
            let in_records = in_records.filter_map(|value| match value {
                Value::Label(text) => Some(text),
                _ => None,
            });
            for text in in_cells.chain(in_records) {
                if seen.insert(text.as_str()) {
                    texts.insert(text.as_str());
                }
            }
        }
        Ok(Self(labels.numbers(db, texts).await?))
    }

    fn get(&self, text: &str) -> i32 {
        self.0.get(text).copied().unwrap_or_default()
    }
}

/// What a cluster contributes, to be kept.
pub fn keep(contributions: &[(Uuid, Contribution)], numbers: &Numbers) -> Kept {
    let mut sums: HashMap<(usize, Day, Vec<i32>), Vec<i64>> = HashMap::new();
    let mut kept = Kept::default();
    let mut reliance: HashMap<&str, (Day, Day)> = HashMap::new();
    for (journey, contribution) in contributions {
        for row in &contribution.cells {
            let Some(table) = place_of_cells(row.table) else {
                continue;
            };
            let labels = row.labels.iter().map(|text| numbers.get(text)).collect();
            add(
                sums.entry((table, row.day, labels)).or_default(),
                &row.sums,
                1,
            );
        }
        for row in &contribution.records {
            if let Some(table) = place_of_records(row.table) {
                let hash = hash::record(*journey, row);
                kept.records.push(KeptRecord {
                    table,
                    id: row.id,
                    hash,
                });
            }
        }
        for (currency, first, last) in &contribution.rates {
            widen(&mut reliance, currency, *first, *last);
        }
        if contribution.weighted {
            widen(&mut reliance, WEIGHTS, 0, 0);
        }
    }
    sums.retain(|_, sums| sums.iter().any(|sum| *sum != 0));
    let cells = sums
        .into_iter()
        .map(|((table, day, labels), sums)| KeptCell {
            table,
            day,
            labels,
            sums,
        });
    kept.cells = cells.collect();
    kept.reliance = reliance
        .into_iter()
        .map(|(parameter, (first, last))| Reliance {
            parameter: parameter.to_owned(),
            first,
            last,
        })
        .collect();
    kept.cells.sort_unstable();
    kept.records.sort_unstable();
    kept.reliance.sort_unstable();
    kept
}

fn widen<'a>(all: &mut HashMap<&'a str, (Day, Day)>, parameter: &'a str, first: Day, last: Day) {
    let span = all.entry(parameter).or_insert((first, last));
    *span = (span.0.min(first), span.1.max(last));
}

type CellKey = (usize, Grain, Day, Vec<i32>);

/// The changes of a batch, to be written with a few statements.
#[derive(Default)]
pub struct Difference {
    cells: HashMap<CellKey, Vec<i64>>,
    old: HashMap<(usize, Uuid), u64>,
    /// Records as they are to be, with their journeys.
    new: HashMap<(usize, Uuid), (u64, Uuid, RecordRow)>,
}

impl Difference {
    /// Takes away what a cluster had contributed.
    pub fn take(&mut self, kept: &Kept) {
        for cell in &kept.cells {
            self.cell(cell, -1);
        }
        let records = kept.records.iter();
        self.old
            .extend(records.map(|it| ((it.table, it.id), it.hash)));
    }

    /// Adds what a cluster contributes.
    pub fn give(&mut self, kept: &Kept, contributions: Vec<(Uuid, Contribution)>) {
        for cell in &kept.cells {
            self.cell(cell, 1);
        }
        let hashes: HashMap<(usize, Uuid), u64> = kept
            .records
            .iter()
            .map(|it| ((it.table, it.id), it.hash))
            .collect();
        for (journey, contribution) in contributions {
            for row in contribution.records {
                let key = place_of_records(row.table).map(|table| (table, row.id));
                if let Some(key) = key
                    && let Some(hash) = hashes.get(&key)
                {
                    self.new.insert(key, (*hash, journey, row));
                }
            }
        }
    }

    fn cell(&mut self, cell: &KeptCell, sign: i64) {
        for grain in Grain::ALL {
            let period = grain.start(cell.day);
            let key = (cell.table, grain, period, cell.labels.clone());
            add(self.cells.entry(key).or_default(), &cell.sums, sign);
        }
    }

    /// Writes it.
    pub async fn write(self, tx: &Tx, generation: i16, numbers: &Numbers) -> Result<(), Error> {
        let Self { cells, old, new } = self;
        let mut by_table: BTreeMap<(usize, Grain), Vec<Sums>> = BTreeMap::new();
        for ((table, grain, period, labels), sums) in cells {
            if sums.iter().any(|sum| *sum != 0) {
                by_table.entry((table, grain)).or_default().push(Sums {
                    period,
                    labels,
                    sums,
                });
            }
        }
        for ((table, grain), mut changes) in by_table {
            if let Some(table) = cells::ALL.get(table) {
                changes.sort_unstable_by(|a, b| (a.period, &a.labels).cmp(&(b.period, &b.labels)));
                figures::add(&**tx, generation, table, grain, &changes).await?;
            }
        }
        let mut gone: Vec<Vec<Uuid>> = records::ALL.iter().map(|_| Vec::new()).collect();
        for (table, id) in old.keys().filter(|key| !new.contains_key(*key)) {
            if let Some(ids) = gone.get_mut(*table) {
                ids.push(*id);
            }
        }
        let mut put: Vec<Vec<Record>> = records::ALL.iter().map(|_| Vec::new()).collect();
        for ((table, id), (hash, journey, row)) in new {
            if let Some(records) = put.get_mut(table)
                && old.get(&(table, id)) != Some(&hash)
            {
                records.push(Record {
                    id,
                    journey,
                    values: row
                        .values
                        .into_iter()
                        .map(|it| field(it, numbers))
                        .collect(),
                });
            }
        }
        for ((table, mut gone), mut put) in records::ALL.iter().zip(gone).zip(put) {
            gone.sort_unstable();
            put.sort_unstable_by_key(|record| record.id);
            figures::remove(&**tx, generation, table, gone).await?;
            figures::put(&**tx, generation, table, put).await?;
        }
        Ok(())
    }
}

fn field(value: Value, numbers: &Numbers) -> Field {
    match value {
        Value::Id(id) => id.map_or(Field::Null, Field::Id),
        Value::Label(text) => numbers.get(&text).into(),
        Value::Text(text) => text.into(),
        Value::Int(number) => number.into(),
        Value::Flag(flag) => Field::Flag(flag),
        Value::Time(at) => at.map_or(Field::Null, Field::Time),
    }
}

fn add(to: &mut Vec<i64>, sums: &[i64], sign: i64) {
    to.resize(to.len().max(sums.len()), 0);
    for (to, sum) in to.iter_mut().zip(sums) {
        *to = to.saturating_add(sum.saturating_mul(sign));
    }
}

fn place_of_cells(table: &'static CellTable) -> Option<usize> {
    cells::ALL
        .iter()
        .position(|it| std::ptr::eq(*it, table) || it.name == table.name)
}

fn place_of_records(table: &'static RecordTable) -> Option<usize> {
    records::ALL
        .iter()
        .position(|it| std::ptr::eq(*it, table) || it.name == table.name)
}
