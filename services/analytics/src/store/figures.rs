//! The tables of sums and of records.

use database::Error;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::bulk::{Batch, Column, Field, Type};
use crate::domain::figures::{CellTable, ColumnKind, Day, RecordTable};
use crate::domain::report::Grain;

/// The table with the sums of a grain.
pub fn name_of(table: &CellTable, grain: Grain) -> String {
    let grain = match grain {
        Grain::Day => "day",
        Grain::Month => "month",
        Grain::Year => "year",
    };
    format!("{}_{grain}", table.name)
}

/// What is to be added to one row of a table of sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// First day of its day, month or year.
    pub period: Day,
    /// Numbers of labels, in the order of the table's.
    pub labels: Vec<i32>,
    pub sums: Vec<i64>,
}

impl Sums {
    fn key(&self, generation: i16) -> Vec<Field> {
        let mut key = vec![generation.into(), self.period.into()];
        key.extend(self.labels.iter().map(|label| Field::from(*label)));
        key
    }
}

/// Adds to rows, none of them twice; those that come to nothing are removed.
pub async fn add<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    table: &CellTable,
    grain: Grain,
    changes: &[Sums],
) -> Result<(), Error> {
    let to = name_of(table, grain);
    let keys = key_of(table);
    let mut columns = keys.clone();
    columns.extend(table.sums.iter().map(|name| (*name, Type::Big)));
    let rows = changes.iter().map(|change| {
        let mut row = change.key(generation);
        row.extend(change.sums.iter().map(|sum| Field::from(*sum)));
        row
    });
    let set: Vec<String> = table
        .sums
        .iter()
        .map(|sum| format!("{sum} = {to}.{sum} + excluded.{sum}"))
        .collect();
    let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
    let over = format!(
        "on conflict ({}) do update set {}",
        names.join(", "),
        set.join(", ")
    );
    Batch::new(&columns, rows.collect())
        .insert_or(db, &to, &over)
        .await?;
    // The first sum of a table is never less than nothing; where it grew, something is there.
    let less = changes
        .iter()
        .filter(|change| change.sums.first().is_none_or(|first| *first <= 0))
        .map(|change| change.key(generation));
    let nothing: Vec<String> = table
        .sums
        .iter()
        .map(|sum| format!(" and t.{sum} = 0"))
        .collect();
    Batch::new(&keys, less.collect())
        .delete(db, &to, &nothing.concat())
        .await?;
    Ok(())
}

/// A record as a row: its id, its journey, its values in the order of the table's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: Uuid,
    pub journey: Uuid,
    pub values: Vec<Field>,
}

/// Writes records, none of them twice, over those that are there.
pub async fn put<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    table: &RecordTable,
    records: Vec<Record>,
) -> Result<(), Error> {
    let mut columns: Vec<Column<'_>> = vec![
        ("generation", Type::Small),
        ("id", Type::Id),
        ("journey_id", Type::Id),
    ];
    let own = table.columns.iter();
    columns.extend(own.map(|(name, kind)| (*name, type_of(*kind))));
    let set: Vec<String> = columns
        .iter()
        .skip(2)
        .map(|(name, _)| format!("{name} = excluded.{name}"))
        .collect();
    let over = format!(
        "on conflict (generation, id) do update set {}",
        set.join(", ")
    );
    let rows = records.into_iter().map(|record| {
        let mut row = vec![generation.into(), record.id.into(), record.journey.into()];
        row.extend(record.values);
        row
    });
    Batch::new(&columns, rows.collect())
        .insert_or(db, table.name, &over)
        .await?;
    Ok(())
}

/// Deletes records.
pub async fn remove<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    table: &RecordTable,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<(), Error> {
    let rows = ids
        .into_iter()
        .map(|id| vec![generation.into(), id.into()])
        .collect();
    let columns = [("generation", Type::Small), ("id", Type::Id)];
    Batch::new(&columns, rows)
        .delete(db, table.name, "")
        .await?;
    Ok(())
}

fn key_of(table: &CellTable) -> Vec<Column<'static>> {
    let mut keys = vec![("generation", Type::Small), ("period", Type::Int)];
    keys.extend(table.labels.iter().map(|name| (*name, Type::Int)));
    keys
}

fn type_of(kind: ColumnKind) -> Type {
    match kind {
        ColumnKind::Id => Type::Id,
        ColumnKind::Label => Type::Int,
        ColumnKind::Text => Type::Text,
        ColumnKind::Int => Type::Big,
        ColumnKind::Flag => Type::Flag,
        ColumnKind::Time => Type::Time,
    }
}
