//! What is on sale: the catalogue.

use std::fmt;
use std::str::FromStr;

use ids::SaleObjectId;

use super::code::Code;
use super::money::Money;

/// More is no suggestion any more.
pub const MAX_RELATED: usize = 50;

/// A product or a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleObject {
    pub id: SaleObjectId,
    pub revision: i64,
    pub code: Code,
    pub name: String,
    /// Of the quantity, such as `hour`.
    pub unit: String,
    pub prices: Prices,
    /// Whether it is still offered.
    pub active: bool,
    /// In the order in which it is suggested.
    pub related: Vec<Related>,
}

/// Prices of one unit before tax, one for each currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices(Vec<Money>);

/// Two prices are in one currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("has two prices in {0}")]
pub struct PricedTwice(String);

/// What goes with a sale object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Related {
    pub object: SaleObjectId,
    pub addition: Addition,
}

/// What more is sold to somebody who came for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// More, or better, of the same.
    UpSell,
    /// Something that goes with it.
    CrossSell,
}

/// No addition is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what is related is up_sell or cross_sell")]
pub struct UnknownAddition;

impl Prices {
    /// Prices in the order of their currencies.
    pub fn try_new(mut prices: Vec<Money>) -> Result<Self, PricedTwice> {
        prices.sort_by(|one, other| one.currency().cmp(other.currency()));
        let twice = prices.windows(2).find_map(|pair| match pair {
            [one, other] if one.currency() == other.currency() => Some(one.currency()),
            _ => None,
        });
        match twice {
            Some(currency) => Err(PricedTwice(currency.to_owned())),
            None => Ok(Self(prices)),
        }
    }

    pub fn of(&self, currency: &str) -> Option<&Money> {
        self.0.iter().find(|price| price.currency() == currency)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Money> {
        self.0.iter()
    }
}

impl Addition {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpSell => "up_sell",
            Self::CrossSell => "cross_sell",
        }
    }
}

impl fmt::Display for Addition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Addition {
    type Err = UnknownAddition;

    fn from_str(text: &str) -> Result<Self, UnknownAddition> {
        match text {
            "up_sell" => Ok(Self::UpSell),
            "cross_sell" => Ok(Self::CrossSell),
            _ => Err(UnknownAddition),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_has_one_price() {
        let money = |minor, currency| Money::try_new(minor, currency).unwrap();
        let prices = Prices::try_new(vec![money(5, "HUF"), money(1, "EUR")]).unwrap();
        assert_eq!(prices.of("HUF"), Some(&money(5, "HUF")));
        assert_eq!(prices.of("USD"), None);
        let twice = Prices::try_new(vec![money(5, "HUF"), money(1, "EUR"), money(6, "HUF")]);
        assert_eq!(twice, Err(PricedTwice("HUF".to_owned())));
    }

    #[test]
    fn additions_read_back() {
        for addition in [Addition::UpSell, Addition::CrossSell] {
            assert_eq!(addition.as_str().parse(), Ok(addition));
        }
        assert_eq!("base".parse::<Addition>(), Err(UnknownAddition));
    }
}
