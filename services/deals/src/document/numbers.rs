//! Amounts, quantities, rates and days as each language writes them.

use chrono::Datelike;
use clock::Timestamp;

use crate::domain::offer::{BasisPoints, Language};

/// An amount without its currency, like `1,234.50`.
pub(super) fn amount(language: Language, minor: i64, currency: &str) -> String {
    let (whole, part) = currency::parts(minor, currency);
    let whole = grouped(language, &whole);
    match part.as_str() {
        "" => whole,
        part => format!("{whole}{}{part}", point(language)),
    }
}

/// Thousandths without needless zeros, like `2.5`.
pub(super) fn quantity(language: Language, milli: i64) -> String {
    fraction(language, milli, 1_000, 3)
}

/// A rate, like `12.5 %`.
pub(super) fn rate(language: Language, points: BasisPoints) -> String {
    let number = fraction(language, points.number().into(), 100, 2);
    match language {
        Language::English => format!("{number}%"),
        Language::Russian | Language::Hungarian | Language::Latvian => format!("{number}\u{a0}%"),
    }
}

/// A day in UTC.
pub(super) fn day(language: Language, at: Timestamp) -> String {
    let (year, month, day) = (at.year(), at.month(), at.day());
    match language {
        Language::English => format!("{year}-{month:02}-{day:02}"),
        Language::Russian => format!("{day:02}.{month:02}.{year}"),
        Language::Hungarian => format!("{year}.\u{a0}{month:02}.\u{a0}{day:02}."),
        Language::Latvian => format!("{day:02}.{month:02}.{year}."),
    }
}

fn fraction(language: Language, parts: i64, of: i64, digits: usize) -> String {
    let whole = grouped(language, &(parts / of).to_string());
    let part = format!("{:0>digits$}", parts % of);
    match part.trim_end_matches('0') {
        "" => whole,
        part => format!("{whole}{}{part}", point(language)),
    }
}

/// Digits in threes.
fn grouped(language: Language, digits: &str) -> String {
    let between = match language {
        Language::English => ',',
        Language::Russian | Language::Hungarian | Language::Latvian => '\u{a0}',
    };
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(between);
        }
        grouped.push(digit);
    }
    grouped
}

fn point(language: Language) -> char {
    match language {
        Language::English => '.',
        Language::Russian | Language::Hungarian | Language::Latvian => ',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_do() {
        use Language::{English, Hungarian, Latvian, Russian};
        for (language, minor, currency, expected) in [
            (English, 0, "EUR", "0.00"),
            (English, 7, "EUR", "0.07"),
            (English, 123_456_789, "EUR", "1,234,567.89"),
            (English, 100_000, "USD", "1,000.00"),
            (Hungarian, 123_450, "HUF", "1\u{a0}234,50"),
            (Russian, 99_999, "RUB", "999,99"),
            (Latvian, 1_000_000, "EUR", "10\u{a0}000,00"),
            (English, 1_500, "JPY", "1,500"),
            (English, 1_005, "KWD", "1.005"),
        ] {
            assert_eq!(amount(language, minor, currency), expected);
        }
    }

    #[test]
    fn quantities_and_rates_have_no_needless_zeros() {
        for (milli, expected) in [
            (1_000, "1"),
            (2_500, "2.5"),
            (1, "0.001"),
            (1_234_560, "1,234.56"),
        ] {
            assert_eq!(quantity(Language::English, milli), expected);
        }
        let points = |number| BasisPoints::try_new(number).unwrap();
        assert_eq!(rate(Language::English, points(2_700)), "27%");
        assert_eq!(rate(Language::Hungarian, points(1_250)), "12,5\u{a0}%");
        assert_eq!(rate(Language::Latvian, points(5)), "0,05\u{a0}%");
    }

    #[test]
    fn days_are_written_as_people_do() {
        let at = "2026-03-04T23:00:00Z".parse().unwrap();
        let days = Language::ALL.map(|language| day(language, at));
        let expected = [
            "2026-03-04",
            "04.03.2026",
            "2026.\u{a0}03.\u{a0}04.",
            "04.03.2026.",
        ];
        assert_eq!(days, expected);
    }
}
