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
    /// It came to its last day.
    Expired,
    /// Somebody ended it, for a reason of the directory.
    Terminated { reason: Code },
}

impl EndKind {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Terminated { .. } => "terminated",
        }
    }

    pub fn reason(&self) -> Option<&Code> {
        match self {
            Self::Expired => None,
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
            return if end.kind == kind {
                Ok(false)
            } else {
                Err(WrongState::AlreadyEnded)
            };
        }
        if kind == EndKind::Expired {
            self.check_over(now)?;
        }
        self.state = State::Ended {
            reached: self.reached(),
            end: End { at: now, kind },
        };
        Ok(true)
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

    fn terminated(reason: &str) -> EndKind {
        EndKind::Terminated {
            reason: Code::try_new(reason).unwrap(),
        }
    }

    #[test]
    fn a_contract_in_force_expires_on_its_last_day() {
        let mut contract = active();
        assert_eq!(
            contract.end(EndKind::Expired, day(199)),
            Err(WrongState::StillRuns)
        );
        assert_eq!(contract.end(EndKind::Expired, day(200)), Ok(true));
        for mut other in [super::super::tests::contract(), sent(), signed()] {
            assert_eq!(
                other.end(EndKind::Expired, day(300)),
                Err(WrongState::NotActive)
            );
        }
    }

    #[test]
    fn a_contract_without_end_expires_when_somebody_says_so() {
        let mut contract = active();
        contract.terms.ends_at = None;
        assert_eq!(contract.end(EndKind::Expired, day(101)), Ok(true));
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
        assert_eq!(contract.end(EndKind::Expired, day(300)), Ok(false));
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
}
