//! An amount of money in one currency.

use std::fmt;

/// Largest amount of one contract, in minor units: sums of thousands of contracts still fit.
pub const MAX_MINOR: i64 = 1_000_000_000_000_000;

/// Minor units of a currency; never negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    minor: i64,
    currency: String,
}

/// The numbers or letters do not make an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    #[error("an amount is 0 to {MAX_MINOR} minor units")]
    Amount,
    #[error("a currency is three capital letters")]
    Currency,
}

impl Money {
    pub fn try_new(minor: i64, currency: &str) -> Result<Self, InvalidMoney> {
        if !(0..=MAX_MINOR).contains(&minor) {
            return Err(InvalidMoney::Amount);
        }
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(InvalidMoney::Currency);
        }
        Ok(Self {
            minor,
            currency: currency.to_owned(),
        })
    }

    /// Nothing, in the same currency.
    #[must_use]
    pub fn nothing(&self) -> Self {
        Self {
            minor: 0,
            currency: self.currency.clone(),
        }
    }

    pub fn minor(&self) -> i64 {
        self.minor
    }

    pub fn currency(&self) -> &str {
        &self.currency
    }
}

impl fmt::Display for Money {
    /// `EUR 1234.50`, with as many decimals as the currency has.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { minor, currency } = self;
        write!(f, "{currency} {}", currency::decimal(*minor, currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_a_size_and_a_currency() {
        let money = Money::try_new(12_345, "EUR").unwrap();
        assert_eq!((money.minor(), money.currency()), (12_345, "EUR"));
        assert!(Money::try_new(0, "HUF").is_ok());
        assert!(Money::try_new(MAX_MINOR, "LVL").is_ok());
        assert_eq!(Money::try_new(-1, "EUR"), Err(InvalidMoney::Amount));
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
    fn an_amount_is_written_with_the_decimals_of_its_currency() {
        for (minor, currency, text) in [
            (123_405, "EUR", "EUR 1234.05"),
            (7, "HUF", "HUF 0.07"),
            (1_500, "JPY", "JPY 1500"),
            (1_005, "KWD", "KWD 1.005"),
        ] {
            assert_eq!(Money::try_new(minor, currency).unwrap().to_string(), text);
        }
    }
}
