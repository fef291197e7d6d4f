//! Gates: what must be there or done before a deal may enter a stage.

use std::fmt;
use std::str::FromStr;

use super::activity::{self, Kind};
use super::deal::Deal;

/// One thing that a gate wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    Amount,
    ExpectedClose,
    Person,
    Organisation,
    SaleObject,
    /// A completed activity of this kind.
    Done(Kind),
}

/// No requirement is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a gate wants amount, expected_close_at, person, organisation, sale_object or activity:<kind>"
)]
pub struct UnknownRequirement;

impl Requirement {
    /// Whether the deal, with the kinds of work `done` on it, has what is wanted.
    pub fn is_met(self, deal: &Deal, done: &[Kind]) -> bool {
        match self {
            Self::Amount => deal.amount.is_some(),
            Self::ExpectedClose => deal.expected_close_at.is_some(),
            Self::Person => deal.client.person.is_some(),
            Self::Organisation => deal.client.organisation.is_some(),
            Self::SaleObject => !deal.sale_object.is_empty(),
            Self::Done(kind) => done.contains(&kind),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount => f.write_str("amount"),
            Self::ExpectedClose => f.write_str("expected_close_at"),
            Self::Person => f.write_str("person"),
            Self::Organisation => f.write_str("organisation"),
            Self::SaleObject => f.write_str("sale_object"),
            Self::Done(kind) => write!(f, "activity:{kind}"),
        }
    }
}

impl FromStr for Requirement {
    type Err = UnknownRequirement;

    fn from_str(text: &str) -> Result<Self, UnknownRequirement> {
        match text {
            "amount" => Ok(Self::Amount),
            "expected_close_at" => Ok(Self::ExpectedClose),
            "person" => Ok(Self::Person),
            "organisation" => Ok(Self::Organisation),
            "sale_object" => Ok(Self::SaleObject),
            _ => text
                .strip_prefix("activity:")
                .ok_or(UnknownRequirement)?
                .parse()
                .map(Self::Done)
                .map_err(|activity::UnknownKind| UnknownRequirement),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_read_back() {
        for text in [
            "amount",
            "expected_close_at",
            "person",
            "organisation",
            "sale_object",
            "activity:offer",
        ] {
            let requirement: Requirement = text.parse().unwrap();
            assert_eq!(requirement.to_string(), text);
        }
        for text in ["", "Amount", "activity", "activity:", "activity:dance"] {
            assert_eq!(
                text.parse::<Requirement>(),
                Err(UnknownRequirement),
                "{text}"
            );
        }
    }
}
