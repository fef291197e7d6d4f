//! The way from draft into force.

use clock::Timestamp;

use super::{Contract, State, WrongState};

impl Contract {
    /// Marks the contract as sent to the other side; `false` when it was.
    pub fn send(&mut self, now: Timestamp) -> Result<bool, WrongState> {
        match self.state {
            State::Draft => {
                self.state = State::Sent { sent_at: now };
                Ok(true)
            }
            State::Sent { .. } => Ok(false),
            State::Signed { .. } => Err(WrongState::AlreadySigned),
            State::Active { .. } => Err(WrongState::AlreadyActive),
            State::Ended { .. } => Err(WrongState::AlreadyEnded),
        }
    }

    /// Marks the contract as signed by both; `false` when it was.
    pub fn sign(&mut self, at: Timestamp) -> Result<bool, WrongState> {
        match self.state {
            State::Draft => Err(WrongState::NotSent),
            State::Sent { sent_at } => {
                self.state = State::Signed {
                    sent_at,
                    signed_at: at,
                };
                Ok(true)
            }
            State::Signed { .. } | State::Active { .. } => Ok(false),
            State::Ended { .. } => Err(WrongState::AlreadyEnded),
        }
    }

    /// Puts the contract into force; `false` when it was. Without an agreed first day this is it.
    pub fn activate(&mut self, now: Timestamp) -> Result<bool, WrongState> {
        match self.state {
            State::Draft | State::Sent { .. } => Err(WrongState::NotSigned),
            State::Signed { sent_at, signed_at } => {
                self.state = State::Active {
                    sent_at,
                    signed_at,
                    activated_at: now,
                };
                self.terms.starts_at = self.terms.starts_at.or(Some(now));
                Ok(true)
            }
            State::Active { .. } => Ok(false),
            State::Ended { .. } => Err(WrongState::AlreadyEnded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{active, contract, ended, sent, signed};
    use super::*;
    use crate::domain::terms::tests::day;

    type Step = fn(&mut Contract) -> Result<bool, WrongState>;

    fn check(step: Step, cases: [(Contract, Result<bool, WrongState>); 5]) {
        for (mut contract, expected) in cases {
            let before = contract.clone();
            assert_eq!(step(&mut contract), expected, "{before:?}");
            assert_eq!(contract != before, expected == Ok(true), "{before:?}");
        }
    }

    #[test]
    fn a_draft_is_sent() {
        check(
            |it| it.send(day(9)),
            [
                (contract(), Ok(true)),
                (sent(), Ok(false)),
                (signed(), Err(WrongState::AlreadySigned)),
                (active(), Err(WrongState::AlreadyActive)),
                (ended(), Err(WrongState::AlreadyEnded)),
            ],
        );
    }

    #[test]
    fn what_was_sent_is_signed() {
        check(
            |it| it.sign(day(9)),
            [
                (contract(), Err(WrongState::NotSent)),
                (sent(), Ok(true)),
                (signed(), Ok(false)),
                (active(), Ok(false)),
                (ended(), Err(WrongState::AlreadyEnded)),
            ],
        );
    }

    #[test]
    fn what_was_signed_comes_into_force() {
        check(
            |it| it.activate(day(9)),
            [
                (contract(), Err(WrongState::NotSigned)),
                (sent(), Err(WrongState::NotSigned)),
                (signed(), Ok(true)),
                (active(), Ok(false)),
                (ended(), Err(WrongState::AlreadyEnded)),
            ],
        );
    }

    #[test]
    fn a_contract_without_a_first_day_starts_when_it_comes_into_force() {
        let mut open = signed();
        open.terms.starts_at = None;
        open.activate(day(9)).unwrap();
        assert_eq!(open.terms.starts_at, Some(day(9)));
        assert_eq!(
            active().terms.starts_at,
            Some(day(100)),
            "an agreed one stays"
        );
    }
}
