//! Clients by the month of their first contract.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use clock::Timestamp;

use super::{Desk, book::Book};
use crate::domain::figures::{Day, cells::Cohort};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let signed = book.signings();
    let Some(first) = signed.first().and_then(|contract| contract.signed_at) else {
        return;
    };
    // Money that came before the first contract counts for its month.
    let age = |at: Timestamp| (months(at) - months(first)).max(0);
    let mut ages: BTreeMap<i32, Cohort> = BTreeMap::new();
    for contract in &signed {
        if let Some(at) = contract.signed_at {
            let cell = ages.entry(age(at)).or_default();
            cell.clients = 1;
            cell.contracts += 1;
            cell.revenue += contract.worth.value;
        }
        for growth in contract.growths.values() {
            ages.entry(age(growth.at)).or_default().revenue += growth.worth.value;
        }
    }
    for contract in book.contracts.values() {
        for (at, worth) in contract.receipts() {
            ages.entry(age(at)).or_default().received += worth.value;
        }
    }
    for (age, cell) in ages {
        desk.cell(Cohort {
            day: first_of_month(first),
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

fn first_of_month(at: Timestamp) -> Day {
    let days = Day::try_from(at.day0()).unwrap_or(0);
    super::day(at).saturating_sub(days)
}
