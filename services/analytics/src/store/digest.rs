//! Hashes of tables that do not depend on the order of rows, nor on the numbers of labels.

use std::collections::HashMap;

use clock::Timestamp;
use database::{Backend, Database, Error};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, IsolationLevel, QueryResult, TransactionTrait, Value,
};
use uuid::Uuid;

use super::{bulk, figures};
use crate::domain::figures::{CellTable, ColumnKind, RecordTable, cells, records};
use crate::domain::report::Grain;
use crate::projector::hash::Hash;

/// Rows that are read at a time.
const PAGE: u64 = 5_000;
const PAGE_ROWS: usize = 5_000;

/// Rows of a table and the sum of their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    pub rows: i64,
    pub hash: u64,
}

/// Texts of labels by number.
#[derive(Debug)]
pub struct Texts(HashMap<i32, String>);

impl Texts {
    pub async fn read<C: ConnectionTrait>(db: &C) -> Result<Self, Error> {
        let rows = bulk::query(db, "select number, name from label", []).await?;
        let read = rows
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        Ok(Self(read.collect::<Result<_, Error>>()?))
    }

    fn get(&self, number: i32) -> &str {
        self.0.get(&number).map_or("", String::as_str)
    }
}

/// A table of figures, with what its columns mean.
#[derive(Debug, Clone, Copy)]
pub enum Table {
    Cells(&'static CellTable, Grain),
    Records(&'static RecordTable),
}

/// All tables of figures.
pub fn tables() -> impl Iterator<Item = Table> {
    let cells = cells::ALL
        .iter()
        .flat_map(|table| Grain::ALL.map(|grain| Table::Cells(table, grain)));
    cells.chain(records::ALL.iter().map(|table| Table::Records(table)))
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Day,
    Of(ColumnKind),
}

impl Table {
    pub fn name(self) -> String {
        match self {
            Self::Cells(table, grain) => figures::name_of(table, grain),
            Self::Records(table) => table.name.to_owned(),
        }
    }

    fn columns(self) -> Vec<(&'static str, Kind)> {
        match self {
            Self::Cells(table, _) => {
                let labels = table.labels.iter();
                let sums = table.sums.iter();
                std::iter::once(("period", Kind::Day))
                    .chain(labels.map(|name| (*name, Kind::Of(ColumnKind::Label))))
                    .chain(sums.map(|name| (*name, Kind::Of(ColumnKind::Int))))
                    .collect()
            }
            Self::Records(table) => {
                let own = table.columns.iter();
                [("id", ColumnKind::Id), ("journey_id", ColumnKind::Id)]
                    .into_iter()
                    .chain(own.copied())
                    .map(|(name, kind)| (name, Kind::Of(kind)))
                    .collect()
            }
        }
    }

    /// Its columns, all numbers that are not labels as wide as they can be.
    fn selected(self) -> String {
        let selected: Vec<String> = self
            .columns()
            .iter()
            .map(|(name, kind)| match kind {
                Kind::Of(ColumnKind::Int) => format!("cast({name} as bigint) as {name}"),
                Kind::Day | Kind::Of(_) => (*name).to_owned(),
            })
            .collect();
        selected.join(", ")
    }

    /// Columns that no two rows of a generation share, from the first on.
    fn keys(self) -> usize {
        match self {
            Self::Cells(table, _) => 1 + table.labels.len(),
            Self::Records(_) => 1,
        }
    }

    /// The hash of its rows of a generation.
    pub async fn digest<C: ConnectionTrait>(
        self,
        db: &C,
        generation: i16,
        texts: &Texts,
    ) -> Result<Digest, Error> {
        let columns = self.columns();
        let (keys, _) = columns.split_at(self.keys());
        let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
        let marks: Vec<String> = (3..)
            .zip(keys)
            .map(|(mark, _)| format!("${mark}"))
            .collect();
        let (names, marks) = (names.join(", "), marks.join(", "));
        let mut digest = Digest::default();
        let mut after: Option<Vec<Value>> = None;
        loop {
            let beyond = match &after {
                None => String::new(),
                Some(_) => format!("and ({names}) > ({marks})"),
            };
            let sql = format!(
                "select {} from {} where generation = $1 {beyond} order by {names} limit $2",
                self.selected(),
                self.name()
            );
            let mut values: Vec<Value> = vec![generation.into(), PAGE.into()];
            values.extend(after.take().into_iter().flatten());
            let rows = bulk::query(db, sql, values).await?;
            for row in &rows {
                let mut hash = Hash::default();
                for (place, (_, kind)) in columns.iter().enumerate() {
                    hash.text(&value(row, place, *kind, texts)?);
                }
                digest.rows += 1;
                digest.hash = digest.hash.wrapping_add(hash.end());
            }
            match rows.last() {
                Some(last) if rows.len() == PAGE_ROWS => after = Some(key(last, keys)?),
                _ => return Ok(digest),
            }
        }
    }

    /// Up to `limit` rows that the first generation has and the other one has not.
    pub async fn only_in<C: ConnectionTrait>(
        self,
        db: &C,
        first: i16,
        other: i16,
        limit: u64,
        texts: &Texts,
    ) -> Result<Vec<String>, Error> {
        let (selected, name) = (self.selected(), self.name());
        let sql = format!(
            "select {selected} from {name} where generation = $1 \
             except select {selected} from {name} where generation = $2 limit $3"
        );
        let values = [first.into(), other.into(), limit.into()];
        let rows = bulk::query(db, sql, values).await?;
        rows.iter().map(|row| self.shown(row, texts)).collect()
    }

    /// All rows of a generation, as texts in order. For tests and inspection.
    pub async fn rows<C: ConnectionTrait>(
        self,
        db: &C,
        generation: i16,
        texts: &Texts,
    ) -> Result<Vec<String>, Error> {
        let (selected, name) = (self.selected(), self.name());
        let sql = format!("select {selected} from {name} where generation = $1");
        let rows = bulk::query(db, sql, [generation.into()]).await?;
        let rows = rows.iter().map(|row| self.shown(row, texts));
        let mut rows: Vec<String> = rows.collect::<Result<_, _>>()?;
        rows.sort_unstable();
        Ok(rows)
    }

    fn shown(self, row: &QueryResult, texts: &Texts) -> Result<String, Error> {
        let columns = self.columns();
        let mut shown = Vec::with_capacity(columns.len());
        for (place, (name, kind)) in columns.iter().enumerate() {
            let value = value(row, place, *kind, texts)?;
            // Most of a row is nothing.
            if !value.is_empty() && value != "0" {
                shown.push(format!("{name}={value}"));
            }
        }
        Ok(shown.join(" "))
    }
}

fn key(row: &QueryResult, keys: &[(&str, Kind)]) -> Result<Vec<Value>, Error> {
    let read = |(place, (_, kind)): (usize, &(&str, Kind))| {
        Ok(match kind {
            Kind::Of(ColumnKind::Id) => row.try_get_by_index::<Uuid>(place)?.into(),
            Kind::Day | Kind::Of(_) => row.try_get_by_index::<i32>(place)?.into(),
        })
    };
    keys.iter().enumerate().map(read).collect()
}

fn value(row: &QueryResult, place: usize, kind: Kind, texts: &Texts) -> Result<String, Error> {
    Ok(match kind {
        Kind::Day => row.try_get_by_index::<i32>(place)?.to_string(),
        Kind::Of(ColumnKind::Id) => row
            .try_get_by_index::<Option<Uuid>>(place)?
            .map(|id| id.simple().to_string())
            .unwrap_or_default(),
        Kind::Of(ColumnKind::Label) => texts.get(row.try_get_by_index(place)?).to_owned(),
        Kind::Of(ColumnKind::Text) => row.try_get_by_index(place)?,
        Kind::Of(ColumnKind::Int) => row.try_get_by_index::<i64>(place)?.to_string(),
        Kind::Of(ColumnKind::Flag) => row.try_get_by_index::<bool>(place)?.to_string(),
        Kind::Of(ColumnKind::Time) => row
            .try_get_by_index::<Option<Timestamp>>(place)?
            .map(database::rows::time)
            .unwrap_or_default(),
    })
}

/// A transaction that reads all as it is now, whatever others commit meanwhile.
pub async fn snapshot(db: &Database) -> Result<DatabaseTransaction, Error> {
    let level = match db.backend() {
        Backend::Postgres => Some(IsolationLevel::RepeatableRead),
        // Its readers see the state of their first look anyway.
        Backend::Sqlite => None,
    };
    Ok(db.reader().begin_with_config(level, None).await?)
}
