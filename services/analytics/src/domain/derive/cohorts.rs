//! Clients by the month of their first contract.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveTime};
use clock::Timestamp;
use ids::ContractId;

use super::{
    Desk,
    book::{Book, contract::Contract},
};
use crate::domain::{
    figures::{Day, cells},
    report::date,
};

/// Where a client is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cohort(Timestamp);

impl Cohort {
    /// That of the first contract; none before anything was signed.
    pub(super) fn of(book: &Book<'_>) -> Option<Self> {
        book.signings().first()?.signed_at.map(Self)
    }

    /// First day of its month.
    fn day(self) -> Day {
        let days = Day::try_from(self.0.day0()).unwrap_or(0);
        super::day(self.0).saturating_sub(days)
    }

    /// The first moment of its month.
    pub(super) fn month(self) -> Timestamp {
        date(self.day()).and_time(NaiveTime::MIN).and_utc()
    }

    /// Whole months since then. Money that came before the first contract counts for its month.
    fn age(self, at: Timestamp) -> i32 {
        (months(at) - months(self.0)).max(0)
    }

    /// The same as a label.
    pub(super) fn label(self, at: Timestamp) -> String {
        self.age(at).to_string()
    }
}

/// Contracts that are the first of their client at an age.
pub(super) fn firsts(book: &Book<'_>) -> BTreeSet<ContractId> {
    let Some(cohort) = Cohort::of(book) else {
        return BTreeSet::new();
    };
    let mut ages = BTreeSet::new();
    let first = |contract: &&Contract<'_>| {
        let age = contract.signed_at.map(|at| cohort.age(at));
        age.is_some_and(|age| ages.insert(age))
    };
    let signed = book.signings();
    let firsts = signed.into_iter().filter(first);
    firsts.map(|contract| contract.id).collect()
}

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let Some(cohort) = Cohort::of(book) else {
        return;
    };
    let mut ages: BTreeMap<i32, cells::Cohort> = BTreeMap::new();
    for contract in book.signings() {
        if let Some(at) = contract.signed_at {
            let cell = ages.entry(cohort.age(at)).or_default();
            cell.clients = 1;
            cell.contracts += 1;
            cell.revenue += contract.worth.value;
        }
        for growth in contract.growths.values() {
            ages.entry(cohort.age(growth.at)).or_default().revenue += growth.worth.value;
        }
    }
    for contract in book.contracts.values() {
        for (at, worth) in contract.receipts() {
            ages.entry(cohort.age(at)).or_default().received += worth.value;
        }
    }
    for (age, cell) in ages {
        desk.cell(cells::Cohort {
            day: cohort.day(),
            age: age.to_string(),
            ..cell
        });
    }
}

/// Months since the year 0.
fn months(at: Timestamp) -> i32 {
    let months = i64::from(at.year()) * 12 + i64::from(at.month0());
    i32::try_from(months).unwrap_or(0)
}
