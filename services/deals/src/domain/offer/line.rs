//! Lines of an offer and their exact sums.
//!
//! A line is rounded twice, half to even: its net (quantity × price less the discount, in one step) and
//! the tax on that. Sums are sums of rounded lines, so that a document adds up as it is printed.

use std::fmt;
use std::str::FromStr;

use currency::half_even;
use ids::SaleObjectId;

use crate::domain::money::MAX_MINOR;
use crate::domain::sale_object::Addition;

/// More lines than this are no offer any more.
pub const MAX_LINES: usize = 200;

/// A million units.
pub const MAX_QUANTITY_MILLI: i64 = 1_000_000_000;

/// Hundredths of a percent, 0 to 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasisPoints(u16);

/// What a line is to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// What the client came for.
    Base,
    Addition(Addition),
}

/// No line is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line is base, up_sell or cross_sell")]
pub struct UnknownKind;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// `None` for free text.
    pub object: Option<SaleObjectId>,
    pub text: String,
    pub unit: String,
    /// Thousandths of the unit.
    pub quantity_milli: i64,
    /// Of one unit before tax.
    pub price_minor: i64,
    pub discount: BasisPoints,
    pub tax: BasisPoints,
    pub kind: LineKind,
}

/// A line with what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    terms: Terms,
    net: i64,
    tax: i64,
}

/// The lines of an offer, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(Vec<Line>);

/// What lines come to, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Before tax.
    pub net: i64,
    pub tax: i64,
    /// Part of `net` that up-sell lines bring.
    pub up_sell: i64,
    /// Part of `net` that cross-sell lines bring.
    pub cross_sell: i64,
}

/// The numbers are too large, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    #[error("a quantity is 1 to {MAX_QUANTITY_MILLI} thousandths")]
    Quantity,
    #[error("a price is 0 to {MAX_MINOR} minor units")]
    Price,
    #[error("comes to more than {MAX_MINOR} minor units")]
    Sum,
    #[error("an offer has at most {MAX_LINES} lines")]
    Lines,
}

impl Line {
    pub fn try_new(terms: Terms) -> Result<Self, TooMuch> {
        if !(1..=MAX_QUANTITY_MILLI).contains(&terms.quantity_milli) {
            return Err(TooMuch::Quantity);
        }
        if !(0..=MAX_MINOR).contains(&terms.price_minor) {
            return Err(TooMuch::Price);
        }
        let gross = i128::from(terms.price_minor) * i128::from(terms.quantity_milli);
        let kept = i128::from(BasisPoints::WHOLE - terms.discount.0);
        let whole = i128::from(BasisPoints::WHOLE);
        let net = half_even(gross * kept, 1_000 * whole);
        let tax = half_even(net * i128::from(terms.tax.0), whole);
        if net + tax > i128::from(MAX_MINOR) {
            return Err(TooMuch::Sum);
        }
        Ok(Self {
            net: i64::try_from(net).map_err(|_| TooMuch::Sum)?,
            tax: i64::try_from(tax).map_err(|_| TooMuch::Sum)?,
            terms,
        })
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Quantity × price less the discount.
    pub fn net(&self) -> i64 {
        self.net
    }

    /// On the net.
    pub fn tax(&self) -> i64 {
        self.tax
    }
}

impl Lines {
    pub fn try_new(lines: Vec<Line>) -> Result<Self, TooMuch> {
        if lines.len() > MAX_LINES {
            return Err(TooMuch::Lines);
        }
        let lines = Self(lines);
        // Hundreds of the largest lines still fit.
        if lines.sums().total() > MAX_MINOR {
            return Err(TooMuch::Sum);
        }
        Ok(lines)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for line in &self.0 {
            sums.net += line.net;
            sums.tax += line.tax;
            match line.terms.kind {
                LineKind::Base => {}
                LineKind::Addition(Addition::UpSell) => sums.up_sell += line.net,
                LineKind::Addition(Addition::CrossSell) => sums.cross_sell += line.net,
            }
        }
        sums
    }
}

impl Sums {
    /// With tax.
    pub fn total(self) -> i64 {
        self.net + self.tax
    }
}

impl BasisPoints {
    pub const NONE: Self = Self(0);
    const WHOLE: u16 = 10_000;

    pub fn try_new(number: i32) -> Option<Self> {
        u16::try_from(number)
            .ok()
            .filter(|number| *number <= Self::WHOLE)
            .map(Self)
    }

    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for LineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base => f.write_str("base"),
            Self::Addition(addition) => addition.fmt(f),
        }
    }
}

impl FromStr for LineKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        match text {
            "base" => Ok(Self::Base),
            _ => text.parse().map(Self::Addition).map_err(|_| UnknownKind),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn terms(quantity_milli: i64, price_minor: i64, discount: i32, tax: i32) -> Terms {
        Terms {
            object: None,
            text: "desk".to_owned(),
            unit: "piece".to_owned(),
            quantity_milli,
            price_minor,
            discount: BasisPoints::try_new(discount).unwrap(),
            tax: BasisPoints::try_new(tax).unwrap(),
            kind: LineKind::Base,
        }
    }

    pub(in crate::domain) fn line(quantity: i64, price: i64, discount: i32, tax: i32) -> Line {
        Line::try_new(terms(quantity, price, discount, tax)).unwrap()
    }

    #[test]
    fn a_line_is_rounded_half_to_even() {
        for (quantity, price, discount, tax, net, taxed) in [
            (1_000, 100, 0, 0, 100, 0),
            (2_500, 1, 0, 0, 2, 0),
            (3_500, 1, 0, 0, 4, 0),
            (500, 1, 0, 0, 0, 0),
            (501, 1, 0, 0, 1, 0),
            (1_000, 15, 5_000, 0, 8, 0),
            // Rounded once: 2.5 pieces of 5 less 10 % are 11.25, not 12 less 10 %.
            (2_500, 5, 1_000, 0, 11, 0),
            (1_000, 250, 0, 100, 250, 2),
            (1_000, 350, 0, 100, 350, 4),
            (1_000, 9_999, 10_000, 2_100, 0, 0),
            (1_000, 9_999, 0, 2_100, 9_999, 2_100),
            (3_333, 12_345, 1_250, 2_700, 36_003, 9_721),
        ] {
            let line = line(quantity, price, discount, tax);
            assert_eq!((line.net(), line.tax()), (net, taxed), "{line:?}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        let refused =
            |quantity, price, tax| Line::try_new(terms(quantity, price, 0, tax)).unwrap_err();
        assert_eq!(refused(0, 1, 0), TooMuch::Quantity);
        assert_eq!(refused(MAX_QUANTITY_MILLI + 1, 1, 0), TooMuch::Quantity);
        assert_eq!(refused(1, -1, 0), TooMuch::Price);
        assert_eq!(refused(1, MAX_MINOR + 1, 0), TooMuch::Price);
        assert_eq!(refused(1_001, MAX_MINOR, 0), TooMuch::Sum);
        assert_eq!(refused(1_000, MAX_MINOR, 1), TooMuch::Sum);
        assert_eq!(refused(MAX_QUANTITY_MILLI, MAX_MINOR, 10_000), TooMuch::Sum);
        let most = line(1_000, MAX_MINOR, 0, 0);
        assert!(Lines::try_new(vec![most.clone()]).is_ok());
        assert_eq!(Lines::try_new(vec![most; MAX_LINES]), Err(TooMuch::Sum));
        let many = vec![line(1, 1, 0, 0); MAX_LINES + 1];
        assert_eq!(Lines::try_new(many), Err(TooMuch::Lines));
        assert_eq!(BasisPoints::try_new(10_001), None);
        assert_eq!(BasisPoints::try_new(-1), None);
    }

    #[test]
    fn sums_tell_what_was_sold_besides() {
        let with = |kind, price| {
            let terms = Terms {
                kind,
                ..terms(1_000, price, 0, 1_000)
            };
            Line::try_new(terms).unwrap()
        };
        let lines = Lines::try_new(vec![
            with(LineKind::Base, 100),
            with(LineKind::Addition(Addition::UpSell), 20),
            with(LineKind::Addition(Addition::CrossSell), 3),
            with(LineKind::Addition(Addition::CrossSell), 4),
        ]);
        let sums = lines.unwrap().sums();
        let expected = Sums {
            net: 127,
            tax: 12,
            up_sell: 20,
            cross_sell: 7,
        };
        assert_eq!(sums, expected);
        assert_eq!(sums.total(), 139);
    }

    #[test]
    fn kinds_read_back() {
        for text in ["base", "up_sell", "cross_sell"] {
            let kind: LineKind = text.parse().unwrap();
            assert_eq!(kind.to_string(), text);
        }
        assert_eq!("more".parse::<LineKind>(), Err(UnknownKind));
    }
}
