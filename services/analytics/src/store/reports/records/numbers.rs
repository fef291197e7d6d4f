//! The numbers of the reports, each with the records behind it: the same days, the same labels, the same count.

use crate::domain::figures::cells::{Agent, Flow, Funnel, Influence};
use crate::domain::figures::{CellTable, RecordTable, records};

/// A number that can be opened.
#[derive(Debug)]
pub struct Number {
    /// `report.field`.
    pub name: &'static str,
    pub table: &'static RecordTable,
    /// Where its records are.
    pub part: Part,
    /// The cells that it is summed up from; without, its records are counted.
    pub cells: Option<&'static CellTable>,
    /// Sums that make up the number, and those that are taken off.
    pub counts: (&'static [&'static str], &'static [&'static str]),
    /// The same for its money.
    pub money: (&'static [&'static str], &'static [&'static str]),
    /// A label, and the values that are left out although the cells hold them: there are no records of them.
    pub without: (&'static str, &'static [&'static str]),
    /// It is of now: the days of the filter do not count.
    pub any_day: bool,
    /// It means something for one campaign alone.
    pub of_campaign: bool,
}

/// Records of one origin. `r` is the record, `l` its lead, `d` its deal.
#[derive(Debug)]
pub struct Part {
    pub from: &'static str,
    /// What the days of the filter are held against.
    pub time: &'static str,
    /// What the first day is held against, where a record has more than a moment.
    pub from_bound: Option<&'static str>,
    /// Which of them count. Each `{a,b}` stands for the numbers of these labels.
    pub only: &'static str,
    /// Labels, and the columns that hold them, or a condition with `{}` in the place of the numbers.
    pub labels: &'static [(&'static str, &'static str)],
}

impl Part {
    pub(super) fn column(&self, label: &str) -> Option<&'static str> {
        let found = self.labels.iter().find(|(name, _)| *name == label);
        found.map(|(_, column)| *column)
    }
}

impl Number {
    /// The labels that it can be narrowed by.
    pub fn labels(&self) -> Vec<&'static str> {
        let summed = |label: &&str| self.cells.is_none_or(|cells| cells.labels.contains(label));
        let labels = self.part.labels.iter().map(|(label, _)| *label);
        labels.filter(summed).collect()
    }
}

const PLAIN: Part = Part {
    from: "",
    time: "",
    from_bound: None,
    only: "",
    labels: &[],
};

const NUMBER: Number = Number {
    name: "",
    table: records::Lead::TABLE,
    part: PLAIN,
    cells: None,
    counts: (&[], &[]),
    money: (&[], &[]),
    without: ("", &[]),
    any_day: false,
    of_campaign: false,
};

macro_rules! number {
    ($name:literal of $table:ident in $part:expr, $cells:expr, $counts:expr $(=> $money:expr)? $(, $flag:ident)*) => {
        Number {
            name: $name,
            table: records::$table::TABLE,
            part: $part,
            cells: $cells,
            counts: (&$counts, &[]),
            $(money: (&$money, &[]),)?
            $($flag: true,)*
            ..NUMBER
        }
    };
}

const FUNNEL: Option<&CellTable> = Some(Funnel::TABLE);
const AGENT: Option<&CellTable> = Some(Agent::TABLE);
const FLOW: Option<&CellTable> = Some(Flow::TABLE);
const INFLUENCE: Option<&CellTable> = Some(Influence::TABLE);

macro_rules! touched {
    ($from:literal, $time:literal, $only:literal) => {
        Part {
            from: $from,
            time: $time,
            only: $only,
            labels: &[(
                "campaign",
                concat!(
                    "exists (select 1 from touch_record t where t.generation = r.generation ",
                    "and t.journey_id = r.journey_id and t.campaign in ({}) and t.touched_at <= ",
                    $time,
                    ")"
                ),
            )],
            ..PLAIN
        }
    };
}

// After the macros, which they use.
mod contracts;
mod deals;
mod history;
mod leads;
mod others;

pub use contracts::{CONTRACTS, GROWTHS};
pub use deals::DEALS;
pub use history::HISTORY;
pub use leads::LEADS;
pub use others::{CHANNELS, COSTS, CREDITS, PAYMENTS, REFUSALS, TOUCHES};
