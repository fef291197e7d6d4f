//! Arithmetic of reports: days, spans of time, shares and means.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::figures::Day;

/// A span of days; an open end has no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// First day.
    pub from: Option<Day>,
    /// The day after the last one.
    pub until: Option<Day>,
}

/// Spans of time that sums are kept by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grain {
    Day,
    Month,
    Year,
}

/// A part of a period that is summed up by days, months or years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    pub grain: Grain,
    pub period: Period,
}

/// Spans of time that a report may be broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    Day,
    /// From Monday on.
    Week,
    Month,
    Quarter,
    Year,
}

/// The text names no span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a span of time")]
pub struct NoBucket;

impl FromStr for Bucket {
    type Err = NoBucket;

    fn from_str(text: &str) -> Result<Self, NoBucket> {
        Ok(match text {
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => return Err(NoBucket),
        })
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        })
    }
}

impl Bucket {
    /// First day of the span that a day lies in.
    pub fn start(self, day: Day) -> Day {
        let date = date(day);
        let start = match self {
            Self::Day => return day,
            Self::Week => {
                return day - Day::try_from(date.weekday().num_days_from_monday()).unwrap_or(0);
            }
            Self::Month => date.with_day(1),
            Self::Quarter => date
                .with_day(1)
                .and_then(|date| date.with_month0(date.month0() / 3 * 3)),
            Self::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        };
        start.map_or(day, number)
    }

    /// The longest kept spans that its own are made of.
    pub fn grain(self) -> Grain {
        match self {
            Self::Day | Self::Week => Grain::Day,
            Self::Month | Self::Quarter => Grain::Month,
            Self::Year => Grain::Year,
        }
    }
}

impl Grain {
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// First day of the span that a day lies in.
    pub fn start(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Month => Bucket::Month.start(day),
            Self::Year => Bucket::Year.start(day),
        }
    }

    /// First day of the first span that begins on the day or later.
    fn at_or_after(self, day: Day) -> Day {
        let start = self.start(day);
        if start == day {
            return day;
        }
        let months = if self == Self::Year { 12 } else { 1 };
        date(start)
            .checked_add_months(Months::new(months))
            .map_or(day, number)
    }

    fn shorter(self) -> Self {
        match self {
            Self::Day | Self::Month => Self::Day,
            Self::Year => Self::Month,
        }
    }
}

impl Period {
    /// The period cut into whole spans, none longer than those given, and what is left around them into shorter ones.
    pub fn segments(self, longest: Grain) -> Vec<Segment> {
        let whole = Segment {
            grain: longest,
            period: self,
        };
        if longest == Grain::Day {
            return vec![whole];
        }
        let first = self.from.map(|from| longest.at_or_after(from));
        let last = self.until.map(|until| longest.start(until));
        if let (Some(first), Some(last)) = (first, last)
            && first >= last
        {
            return self.segments(longest.shorter());
        }
        let part = |from, until| Self { from, until };
        let mut segments = vec![Segment {
            period: part(first, last),
            ..whole
        }];
        if self.from != first {
            segments.extend(part(self.from, first).segments(longest.shorter()));
        }
        if self.until != last {
            segments.extend(part(last, self.until).segments(longest.shorter()));
        }
        segments
    }

    /// Whether the day is in it.
    pub fn holds(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// The date of a day.
pub fn date(day: Day) -> NaiveDate {
    let epoch = NaiveDate::default();
    let days = Days::new(u64::from(day.unsigned_abs()));
    let date = if day < 0 {
        epoch.checked_sub_days(days)
    } else {
        epoch.checked_add_days(days)
    };
    date.unwrap_or(epoch)
}

/// The day of a date.
pub fn number(date: NaiveDate) -> Day {
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    Day::try_from(days).unwrap_or(Day::MAX)
}

/// `part` of `whole` in basis points, rounded half away from zero; none of nothing.
pub fn share(part: i64, whole: i64) -> Option<i64> {
    divided(i128::from(part) * 10_000, whole)
}

/// `sum` over `count`, rounded half away from zero; none over nothing.
pub fn mean(sum: i64, count: i64) -> Option<i64> {
    divided(i128::from(sum), count)
}

/// Revenue less cost, of the cost, in basis points.
pub fn return_on(revenue: i64, cost: i64) -> Option<i64> {
    divided((i128::from(revenue) - i128::from(cost)) * 10_000, cost)
}

fn divided(sum: i128, by: i64) -> Option<i64> {
    if by <= 0 {
        return None;
    }
    let by = i128::from(by);
    let half = by / 2 * sum.signum();
    // An amount that no column holds is as good as none.
    i64::try_from((sum + half) / by).ok()
}

/// Shares of parts in basis points that add up to exactly 10,000: the largest remainders are rounded up, the earlier
/// of equals first. None when the parts add up to nothing.
pub fn shares(parts: &[i64]) -> Vec<Option<i64>> {
    let whole: i128 = parts.iter().map(|part| i128::from(*part)).sum();
    if whole <= 0 {
        return vec![None; parts.len()];
    }
    let scaled: Vec<i128> = parts
        .iter()
        .map(|part| i128::from(*part) * 10_000)
        .collect();
    let mut shares: Vec<i128> = scaled.iter().map(|part| part.div_euclid(whole)).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|place| {
        let remainder = scaled.get(*place).map(|part| part.rem_euclid(whole));
        std::cmp::Reverse(remainder)
    });
    let missing = 10_000 - shares.iter().sum::<i128>();
    for place in order
        .into_iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        if let Some(share) = shares.get_mut(place) {
            *share += 1;
        }
    }
    shares
        .into_iter()
        .map(|share| i64::try_from(share).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        number(text.parse().unwrap())
    }

    #[test]
    fn spans_begin_where_a_calendar_says() {
        let check = |bucket: &str, of: &str, expected: &str| {
            let bucket: Bucket = bucket.parse().unwrap();
            assert_eq!(bucket.start(day(of)), day(expected), "{bucket} of {of}");
        };
        check("day", "2026-11-26", "2026-11-26");
        check("week", "2026-11-26", "2026-11-23");
        check("week", "2026-11-23", "2026-11-23");
        check("week", "2027-01-01", "2026-12-28");
        check("week", "1969-12-31", "1969-12-29");
        check("month", "2024-02-29", "2024-02-01");
        check("quarter", "2026-12-31", "2026-10-01");
        check("quarter", "2026-03-31", "2026-01-01");
        check("year", "2026-03-31", "2026-01-01");
        assert_eq!("decade".parse::<Bucket>(), Err(NoBucket));
    }

    #[test]
    fn a_period_is_whole_spans_and_what_is_around_them() {
        let check = |longest: Grain, from: &str, until: &str, expected: &[(Grain, &str, &str)]| {
            let optional = |text: &str| (!text.is_empty()).then(|| day(text));
            let period = Period {
                from: optional(from),
                until: optional(until),
            };
            let expected: Vec<Segment> = expected
                .iter()
                .map(|(grain, from, until)| Segment {
                    grain: *grain,
                    period: Period {
                        from: optional(from),
                        until: optional(until),
                    },
                })
                .collect();
            assert_eq!(period.segments(longest), expected, "{from} to {until}");
        };
        let (d, m, y) = (Grain::Day, Grain::Month, Grain::Year);
        let of = |grain, from, until| (grain, from, until);
        let jan = "2026-01-01";
        for longest in [d, m, y] {
            check(longest, "", "", &[of(longest, "", "")]);
        }
        for longest in [m, y] {
            check(longest, jan, "2026-04-01", &[of(m, jan, "2026-04-01")]);
            let parts = [
                of(m, "2026-02-01", "2026-04-01"),
                of(d, "2026-01-15", "2026-02-01"),
                of(d, "2026-04-01", "2026-04-03"),
            ];
            check(longest, "2026-01-15", "2026-04-03", &parts);
            for until in ["2026-02-03", "2026-02-01", "2026-01-15"] {
                check(longest, "2026-01-15", until, &[of(d, "2026-01-15", until)]);
            }
        }
        check(d, jan, "2028-01-01", &[of(d, jan, "2028-01-01")]);
        check(m, jan, "2028-01-01", &[of(m, jan, "2028-01-01")]);
        check(y, jan, "2028-01-01", &[of(y, jan, "2028-01-01")]);
        let parts = [
            of(y, jan, "2028-01-01"),
            of(m, "2025-12-01", jan),
            of(d, "2025-11-20", "2025-12-01"),
            of(m, "2028-01-01", "2028-02-01"),
            of(d, "2028-02-01", "2028-02-11"),
        ];
        check(y, "2025-11-20", "2028-02-11", &parts);
        let parts = [of(m, "2026-02-01", ""), of(d, "2026-01-15", "2026-02-01")];
        check(m, "2026-01-15", "", &parts);
        let parts = [
            of(y, "2027-01-01", ""),
            of(m, "2026-02-01", "2027-01-01"),
            of(d, "2026-01-15", "2026-02-01"),
        ];
        check(y, "2026-01-15", "", &parts);
        let parts = [of(y, "", jan), of(d, jan, "2026-01-15")];
        check(y, "", "2026-01-15", &parts);
    }

    #[test]
    fn shares_and_means_of_nothing_are_none() {
        assert_eq!(share(1, 3), Some(3_333));
        assert_eq!(share(2, 3), Some(6_667));
        assert_eq!(share(-1, 3), Some(-3_333));
        assert_eq!(share(1, 0), None);
        assert_eq!(mean(7, 2), Some(4));
        assert_eq!(mean(-7, 2), Some(-4));
        assert_eq!(mean(5, 0), None);
        assert_eq!(return_on(150, 100), Some(5_000));
        assert_eq!(return_on(0, 100), Some(-10_000));
        assert_eq!(return_on(100, 0), None);
        assert_eq!(share(i64::MAX, 1), None);
    }

    #[test]
    fn shares_add_up_to_everything() {
        let some = |numbers: &[i64]| numbers.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(shares(&[1, 1, 1]), some(&[3_334, 3_333, 3_333]));
        assert_eq!(shares(&[1, 0, 5]), some(&[1_667, 0, 8_333]));
        assert_eq!(shares(&[5]), some(&[10_000]));
        assert_eq!(shares(&[0, 0]), [None, None]);
        assert_eq!(shares(&[]), []);
    }
}
