//! What a journey adds to the figures: sums in cells, and the records behind them.
//!
//! Both are rows of tables that this module names. Days are those of UTC. Money without a currency of its
//! own is in minor units of the base currency; what could not be converted (no rate is known for its day, or it
//! is past any sense) is left out of the sums and counted in `unconverted`.

use clock::Timestamp;
use uuid::Uuid;

/// Days since 1970-01-01, UTC.
pub type Day = i32;

/// Sums by combination of labels: for days, for months and for years, a table each.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellTable {
    /// What the names of the three begin with.
    pub name: &'static str,
    /// What the sums are grouped by, besides the day. Empty labels stand for "none".
    pub labels: &'static [&'static str],
    pub sums: &'static [&'static str],
}

/// What a journey adds to one row of a table of sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRow {
    pub table: &'static CellTable,
    pub day: Day,
    /// In the order of the table's labels.
    pub labels: Vec<String>,
    /// In the order of the table's sums.
    pub sums: Vec<i64>,
}

/// Type of a column of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKind {
    Id,
    /// One of few texts: a code, a channel, an id that figures are grouped by. Empty for none.
    Label,
    /// Any text, such as a name of a campaign.
    Text,
    Int,
    Flag,
    Time,
}

/// A table of records, found by their id.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordTable {
    pub name: &'static str,
    pub columns: &'static [(&'static str, ColumnKind)],
}

/// A value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Id(Option<Uuid>),
    Label(String),
    Text(String),
    Int(i64),
    Flag(bool),
    Time(Option<Timestamp>),
}

/// A record that a journey holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    pub table: &'static RecordTable,
    /// Unique in the table. Not always an id of the domain: see the table.
    pub id: Uuid,
    /// In the order of the table's columns.
    pub values: Vec<Value>,
}

/// All that a journey adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contribution {
    /// Rows of one table, day and labels may come more than once; they add up.
    pub cells: Vec<CellRow>,
    pub records: Vec<RecordRow>,
    /// Currencies other than the base, with the first and the last day on which a rate was looked up: a change
    /// of one of these rates calls for another derivation.
    pub rates: Vec<(String, Day, Day)>,
    /// True when the weights of the data-driven model were used.
    pub weighted: bool,
}

/// Declares tables of sums, each as a type with its day, labels and sums.
macro_rules! cell_tables {
    ($($(#[$doc:meta])* $name:ident in $table:literal by { $($(#[$ldoc:meta])* $label:ident),* $(,)? } sums { $($(#[$sdoc:meta])* $sum:ident),* $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Default)]
            pub struct $name {
                pub day: super::Day,
                $($(#[$ldoc])* pub $label: String,)*
                $($(#[$sdoc])* pub $sum: i64,)*
            }

            impl $name {
                pub const TABLE: &'static super::CellTable = &super::CellTable {
                    name: $table,
                    labels: &[$(stringify!($label)),*],
                    sums: &[$(stringify!($sum)),*],
                };

                /// Sums in the order of the table, without day and labels.
                pub fn of_sums(sums: &[i64]) -> Self {
                    let mut sums = sums.iter().copied();
                    Self {
                        $($sum: sums.next().unwrap_or_default(),)*
                        ..Self::default()
                    }
                }
            }

            impl From<$name> for super::CellRow {
                fn from(cell: $name) -> Self {
                    Self {
                        table: $name::TABLE,
                        day: cell.day,
                        labels: vec![$(cell.$label),*],
                        sums: vec![$(cell.$sum),*],
                    }
                }
            }
        )+

        /// All tables of sums.
        pub const ALL: &[&super::CellTable] = &[$($name::TABLE),+];
    };
}

/// Declares tables of records, each as a type.
macro_rules! record_tables {
    ($($(#[$doc:meta])* $name:ident in $table:literal { $($(#[$cdoc:meta])* $column:ident: $kind:ident),* $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Default)]
            pub struct $name {
                /// Key of the row.
                pub id: uuid::Uuid,
                $($(#[$cdoc])* pub $column: record_tables!(@type $kind),)*
            }

            impl $name {
                pub const TABLE: &'static super::RecordTable = &super::RecordTable {
                    name: $table,
                    columns: &[$((stringify!($column), super::ColumnKind::$kind)),*],
                };

                /// A row of the table; a value that is missing or of another kind is left at its default.
                pub fn of_values(id: uuid::Uuid, values: Vec<super::Value>) -> Self {
                    let mut values = values.into_iter();
                    Self {
                        id,
                        $($column: match values.next() {
                            Some(super::Value::$kind(value)) => value,
                            _ => Default::default(),
                        },)*
                    }
                }
            }

            impl From<$name> for super::RecordRow {
                fn from(record: $name) -> Self {
                    Self {
                        table: $name::TABLE,
                        id: record.id,
                        values: vec![$(super::Value::$kind(record.$column)),*],
                    }
                }
            }
        )+

        /// All tables of records.
        pub const ALL: &[&super::RecordTable] = &[$($name::TABLE),+];
    };
    (@type Id) => { Option<uuid::Uuid> };
    (@type Label) => { String };
    (@type Text) => { String };
    (@type Int) => { i64 };
    (@type Flag) => { bool };
    (@type Time) => { Option<clock::Timestamp> };
}

// After the macros, which they use.
pub mod cells;
pub mod records;
