//! What a contract brings in all.

use chrono::{Datelike, Months};
use clock::Timestamp;

use super::terms::Terms;

/// Of a recurring contract without end, what its first year brings counts.
const YEAR: u32 = 12;

impl Terms {
    /// The value in minor units: the amount, times the periods that begin within the term when it is
    /// due each period. A term that is open on either side counts as a year.
    pub fn value(&self) -> i64 {
        let periods = if self.recurring { self.periods() } else { 1 };
        self.amount.minor().saturating_mul(i64::from(periods))
    }

    /// How many periods begin within the term.
    pub fn periods(&self) -> u32 {
        match self.starts_at.zip(self.ends_at) {
            Some((start, end)) => self.periods_before(start, end),
            None => YEAR.div_ceil(self.period()),
        }
    }

    /// How many of the periods that are counted from `start` begin before a time.
    pub(super) fn periods_before(&self, start: Timestamp, end: Timestamp) -> u32 {
        let Ok(months) = u32::try_from(month(end) - month(start)) else {
            return 0;
        };
        // Whole periods later is the month of the end: there the day decides.
        let touching = months.is_multiple_of(self.period())
            && later(start, months).is_some_and(|begin| begin < end);
        months.div_ceil(self.period()) + u32::from(touching)
    }

    /// When a period begins; `None` past the end of the calendar.
    pub(super) fn period_start(&self, start: Timestamp, number: u32) -> Option<Timestamp> {
        later(start, self.period().checked_mul(number)?)
    }

    fn period(&self) -> u32 {
        u32::from(self.period_months).max(1)
    }
}

/// The same day some months later, or the last day of a month that is too short; `None` after year 9999,
/// the last one that is written like others.
pub(super) fn later(start: Timestamp, months: u32) -> Option<Timestamp> {
    let later = start.checked_add_months(Months::new(months));
    later.filter(|at| at.year() <= 9_999)
}

/// Months are counted from year 0.
fn month(at: Timestamp) -> i64 {
    i64::from(at.year()) * 12 + i64::from(at.month0())
}

#[cfg(test)]
mod tests {
    use super::super::money::Money;
    use super::super::terms::tests::terms;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Amount 100, the period in months, first and last day, and what it brings.
    fn check(period: u16, days: [&str; 2], expected: i64) {
        let [start, end] = days.map(|day| (!day.is_empty()).then(|| at(day)));
        let terms = Terms {
            recurring: true,
            period_months: period,
            starts_at: start,
            ends_at: end,
            ..terms()
        };
        assert_eq!(terms.value(), expected, "{period} {days:?}");
        // The same, counted one by one.
        if let (Some(start), Some(end)) = (start, end) {
            let begins = (0..)
                .map_while(|number| terms.period_start(start, number))
                .take_while(|begin| *begin < end);
            assert_eq!(100 * i64::try_from(begins.count()).unwrap(), expected);
        }
    }

    #[test]
    fn each_period_that_begins_within_the_term_counts() {
        // A year, to the moment.
        check(1, ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"], 1_200);
        check(12, ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"], 100);
        check(3, ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"], 400);
        // By its last day.
        check(1, ["2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"], 1_200);
        // A moment longer: one more begins.
        check(1, ["2026-01-01T00:00:00Z", "2027-01-01T00:00:01Z"], 1_300);
        check(12, ["2026-01-01T00:00:00Z", "2027-01-01T00:00:01Z"], 200);
        // The last one is cut.
        check(3, ["2026-01-15T00:00:00Z", "2026-11-01T00:00:00Z"], 400);
        check(5, ["2026-01-15T00:00:00Z", "2027-01-01T00:00:00Z"], 300);
        check(12, ["2026-01-15T00:00:00Z", "2026-02-01T00:00:00Z"], 100);
        check(1, ["2026-01-15T00:00:00Z", "2026-01-16T00:00:00Z"], 100);
        // Months of different lengths: the 31st, the 28th, the 31st.
        check(1, ["2026-01-31T09:00:00Z", "2026-03-31T09:00:00Z"], 200);
        check(1, ["2026-01-31T09:00:00Z", "2026-03-31T09:00:01Z"], 300);
        check(1, ["2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z"], 100);
        check(1, ["2026-01-31T09:00:00Z", "2026-02-28T10:00:00Z"], 200);
        // Years.
        check(1, ["2026-03-01T00:00:00Z", "2029-03-01T00:00:00Z"], 3_600);
    }

    #[test]
    fn without_end_a_year_counts() {
        for (period, expected) in [(1, 1_200), (3, 400), (5, 300), (12, 100), (24, 100)] {
            check(period, ["2026-01-01T00:00:00Z", ""], expected);
            check(period, ["", ""], expected);
            check(period, ["", "2026-01-01T00:00:00Z"], expected);
        }
    }

    #[test]
    fn what_is_due_once_counts_once() {
        assert_eq!(terms().value(), 100);
    }

    #[test]
    fn a_value_stays_within_its_type() {
        let terms = Terms {
            amount: Money::try_new(super::super::money::MAX_MINOR, "EUR").unwrap(),
            recurring: true,
            period_months: 1,
            starts_at: Some(at("1970-01-01T00:00:00Z")),
            ends_at: Some(at("9999-12-31T00:00:00Z")),
            ..terms()
        };
        assert_eq!(terms.value(), i64::MAX);
    }
}
