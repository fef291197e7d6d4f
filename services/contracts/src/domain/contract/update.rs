//! Changes of the terms and of who looks after the contract.

use ids::StaffId;

use super::{Contract, State, WrongState};
use crate::domain::terms::{Change, EndsBeforeStart};

/// What to do with a field that may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    pub terms: Change,
    pub responsible: Edit<StaffId>,
}

/// What an update changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Updated {
    Nothing,
    Responsible,
    /// There is a new version of the terms.
    Terms,
}

/// Why a contract may not be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpdateRefused {
    #[error(transparent)]
    State(#[from] WrongState),
    #[error(transparent)]
    Terms(#[from] EndsBeforeStart),
}

impl Contract {
    /// Changes the terms, which makes a new version, and who is responsible.
    ///
    /// Terms change until they are signed; a contract that was sent has to be sent again, so that
    /// nobody signs what was not sent. Who is responsible changes until the end.
    pub fn update(&mut self, update: Update) -> Result<Updated, UpdateRefused> {
        let terms = self.terms.changed(update.terms)?;
        let responsible = match update.responsible {
            Edit::Keep => self.responsible,
            Edit::Clear => None,
            Edit::Set(staff) => Some(staff),
        };
        let updated = if terms != self.terms {
            Updated::Terms
        } else if responsible != self.responsible {
            Updated::Responsible
        } else {
            return Ok(Updated::Nothing);
        };
        match (&self.state, updated) {
            (State::Ended { .. }, _) => return Err(WrongState::AlreadyEnded.into()),
            (State::Signed { .. } | State::Active { .. }, Updated::Terms) => {
                return Err(WrongState::AlreadySigned.into());
            }
            (State::Sent { .. }, Updated::Terms) => self.state = State::Draft,
            _ => {}
        }
        if updated == Updated::Terms {
            self.version += 1;
        }
        self.terms = terms;
        self.responsible = responsible;
        Ok(updated)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{active, contract, ended, sent, signed};
    use super::*;
    use crate::domain::terms::tests::day;

    fn title(text: &str) -> Update {
        let terms = Change {
            title: Some(text.to_owned()),
            ..Change::default()
        };
        Update {
            terms,
            ..Update::default()
        }
    }

    fn responsible(staff: StaffId) -> Update {
        Update {
            responsible: Edit::Set(staff),
            ..Update::default()
        }
    }

    #[test]
    fn new_terms_are_a_new_version() {
        let mut contract = contract();
        assert_eq!(contract.update(title("Chairs")), Ok(Updated::Terms));
        assert_eq!(
            (contract.version, contract.terms.title.as_str()),
            (2, "Chairs")
        );
        assert_eq!(contract.update(title("Chairs")), Ok(Updated::Nothing));
        assert_eq!(contract.version, 2);
    }

    #[test]
    fn what_was_sent_and_changed_is_sent_again() {
        let mut contract = sent();
        assert_eq!(contract.update(title("Chairs")), Ok(Updated::Terms));
        assert_eq!(contract.state, State::Draft);
        assert_eq!(contract.sign(day(9)), Err(WrongState::NotSent));
    }

    #[test]
    fn signed_terms_stay() {
        for mut contract in [signed(), active()] {
            let refused = contract.update(title("Chairs"));
            assert_eq!(refused, Err(WrongState::AlreadySigned.into()));
        }
        assert_eq!(
            ended().update(title("Chairs")),
            Err(WrongState::AlreadyEnded.into())
        );
        assert_eq!(signed().update(title("Desks")), Ok(Updated::Nothing));
    }

    #[test]
    fn who_is_responsible_changes_until_the_end() {
        let staff = StaffId::generate();
        for mut contract in [contract(), sent(), signed(), active()] {
            let state = contract.state.clone();
            assert_eq!(
                contract.update(responsible(staff)),
                Ok(Updated::Responsible)
            );
            assert_eq!((contract.version, contract.responsible), (1, Some(staff)));
            assert_eq!(contract.state, state);
            let clear = Update {
                responsible: Edit::Clear,
                ..Update::default()
            };
            assert_eq!(contract.update(clear), Ok(Updated::Responsible));
        }
        assert_eq!(
            ended().update(responsible(staff)),
            Err(WrongState::AlreadyEnded.into())
        );
    }

    #[test]
    fn an_impossible_period_is_refused() {
        let terms = Change {
            ends_at: Some(day(1)),
            ..Change::default()
        };
        let refused = contract().update(Update {
            terms,
            ..Update::default()
        });
        assert_eq!(refused, Err(EndsBeforeStart.into()));
    }
}
