//! Rates of currencies, and exact conversion by them.

use std::collections::BTreeMap;

use clock::Timestamp;
use currency::{decimals, half_even};
use uuid::Uuid;

use crate::domain::{fact::Money, figures::Day};

/// A rate is kept in billionths.
const BILLION: i128 = 1_000_000_000;

/// What a unit of each currency is worth, by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    base: String,
    by_currency: BTreeMap<String, BTreeMap<Day, Rate>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rate {
    /// 0 of one that was taken back.
    billionths: i64,
    age: (i64, Timestamp, Uuid),
}

impl Rates {
    pub(super) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            by_currency: BTreeMap::new(),
        }
    }

    /// Of two rates for one currency and day the newer one counts.
    pub(super) fn learn(
        &mut self,
        currency: &str,
        day: Day,
        billionths: i64,
        age: (i64, Timestamp, Uuid),
    ) -> bool {
        let days = self.by_currency.entry(currency.to_owned()).or_default();
        if days.get(&day).is_some_and(|known| known.age >= age) {
            return false;
        }
        let before = days.insert(day, Rate { billionths, age });
        before.is_none_or(|before| before.billionths != billionths)
    }

    /// An amount in minor units of the base currency, half to even, by the latest rate on or before the day;
    /// `None` where there is none.
    pub fn convert(&self, amount: &Money, day: Day) -> Option<i64> {
        self.exchange(amount.minor, &amount.currency, day)
    }

    pub(crate) fn exchange(&self, minor: i64, currency: &str, day: Day) -> Option<i64> {
        if currency == self.base || minor == 0 {
            return Some(minor);
        }
        let rate = self
            .by_currency
            .get(currency)?
            .range(..=day)
            .rev()
            .map(|(_, rate)| rate.billionths)
            .find(|rate| *rate > 0)?;
        exchange(minor, rate, decimals(currency), decimals(&self.base))
    }

    /// Whether amounts of this currency have to be converted.
    pub(crate) fn converts(&self, currency: &str) -> bool {
        currency != self.base
    }

    /// The last day for which a rate of this day counts: that before the next rate. `None` when it counts for
    /// all days after.
    pub fn until(&self, currency: &str, day: Day) -> Option<Day> {
        let after = day.checked_add(1)?;
        let next = self
            .by_currency
            .get(currency)?
            .range(after..)
            .find(|(_, rate)| rate.billionths > 0)?;
        Some(next.0 - 1)
    }
}

fn exchange(minor: i64, billionths: i64, from: u8, to: u8) -> Option<i64> {
    let up = 10_i128.checked_pow(u32::from(to.saturating_sub(from)))?;
    let down = 10_i128.checked_pow(u32::from(from.saturating_sub(to)))?;
    let product = i128::from(minor)
        .checked_mul(i128::from(billionths))?
        .checked_mul(up)?;
    i64::try_from(half_even(product, BILLION.checked_mul(down)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(minor: i64, billionths: i64, from: &str, to: &str, expected: Option<i64>) {
        let mut rates = Rates::new(to);
        rates.learn(from, 10, billionths, (1, Timestamp::default(), Uuid::nil()));
        let amount = Money {
            minor,
            currency: from.to_owned(),
        };
        assert_eq!(rates.convert(&amount, 10), expected, "{minor} {from}");
    }

    #[test]
    fn amounts_are_converted_exactly_and_a_half_goes_to_the_even_neighbour() {
        // 400.00 HUF at 0.0025 are one euro.
        check(40_000, 2_500_000, "HUF", "EUR", Some(100));
        // 0.5, 1.5 and 2.5 cents.
        check(200, 2_500_000, "HUF", "EUR", Some(0));
        check(600, 2_500_000, "HUF", "EUR", Some(2));
        check(1_000, 2_500_000, "HUF", "EUR", Some(2));
        check(-200, 2_500_000, "HUF", "EUR", Some(0));
        check(-600, 2_500_000, "HUF", "EUR", Some(-2));
        check(-601, 2_500_000, "HUF", "EUR", Some(-2));
        // A yen has no minor unit, a dinar has three digits.
        check(1_000, 6_000_000, "JPY", "EUR", Some(600));
        check(1_000, 3_000_000_000, "KWD", "EUR", Some(300));
        check(100, 166_000_000_000, "EUR", "JPY", Some(166));
        check(i64::MAX, i64::MAX, "HUF", "EUR", None);
        check(100, 0, "HUF", "EUR", None);
    }

    #[test]
    fn the_latest_rate_on_or_before_the_day_counts() {
        let mut rates = Rates::new("EUR");
        let age = |revision| (revision, Timestamp::default(), Uuid::nil());
        let amount = Money {
            minor: 1_000,
            currency: "HUF".to_owned(),
        };
        assert_eq!(rates.convert(&amount, 5), None);
        assert!(rates.learn("HUF", 5, 2_000_000_000, age(1)));
        assert!(rates.learn("HUF", 9, 3_000_000_000, age(1)));
        assert_eq!(rates.convert(&amount, 4), None);
        assert_eq!(rates.convert(&amount, 5), Some(2_000));
        assert_eq!(rates.convert(&amount, 8), Some(2_000));
        assert_eq!(rates.convert(&amount, 9), Some(3_000));
        assert_eq!(rates.convert(&amount, 9_999), Some(3_000));
        assert_eq!(rates.until("HUF", 5), Some(8));
        assert_eq!(rates.until("HUF", 9), None);
        // A newer rate for a day replaces the older one, whichever is learnt first; 0 takes it back.
        assert!(rates.learn("HUF", 9, 0, age(3)));
        assert!(!rates.learn("HUF", 9, 4_000_000_000, age(2)));
        assert_eq!(rates.convert(&amount, 9), Some(2_000));
        assert_eq!(rates.until("HUF", 5), None);
        assert_eq!(
            rates.convert(
                &Money {
                    minor: 7,
                    currency: "EUR".to_owned()
                },
                0
            ),
            Some(7)
        );
    }
}
