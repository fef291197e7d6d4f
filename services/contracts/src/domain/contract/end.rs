//! Expiry and termination.

use clock::Timestamp;

use super::{Contract, State, WrongState};
use crate::domain::code::Code;

/// That a contract ended, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub at: Timestamp,
    pub kind: EndKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndKind {
    /// It came to its last day; why it was not followed may be said, then or later.
    Expired { reason: Option<Code> },
    /// Somebody ended it, for a reason of the directory.
    Terminated { reason: Code },
}

impl EndKind {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "expired",
            Self::Terminated { .. } => "terminated",
        }
    }

    /// A second expiry changes nothing, whatever it gives as a reason.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Expired { .. }, Self::Expired { .. }) => true,
            _ => self == other,
        }
    }

    pub fn reason(&self) -> Option<&Code> {
        match self {
            Self::Expired { reason } => reason.as_ref(),
            Self::Terminated { reason } => Some(reason),
        }
    }
}

impl Contract {
    /// Ends the contract; `false` when it ended in this way already.
    ///
    /// Only a contract in force expires, and not before its last day. Terminated is also one that
    /// never came so far.
    pub fn end(&mut self, kind: EndKind, now: Timestamp) -> Result<bool, WrongState> {
        if let State::Ended { end, .. } = &self.state {
            return if end.kind.is_same(&kind) {
                Ok(false)
            } else {
                Err(WrongState::AlreadyEnded)
            };
        }
        if matches!(kind, EndKind::Expired { .. }) {
            self.check_over(now)?;
        }
        self.state = State::Ended {
            reached: self.reached(),
            end: End { at: now, kind },
        };
        Ok(true)
    }

    /// Says why an expired contract was not followed, or takes that back; `false` when it was said.
    pub fn explain(&mut self, reason: Option<Code>) -> Result<bool, WrongState> {
        let State::Ended { end, .. } = &mut self.state else {
            return Err(WrongState::NotExpired);
        };
        let EndKind::Expired { reason: known } = &mut end.kind else {
            return Err(WrongState::NotExpired);
        };
        let changed = *known != reason;
        *known = reason;
        Ok(changed)
    }

    fn check_over(&self, now: Timestamp) -> Result<(), WrongState> {
        match self.state {
            State::Active { .. } if self.terms.ends_at.is_some_and(|end| now < end) => {
                Err(WrongState::StillRuns)
            }
            State::Active { .. } => Ok(()),
            _ => Err(WrongState::NotActive),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reached;
    use super::super::tests::{active, contract, ended, sent, signed};
    use super::*;
    use crate::domain::terms::tests::day;

    const EXPIRED: EndKind = EndKind::Expired { reason: None };

    fn terminated(reason: &str) -> EndKind {
        EndKind::Terminated {
            reason: Code::try_new(reason).unwrap(),
        }
    }

    #[test]
    fn a_contract_in_force_expires_on_its_last_day() {
        let mut contract = active();
        assert_eq!(contract.end(EXPIRED, day(199)), Err(WrongState::StillRuns));
        assert_eq!(contract.end(EXPIRED, day(200)), Ok(true));
        for mut other in [super::super::tests::contract(), sent(), signed()] {
            assert_eq!(other.end(EXPIRED, day(300)), Err(WrongState::NotActive));
        }
    }

    #[test]
    fn a_contract_without_end_expires_when_somebody_says_so() {
        let mut contract = active();
        contract.terms.ends_at = None;
        assert_eq!(contract.end(EXPIRED, day(101)), Ok(true));
    }

    #[test]
    fn any_contract_is_terminated() {
        for mut contract in [contract(), sent(), signed(), active()] {
            let reached = contract.reached();
            assert_eq!(contract.end(terminated("price"), day(150)), Ok(true));
            let end = End {
                at: day(150),
                kind: terminated("price"),
            };
            assert_eq!(contract.state, State::Ended { reached, end });
        }
        assert_eq!(contract().reached(), Reached::default());
    }

    #[test]
    fn an_end_is_the_end() {
        let mut contract = ended();
        assert_eq!(contract.end(EXPIRED, day(300)), Ok(false));
        assert_eq!(
            contract.end(terminated("price"), day(300)),
            Err(WrongState::AlreadyEnded)
        );
        assert_eq!(
            contract,
            Contract {
                id: contract.id,
                parties: contract.parties,
                ..ended()
            }
        );
    }

    #[test]
    fn only_an_expiry_is_explained() {
        let price = || Code::try_new("price").ok();
        let mut contract = ended();
        assert_eq!(contract.explain(price()), Ok(true));
        assert_eq!(contract.explain(price()), Ok(false));
        let reason = contract.end_of().and_then(|end| end.kind.reason()).cloned();
        assert_eq!(reason, price());
        assert_eq!(contract.end(EXPIRED, day(300)), Ok(false), "again");
        assert_eq!(contract.explain(None), Ok(true));
        assert_eq!(contract, {
            let (id, parties) = (contract.id, contract.parties);
            Contract {
                id,
                parties,
                ..ended()
            }
        });
        let mut terminated_one = active();
        terminated_one.end(terminated("price"), day(150)).unwrap();
        for mut other in [active(), terminated_one] {
            assert_eq!(other.explain(price()), Err(WrongState::NotExpired));
        }
    }
}
