//! A month of the calendar, in UTC.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use clock::Timestamp;

/// `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: u32,
}

/// The text is not a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a month is like 2026-11, from 1970 to 9998")]
pub struct InvalidMonth;

impl Month {
    pub fn of(at: Timestamp) -> Self {
        Self {
            year: at.year(),
            month: at.month(),
        }
    }

    /// Its first moment.
    pub fn begins(self) -> Timestamp {
        NaiveDate::from_ymd_opt(self.year, self.month, 1)
            .and_then(|day| day.and_hms_opt(0, 0, 0))
            .map(|time| time.and_utc())
            .unwrap_or_default()
    }

    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                month: self.month + 1,
                ..self
            }
        }
    }

    /// The months from this one to the last one, if that is not before and they are not more than so
    /// many.
    pub fn up_to(self, last: Self, most: usize) -> Option<Vec<Self>> {
        let months = std::iter::successors(Some(self), |month| Some(month.next()));
        let months: Vec<Self> = months
            .take_while(|month| *month <= last)
            .take(most + 1)
            .collect();
        (1..=most).contains(&months.len()).then_some(months)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let (year, month) = text.split_once('-').ok_or(InvalidMonth)?;
        let read = Self {
            year: year.parse().map_err(|_| InvalidMonth)?,
            month: month.parse().map_err(|_| InvalidMonth)?,
        };
        let known = (1970..=9998).contains(&read.year) && (1..=12).contains(&read.month);
        // One spelling for each month.
        if known && read.to_string() == text {
            Ok(read)
        } else {
            Err(InvalidMonth)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn months_read_back() {
        for text in ["1970-01", "2026-11", "9998-12"] {
            assert_eq!(month(text).to_string(), text);
        }
        for text in [
            "", "2026", "2026-1", "2026-13", "2026-00", "26-11", "9999-01", "2026-+1",
        ] {
            assert_eq!(text.parse::<Month>(), Err(InvalidMonth), "{text}");
        }
    }

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let begins = |text| month(text).begins().to_rfc3339();
        assert_eq!(begins("2026-11"), "2026-11-01T00:00:00+00:00");
        assert_eq!(month("2026-12").next(), month("2027-01"));
        assert_eq!(Month::of(month("2026-12").begins()), month("2026-12"));
    }

    #[test]
    fn months_are_counted_to_the_last_one() {
        let (november, january) = (month("2026-11"), month("2027-01"));
        let all = vec![november, month("2026-12"), january];
        assert_eq!(november.up_to(january, 3), Some(all));
        assert_eq!(november.up_to(january, 2), None, "too many");
        assert_eq!(january.up_to(november, 3), None, "backwards");
    }
}
