//! Contracts in force that become longer or larger.

use clock::Timestamp;
use ids::{ContractId, DealId, GrowthId};

use super::{Contract, State, WrongState};
use crate::domain::money::Money;
use crate::domain::payment::CurrencyDiffers;

/// An extension or expansion, as it was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    pub id: GrowthId,
    pub contract: ContractId,
    pub kind: GrowthKind,
    /// What the amount rose by: per period when recurring, else in all.
    pub amount_added: Money,
    /// Periods that begin before bring what they brought.
    pub from: Timestamp,
    /// The last day since then.
    pub ends_at: Option<Timestamp>,
    /// Minor units that the value of the contract rose by.
    pub value_added: i64,
    pub deal: Option<DealId>,
    pub grown_at: Timestamp,
    /// Of the terms that it made.
    pub version: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrowthKind {
    /// Longer.
    Extension,
    /// More of the same.
    Expansion,
}

/// What is agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grow {
    pub id: GrowthId,
    pub what: Larger,
    pub deal: Option<DealId>,
    pub grown_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Larger {
    /// A later last day; more for periods from the former one on, if at all.
    Extend {
        ends_at: Timestamp,
        amount_added: Option<Money>,
    },
    /// More for periods from a day on.
    Expand {
        from: Timestamp,
        amount_added: Money,
    },
}

/// Why a contract may not grow so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrowthRefused {
    #[error(transparent)]
    State(#[from] WrongState),
    #[error(transparent)]
    Currency(#[from] CurrencyDiffers),
    #[error("a contract without end cannot be extended")]
    WithoutEnd,
    #[error("an extended contract ends later than before")]
    NotLater,
    #[error("an expansion begins before the contract ends")]
    FromAfterEnd,
    #[error("the amount would become too large")]
    TooLarge,
}

impl Contract {
    /// Makes a contract in force longer or larger, which makes a new version of the terms.
    ///
    /// A later end is announced anew when its time comes.
    pub fn grow(&mut self, grow: Grow) -> Result<Growth, GrowthRefused> {
        self.check_active()?;
        let before = self.value();
        let Grow {
            id,
            what,
            deal,
            grown_at,
        } = grow;
        let (kind, from, ends_at, added) = match what {
            Larger::Extend {
                ends_at,
                amount_added,
            } => {
                let from = self.terms.ends_at.ok_or(GrowthRefused::WithoutEnd)?;
                if ends_at <= from {
                    return Err(GrowthRefused::NotLater);
                }
                (GrowthKind::Extension, from, Some(ends_at), amount_added)
            }
            Larger::Expand { from, amount_added } => {
                if self.terms.ends_at.is_some_and(|end| end <= from) {
                    return Err(GrowthRefused::FromAfterEnd);
                }
                let ends_at = self.terms.ends_at;
                (GrowthKind::Expansion, from, ends_at, Some(amount_added))
            }
        };
        let added = added.unwrap_or_else(|| self.terms.amount.nothing());
        self.raise(&added, from)?;
        if kind == GrowthKind::Extension {
            self.terms.ends_at = ends_at;
            self.renewal_announced_at = None;
        }
        self.version += 1;
        Ok(Growth {
            id,
            contract: self.id,
            kind,
            amount_added: added,
            from,
            ends_at,
            value_added: self.value().saturating_sub(before),
            deal,
            grown_at,
            version: self.version,
        })
    }

    /// What the contract brings in all, in minor units.
    pub fn value(&self) -> i64 {
        self.terms.value().saturating_sub(self.unraised)
    }

    /// Raises the amount; what periods before `from` do not bring of it is kept apart.
    fn raise(&mut self, added: &Money, from: Timestamp) -> Result<(), GrowthRefused> {
        let amount = &self.terms.amount;
        if added.currency() != amount.currency() {
            return Err(CurrencyDiffers.into());
        }
        let raised = amount
            .minor()
            .checked_add(added.minor())
            .and_then(|minor| Money::try_new(minor, amount.currency()).ok());
        let raised = raised.ok_or(GrowthRefused::TooLarge)?;
        let earlier = added.minor().saturating_mul(self.counted_before(from));
        self.unraised = self.unraised.saturating_add(earlier);
        self.terms.amount = raised;
        Ok(())
    }

    /// Of the periods that count for the value, those that begin before a time.
    fn counted_before(&self, from: Timestamp) -> i64 {
        let Some(start) = self.terms.starts_at.filter(|_| self.terms.recurring) else {
            return 0;
        };
        let before = self.terms.periods_before(start, from);
        before.min(self.terms.periods()).into()
    }

    fn check_active(&self) -> Result<(), WrongState> {
        match self.state {
            State::Active { .. } => Ok(()),
            State::Ended { .. } => Err(WrongState::AlreadyEnded),
            State::Draft | State::Sent { .. } | State::Signed { .. } => Err(WrongState::NotActive),
        }
    }
}

impl GrowthKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Expansion => "expansion",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{active, contract, ended, sent, signed};
    use super::*;
    use crate::domain::terms::tests::day;

    fn at(text: &str) -> Timestamp {
        format!("{text}T00:00:00Z").parse().unwrap()
    }

    fn money(minor: i64) -> Money {
        Money::try_new(minor, "EUR").unwrap()
    }

    fn grow(what: Larger) -> Grow {
        Grow {
            id: GrowthId::generate(),
            what,
            deal: None,
            grown_at: day(150),
        }
    }

    fn extend(to: &str, minor: i64) -> Larger {
        Larger::Extend {
            ends_at: at(to),
            amount_added: (minor > 0).then(|| money(minor)),
        }
    }

    fn expand(from: &str, minor: i64) -> Larger {
        Larger::Expand {
            from: at(from),
            amount_added: money(minor),
        }
    }

    /// In force from the first of January 2026, 100 each month or in all.
    fn runs(recurring: bool, until: Option<&str>) -> Contract {
        let mut contract = active();
        contract.terms.recurring = recurring;
        contract.terms.period_months = 1;
        contract.terms.starts_at = Some(at("2026-01-01"));
        contract.terms.ends_at = until.map(at);
        contract
    }

    /// What each step adds, and what comes of all of them.
    fn check(mut contract: Contract, steps: &[(Larger, i64)]) {
        let mut value = contract.value();
        for (step, added) in steps {
            let growth = contract.grow(grow(step.clone())).unwrap();
            assert_eq!(growth.value_added, *added, "{step:?}");
            value += added;
            assert_eq!(contract.value(), value, "{step:?}");
        }
    }

    #[test]
    fn what_is_added_is_counted_from_its_day_on() {
        // Twelve times 100. From July on six times 20; from the middle of September three times 5.
        check(
            runs(true, Some("2027-01-01")),
            &[
                (expand("2026-07-01", 20), 120),
                (expand("2026-09-15", 5), 15),
                // Two months longer, each 125.
                (extend("2027-03-01", 0), 250),
                // One month longer, 125, and 10 more for that one.
                (extend("2027-04-01", 10), 135),
                // A day of one more month: 135.
                (extend("2027-04-02", 0), 135),
                // From before the first day: each of sixteen months.
                (expand("2025-01-01", 1), 16),
            ],
        );
    }

    #[test]
    fn within_a_period_nothing_begins() {
        check(
            runs(true, Some("2026-12-15")),
            &[(extend("2027-01-01", 0), 0), (expand("2026-12-20", 50), 0)],
        );
    }

    #[test]
    fn without_end_a_year_counts() {
        check(
            runs(true, None),
            &[
                (expand("2026-11-01", 10), 20),
                (expand("2027-06-01", 10), 0),
                (expand("2026-12-01", 10), 10),
            ],
        );
    }

    #[test]
    fn what_is_due_once_grows_by_what_is_added() {
        check(
            runs(false, Some("2027-01-01")),
            &[
                (extend("2027-02-01", 0), 0),
                (extend("2027-03-01", 30), 30),
                (expand("2026-02-01", 7), 7),
            ],
        );
    }

    #[test]
    fn growing_makes_a_version_and_a_later_end_is_announced_anew() {
        let mut contract = active();
        assert!(contract.announce_renewal(day(170)));
        let larger = Larger::Extend {
            ends_at: day(300),
            amount_added: None,
        };
        let growth = contract.grow(grow(larger)).unwrap();
        assert_eq!((growth.version, contract.version), (2, 2));
        assert_eq!(
            (growth.from, growth.ends_at, contract.terms.ends_at),
            (day(200), Some(day(300)), Some(day(300)))
        );
        assert!(!contract.announce_renewal(day(269)));
        assert!(contract.announce_renewal(day(270)));

        let larger = Larger::Expand {
            from: day(280),
            amount_added: money(1),
        };
        contract.grow(grow(larger)).unwrap();
        assert!(!contract.announce_renewal(day(281)), "the end is the same");
    }

    #[test]
    fn what_cannot_grow_is_refused() {
        let later = || Larger::Extend {
            ends_at: day(300),
            amount_added: None,
        };
        for mut contract in [contract(), sent(), signed()] {
            let refused = contract.grow(grow(later()));
            assert_eq!(refused, Err(WrongState::NotActive.into()));
        }
        let refused = ended().grow(grow(later()));
        assert_eq!(refused, Err(WrongState::AlreadyEnded.into()));

        let mut endless = active();
        endless.terms.ends_at = None;
        let refused = endless.grow(grow(later()));
        assert_eq!(refused, Err(GrowthRefused::WithoutEnd));

        let forint = Money::try_new(1, "HUF").unwrap();
        let most = money(crate::domain::money::MAX_MINOR);
        for (larger, expected) in [
            (
                Larger::Extend {
                    ends_at: day(200),
                    amount_added: None,
                },
                GrowthRefused::NotLater,
            ),
            (
                Larger::Expand {
                    from: day(200),
                    amount_added: money(1),
                },
                GrowthRefused::FromAfterEnd,
            ),
            (
                Larger::Expand {
                    from: day(150),
                    amount_added: forint,
                },
                CurrencyDiffers.into(),
            ),
            (
                Larger::Expand {
                    from: day(150),
                    amount_added: most,
                },
                GrowthRefused::TooLarge,
            ),
        ] {
            let mut contract = active();
            let before = contract.clone();
            assert_eq!(contract.grow(grow(larger)), Err(expected));
            assert_eq!(contract, before);
        }
    }
}
