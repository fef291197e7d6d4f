//! When open deals are expected to close, and what they are worth until then.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime};
use clock::Timestamp;
use currency::half_even;

use super::topic::Percent;

/// A month of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

/// The text is no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a month is written like 2026-12")]
pub struct InvalidMonth;

/// Where a deal stands in time, in the order of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// The day on which it was expected to close is over.
    Overdue,
    Month(Month),
    /// No day is known.
    Undated,
}

/// Which deals a figure adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Open,
    Committed,
    Won,
}

/// The beginning of the day of an instant: what was expected before is overdue.
pub fn day_of(now: Timestamp) -> Timestamp {
    now.date_naive().and_time(NaiveTime::MIN).and_utc()
}

/// An amount times a chance, rounded half to even.
pub fn weighted(minor: i64, chance: Percent) -> i64 {
    let parts = i128::from(minor) * i128::from(chance.number());
    // Not more than the amount, so that it fits.
    i64::try_from(half_even(parts, 100)).unwrap_or(minor)
}

impl Month {
    pub fn of(at: Timestamp) -> Self {
        Self(at.date_naive().with_day(1).unwrap_or(at.date_naive()))
    }

    pub fn begins_at(self) -> Timestamp {
        self.0.and_time(NaiveTime::MIN).and_utc()
    }

    /// The first instant that is no longer in it.
    pub fn ends_at(self) -> Timestamp {
        let next = self.0.checked_add_months(Months::new(1));
        next.map_or(DateTime::<chrono::Utc>::MAX_UTC, |next| {
            next.and_time(NaiveTime::MIN).and_utc()
        })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let digits = |c: char| c.is_ascii_digit() || c == '-';
        let (year, month) = text.split_once('-').ok_or(InvalidMonth)?;
        if year.len() != 4 || month.len() != 2 || !text.chars().all(digits) {
            return Err(InvalidMonth);
        }
        let year = year.parse().map_err(|_| InvalidMonth)?;
        let month = month.parse().map_err(|_| InvalidMonth)?;
        NaiveDate::from_ymd_opt(year, month, 1)
            .map(Self)
            .ok_or(InvalidMonth)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overdue => f.write_str("overdue"),
            Self::Month(month) => month.fmt(f),
            Self::Undated => f.write_str("undated"),
        }
    }
}

impl FromStr for Span {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        match text {
            "overdue" => Ok(Self::Overdue),
            "undated" => Ok(Self::Undated),
            month => month.parse().map(Self::Month),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn halves_are_rounded_to_even() {
        for (minor, percent, expected) in [
            (0, 50, 0),
            (1, 50, 0),
            (3, 50, 2),
            (5, 50, 2),
            (7, 50, 4),
            (101, 10, 10),
            (105, 10, 10),
            (115, 10, 12),
            (199, 0, 0),
            (199, 100, 199),
            (1_000_000_000_000_000, 99, 990_000_000_000_000),
        ] {
            let chance = Percent::try_new(percent).unwrap();
            assert_eq!(weighted(minor, chance), expected, "{minor} × {percent} %");
        }
    }

    #[test]
    fn a_month_has_a_first_instant_and_an_end() {
        let month: Month = "2026-12".parse().unwrap();
        assert_eq!(month.begins_at(), at("2026-12-01T00:00:00Z"));
        assert_eq!(month.ends_at(), at("2027-01-01T00:00:00Z"));
        assert_eq!(Month::of(at("2026-12-31T23:59:59.999Z")), month);
        assert_eq!(month.to_string(), "2026-12");
        for wrong in [
            "", "2026", "2026-13", "2026-1", "26-01", "2026-+1", "2026-00",
        ] {
            assert_eq!(wrong.parse::<Month>(), Err(InvalidMonth), "{wrong}");
        }
    }

    #[test]
    fn spans_read_back_in_their_order() {
        let texts = ["overdue", "2026-11", "2027-01", "undated"];
        let spans = texts.map(|text| text.parse::<Span>().unwrap());
        assert_eq!(spans.map(|span| span.to_string()), texts);
        assert!(spans.is_sorted());
    }

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(
            day_of(at("2026-12-24T18:00:00Z")),
            at("2026-12-24T00:00:00Z")
        );
    }
}
