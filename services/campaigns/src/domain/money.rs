//! An amount of money in one currency.

use currency::half_even;

/// Largest amount of one line in minor units, either way: sums of thousands of lines still fit.
pub const MAX_MINOR: i64 = 1_000_000_000_000_000;

/// Minor units of a currency; negative for a refund.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money {
    currency: String,
    minor: i64,
}

/// The numbers or letters do not make an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    #[error("an amount is {} to {MAX_MINOR} minor units", -MAX_MINOR)]
    Amount,
    #[error("a currency is three capital letters")]
    Currency,
    #[error("an amount is digits with one decimal point or comma, such as 1234.50")]
    Digits,
    #[error(
        "an amount has more decimals than its currency, or a group that is not of three digits"
    )]
    Decimals,
}

impl Money {
    pub fn try_new(minor: i64, currency: &str) -> Result<Self, InvalidMoney> {
        if !(-MAX_MINOR..=MAX_MINOR).contains(&minor) {
            return Err(InvalidMoney::Amount);
        }
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(InvalidMoney::Currency);
        }
        Ok(Self {
            currency: currency.to_owned(),
            minor,
        })
    }

    /// Reads an amount as people write it: `1234.5`, `1 234,50`, `1.234,50`, `-7`. What could be
    /// read in two ways is refused: nothing is rounded.
    pub fn read(text: &str, currency: &str) -> Result<Self, InvalidMoney> {
        Self::try_new(0, currency)?;
        let (negative, digits) = match text.trim().strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.trim()),
        };
        let decimals = usize::from(currency::decimals(currency));
        let (whole, fraction) = split(digits, decimals)?;
        let mut minor: i64 = 0;
        let padding = std::iter::repeat_n('0', decimals.saturating_sub(fraction.len()));
        for digit in whole.chars().chain(fraction.chars()).chain(padding) {
            let digit = digit.to_digit(10).ok_or(InvalidMoney::Digits)?;
            minor = minor
                .checked_mul(10)
                .and_then(|minor| minor.checked_add(i64::from(digit)))
                .ok_or(InvalidMoney::Amount)?;
        }
        Self::try_new(if negative { -minor } else { minor }, currency)
    }

    pub fn minor(&self) -> i64 {
        self.minor
    }

    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// This amount times `by`, divided by `of`, rounded half to even. `None` when it is out of
    /// range, or divided by nothing.
    pub fn share(&self, by: i64, of: i64) -> Option<Self> {
        let minor = share(self.minor, by, of)?;
        Self::try_new(minor, &self.currency).ok()
    }
}

/// `amount × by / of`, rounded half to even.
pub fn share(amount: i64, by: i64, of: i64) -> Option<i64> {
    let product = i128::from(amount) * i128::from(by);
    if of == 0 {
        return None;
    }
    let sign = i128::from(of.signum());
    i64::try_from(half_even(product * sign, i128::from(of) * sign)).ok()
}

/// Digits before and after the decimal sign, groups of thousands joined.
fn split(text: &str, decimals: usize) -> Result<(String, String), InvalidMoney> {
    let is_sign = |c: char| c == '.' || c == ',';
    let is_gap = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}');
    let known = |c: char| c.is_ascii_digit() || is_sign(c) || is_gap(c);
    let begins = text.chars().next().is_some_and(|c| c.is_ascii_digit());
    let ends = text.chars().next_back().is_some_and(|c| c.is_ascii_digit());
    if !begins || !ends || !text.chars().all(known) {
        return Err(InvalidMoney::Digits);
    }
    let signs: Vec<char> = text.chars().filter(|c| is_sign(*c)).collect();
    let last = signs.last().copied();
    let same = signs.iter().filter(|sign| Some(**sign) == last).count();
    // The last sign is the decimal one, unless it comes several times: then it parts thousands.
    let (whole, fraction) = match last {
        Some(sign) if same == 1 => text.rsplit_once(sign).unwrap_or((text, "")),
        _ => (text, ""),
    };
    if fraction.len() > decimals || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return Err(InvalidMoney::Decimals);
    }
    let groups: Vec<&str> = whole.split(|c| is_sign(c) || is_gap(c)).collect();
    let first_fits = groups
        .first()
        .is_some_and(|group| (1..=3).contains(&group.len()));
    let rest_fits = groups.iter().skip(1).all(|group| group.len() == 3);
    if groups.len() > 1 && !(first_fits && rest_fits) {
        return Err(InvalidMoney::Decimals);
    }
    Ok((groups.concat(), fraction.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_a_size_and_a_currency() {
        assert!(Money::try_new(MAX_MINOR, "LVL").is_ok());
        assert!(Money::try_new(-MAX_MINOR, "HUF").is_ok());
        assert_eq!(
            Money::try_new(MAX_MINOR + 1, "EUR"),
            Err(InvalidMoney::Amount)
        );
        for currency in ["", "eur", "EURO", "E1R", "ЕUR"] {
            assert_eq!(
                Money::try_new(1, currency),
                Err(InvalidMoney::Currency),
                "{currency}"
            );
        }
    }

    #[test]
    fn amounts_are_read_to_the_last_unit() {
        for (text, currency, minor) in [
            ("0", "EUR", 0),
            ("12", "EUR", 1_200),
            ("12.5", "EUR", 1_250),
            ("12,05", "EUR", 1_205),
            ("1 234,50", "EUR", 123_450),
            ("1\u{a0}234\u{202f}567,89", "HUF", 123_456_789),
            ("1.234,50", "EUR", 123_450),
            ("1,234.50", "USD", 123_450),
            ("1'234.50", "CHF", 123_450),
            ("1.234.567", "EUR", 123_456_700),
            ("-7.01", "EUR", -701),
            ("\u{2212} 7", "EUR", -700),
            ("1500", "JPY", 1_500),
            ("1,234", "KWD", 1_234),
            ("0.0001", "CLF", 1),
            ("10000000000000.00", "EUR", MAX_MINOR),
        ] {
            assert_eq!(
                Money::read(text, currency).map(|money| money.minor()),
                Ok(minor),
                "{text} {currency}"
            );
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for (text, currency, error) in [
            ("", "EUR", InvalidMoney::Digits),
            ("-", "EUR", InvalidMoney::Digits),
            ("12.", "EUR", InvalidMoney::Digits),
            (".5", "EUR", InvalidMoney::Digits),
            ("1e3", "EUR", InvalidMoney::Digits),
            ("12 €", "EUR", InvalidMoney::Digits),
            ("--1", "EUR", InvalidMoney::Digits),
            ("1,234", "EUR", InvalidMoney::Decimals),
            ("1.005", "EUR", InvalidMoney::Decimals),
            ("1.5", "JPY", InvalidMoney::Decimals),
            ("12 34", "EUR", InvalidMoney::Decimals),
            ("1234 567", "EUR", InvalidMoney::Decimals),
            ("1.23.456", "EUR", InvalidMoney::Decimals),
            ("1.234,5 6", "EUR", InvalidMoney::Decimals),
            ("10000000000000.01", "EUR", InvalidMoney::Amount),
            ("99999999999999999999999", "EUR", InvalidMoney::Amount),
            ("1", "eur", InvalidMoney::Currency),
        ] {
            assert_eq!(Money::read(text, currency), Err(error), "{text} {currency}");
        }
    }

    #[test]
    fn shares_are_rounded_half_to_even() {
        for (amount, by, of, expected) in [
            (1_000, 30, 60, Some(500)),
            (1, 30, 60, Some(0)),
            (3, 30, 60, Some(2)),
            (5, 30, 60, Some(2)),
            (-1, 30, 60, Some(0)),
            (-3, 30, 60, Some(-2)),
            (-5, 30, 60, Some(-2)),
            (100, 1, 3, Some(33)),
            (200, 1, 3, Some(67)),
            (-100, 1, 3, Some(-33)),
            (-200, 1, 3, Some(-67)),
            (7, 1, 0, None),
            (i64::MAX, i64::MAX, 1, None),
        ] {
            assert_eq!(share(amount, by, of), expected, "{amount} × {by} / {of}");
        }
    }
}
