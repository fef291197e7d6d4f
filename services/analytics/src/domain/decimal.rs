//! Rates as people write them, and the days they are of.

use chrono::{DateTime, NaiveDate};

use super::figures::Day;

/// Decimals that a rate may have.
const DECIMALS: usize = 9;

const BILLION: i64 = 1_000_000_000;

/// A text that is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no number from 0 to 1000000000 with a point and at most nine decimals")]
pub struct NoRate;

/// A text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no day from 1970 to 9999, written like 2026-11-26")]
pub struct NoDay;

/// Billionths of what a text says: `0.0025` is 2,500,000.
pub fn billionths(text: &str) -> Result<i64, NoRate> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > DECIMALS {
        return Err(NoRate);
    }
    let whole: i64 = whole.parse().map_err(|_| NoRate)?;
    let part: i64 = format!("{part:0<DECIMALS$}").parse().map_err(|_| NoRate)?;
    if whole > BILLION {
        return Err(NoRate);
    }
    Ok(whole * BILLION + part)
}

/// As [`billionths`] reads it, without needless zeros.
pub fn printed(billionths: i64) -> String {
    let part = format!("{:09}", billionths % BILLION);
    let part = part.trim_end_matches('0');
    let whole = billionths / BILLION;
    if part.is_empty() {
        whole.to_string()
    } else {
        format!("{whole}.{part}")
    }
}

/// What one unit of a currency is worth when so many billionths of it are worth one unit of the base currency;
/// rounded, half up. None for 0.
pub fn inverted(billionths: i64) -> Option<i64> {
    let one = i128::from(BILLION) * i128::from(BILLION);
    let of = i128::from(billionths);
    if of <= 0 {
        return None;
    }
    i64::try_from((2 * one + of) / (2 * of)).ok()
}

/// A day as `2026-11-26`.
pub fn day(text: &str) -> Result<Day, NoDay> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| NoDay)?;
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    // Only the one spelling: others would pass for it, such as one without zeros.
    Day::try_from(days)
        .ok()
        .filter(|day| *day >= 0 && printed_day(*day) == text)
        .ok_or(NoDay)
}

/// As [`day`] reads it.
pub fn printed_day(day: Day) -> String {
    DateTime::from_timestamp(i64::from(day) * 86_400, 0)
        .map(|at| at.format("%Y-%m-%d").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_printed() {
        for (text, expected, again) in [
            ("0.0025", 2_500_000, "0.0025"),
            ("1", 1_000_000_000, "1"),
            ("01.50", 1_500_000_000, "1.5"),
            ("0", 0, "0"),
            ("0.000000001", 1, "0.000000001"),
            ("1000000000.0", 1_000_000_000_000_000_000, "1000000000"),
        ] {
            assert_eq!(billionths(text), Ok(expected), "{text}");
            assert_eq!(printed(expected), again);
        }
        for text in [
            "",
            ".5",
            "1.",
            "-1",
            "1,5",
            "1e3",
            "0.0000000001",
            "1000000001",
            " 1",
            "+1",
        ] {
            assert_eq!(billionths(text), Err(NoRate), "{text:?}");
        }
    }

    #[test]
    fn a_rate_is_inverted_to_the_nearest_billionth() {
        assert_eq!(inverted(400 * BILLION), Some(2_500_000));
        assert_eq!(inverted(3 * BILLION), Some(333_333_333));
        assert_eq!(inverted(1_500_000_000), Some(666_666_667));
        assert_eq!(inverted(0), None);
    }

    #[test]
    fn days_have_one_spelling() {
        assert_eq!(day("2026-11-26"), Ok(20_783));
        assert_eq!(printed_day(20_783), "2026-11-26");
        for text in ["2026-11-31", "2026-1-2", "1969-12-31", "26.11.2026", ""] {
            assert_eq!(day(text), Err(NoDay), "{text:?}");
        }
    }
}
