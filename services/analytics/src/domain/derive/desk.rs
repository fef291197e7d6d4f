//! Where rows are collected and amounts converted.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign};

use clock::Timestamp;

use super::day;
use crate::domain::{
    fact::Money,
    figures::{CellRow, Contribution, Day, RecordRow},
    parameters::Parameters,
};

/// Amounts and counts beyond this are slips of the keyboard: sums of them would not fit their columns. Ten
/// trillion euros.
const MOST: i64 = 1_000_000_000_000_000;

/// A count that somebody typed in, within reason.
pub(super) fn sane(count: i64) -> i64 {
    count.clamp(-MOST, MOST)
}

/// An amount in the base currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Worth {
    pub(super) value: i64,
    /// How many amounts it lacks, because no rate is known for their day.
    pub(super) missing: i64,
}

impl Add for Worth {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            value: self.value.saturating_add(other.value),
            missing: self.missing + other.missing,
        }
    }
}

impl AddAssign for Worth {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Worth {
    fn sum<I: Iterator<Item = Self>>(worths: I) -> Self {
        worths.fold(Self::default(), Add::add)
    }
}

impl Worth {
    /// Whether nothing is missing.
    pub(super) fn converted(self) -> bool {
        self.missing == 0
    }
}

/// Collects what a journey adds.
pub(super) struct Desk<'a> {
    pub(super) parameters: &'a Parameters,
    contribution: Contribution,
    rates: BTreeMap<&'a str, (Day, Day)>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(parameters: &'a Parameters) -> Self {
        Self {
            parameters,
            contribution: Contribution::default(),
            rates: BTreeMap::new(),
        }
    }

    /// What an amount is worth by the rate of a day; nothing when there is none.
    pub(super) fn worth(&mut self, amount: Option<&'a Money>, at: Timestamp) -> Worth {
        amount.map_or_else(Worth::default, |amount| {
            self.worth_of(amount.minor, &amount.currency, day(at))
        })
    }

    pub(super) fn worth_of(&mut self, minor: i64, currency: &'a str, day: Day) -> Worth {
        self.look_up(currency, day);
        match self.parameters.rates.exchange(minor, currency, day) {
            Some(value) if value.unsigned_abs() <= MOST.unsigned_abs() => {
                Worth { value, missing: 0 }
            }
            _ => Worth {
                value: 0,
                missing: 1,
            },
        }
    }

    /// Keeps in mind that a rate was looked up.
    fn look_up(&mut self, currency: &'a str, day: Day) {
        if self.parameters.rates.converts(currency) {
            let (first, last) = self.rates.entry(currency).or_insert((day, day));
            *first = day.min(*first);
            *last = day.max(*last);
        }
    }

    /// Keeps in mind that the fitted weights make a difference.
    pub(super) fn use_weights(&mut self) {
        self.contribution.weighted = true;
    }

    pub(super) fn cell(&mut self, cell: impl Into<CellRow>) {
        self.contribution.cells.push(cell.into());
    }

    pub(super) fn record(&mut self, record: impl Into<RecordRow>) {
        self.contribution.records.push(record.into());
    }

    pub(super) fn close(mut self) -> Contribution {
        self.contribution.rates = self
            .rates
            .into_iter()
            .map(|(currency, (first, last))| (currency.to_owned(), first, last))
            .collect();
        self.contribution
    }
}
