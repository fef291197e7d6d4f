//! The signed outcome of a deal, from draft to end.

mod client;
mod end;
mod grow;
mod progress;
mod renewal;
mod state_name;
mod update;

use clock::Timestamp;
use ids::{ContractId, DealId, LeadId, StaffId};

pub use self::client::{Client, NamedBy};
pub use self::end::{End, EndKind};
pub use self::grow::{Grow, Growth, GrowthKind, GrowthRefused, Larger};
pub use self::state_name::StateName;
pub use self::update::{Edit, Update, UpdateRefused, Updated};
use super::kind::Kind;
use super::number::Number;
use super::terms::Terms;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    pub id: ContractId,
    /// Counts the changes that were saved.
    pub revision: i64,
    /// Counts the changes of the terms.
    pub version: i32,
    pub number: Number,
    pub state: State,
    pub terms: Terms,
    /// What the amount of today would have brought in periods that begin before it was raised, in minor
    /// units.
    pub unraised: i64,
    pub parties: Parties,
    /// The key-account manager.
    pub responsible: Option<StaffId>,
    pub drafted_at: Timestamp,
    /// That the renewal was announced, and when.
    pub renewal_announced_at: Option<Timestamp>,
}

/// What the contract came from and whom it is with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parties {
    pub deal: DealId,
    pub lead: Option<LeadId>,
    pub client: Client,
    pub kind: Kind,
    /// The contract that this one renews, extends, expands or goes beside.
    pub previous: Option<ContractId>,
}

impl Parties {
    /// The contract that this one renews.
    pub fn renews(&self) -> Option<ContractId> {
        self.previous.filter(|_| self.kind == Kind::Renewal)
    }
}

/// Where a contract stands, and when it came there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Draft,
    Sent {
        sent_at: Timestamp,
    },
    Signed {
        sent_at: Timestamp,
        signed_at: Timestamp,
    },
    Active {
        sent_at: Timestamp,
        signed_at: Timestamp,
        activated_at: Timestamp,
    },
    Ended {
        reached: Reached,
        end: End,
    },
}

/// How far a contract had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reached {
    pub sent_at: Option<Timestamp>,
    pub signed_at: Option<Timestamp>,
    pub activated_at: Option<Timestamp>,
}

/// The contract does not stand where it would have to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongState {
    #[error("the contract, as it is now, was not sent")]
    NotSent,
    #[error("the contract is not signed")]
    NotSigned,
    #[error("the contract is not in force")]
    NotActive,
    #[error("the contract did not expire")]
    NotExpired,
    #[error("the contract still runs")]
    StillRuns,
    #[error("the contract is already signed")]
    AlreadySigned,
    #[error("the contract is already in force")]
    AlreadyActive,
    #[error("the contract has already ended")]
    AlreadyEnded,
}

impl Contract {
    /// Drafts a contract.
    pub fn draft(
        id: ContractId,
        number: Number,
        terms: Terms,
        parties: Parties,
        responsible: Option<StaffId>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            revision: 1,
            version: 1,
            number,
            state: State::Draft,
            terms,
            unraised: 0,
            parties,
            responsible,
            drafted_at: now,
            renewal_announced_at: None,
        }
    }

    /// How far the contract has come.
    pub fn reached(&self) -> Reached {
        match self.state {
            State::Draft => Reached::default(),
            State::Sent { sent_at } => Reached {
                sent_at: Some(sent_at),
                ..Reached::default()
            },
            State::Signed { sent_at, signed_at } => Reached {
                sent_at: Some(sent_at),
                signed_at: Some(signed_at),
                activated_at: None,
            },
            State::Active {
                sent_at,
                signed_at,
                activated_at,
            } => Reached {
                sent_at: Some(sent_at),
                signed_at: Some(signed_at),
                activated_at: Some(activated_at),
            },
            State::Ended { reached, .. } => reached,
        }
    }

    /// How the contract ended.
    pub fn end_of(&self) -> Option<&End> {
        match &self.state {
            State::Ended { end, .. } => Some(end),
            State::Draft | State::Sent { .. } | State::Signed { .. } | State::Active { .. } => None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::terms::tests::{day, terms};
    use super::*;

    /// A draft whose terms run from day 100 to day 200, with a notice of 30 days.
    pub(in crate::domain) fn contract() -> Contract {
        let parties = Parties {
            deal: DealId::generate(),
            lead: None,
            client: Client {
                person: None,
                organisation: None,
                named_by: NamedBy::Deal,
            },
            kind: Kind::New,
            previous: None,
        };
        let number = Number {
            year: 2026,
            counter: 1,
        };
        Contract::draft(
            ContractId::generate(),
            number,
            terms(),
            parties,
            None,
            day(1),
        )
    }

    pub(super) fn sent() -> Contract {
        let mut contract = contract();
        contract.send(day(2)).unwrap();
        contract
    }

    pub(super) fn signed() -> Contract {
        let mut contract = sent();
        contract.sign(day(3)).unwrap();
        contract
    }

    pub(super) fn active() -> Contract {
        let mut contract = signed();
        contract.activate(day(100)).unwrap();
        contract
    }

    pub(super) fn ended() -> Contract {
        let mut contract = active();
        contract
            .end(EndKind::Expired { reason: None }, day(200))
            .unwrap();
        contract
    }

    #[test]
    fn a_contract_remembers_how_far_it_came() {
        assert_eq!(contract().reached(), Reached::default());
        let reached = Reached {
            sent_at: Some(day(2)),
            signed_at: Some(day(3)),
            activated_at: Some(day(100)),
        };
        assert_eq!(active().reached(), reached);
        assert_eq!(ended().reached(), reached);
        assert_eq!(
            ended().end_of(),
            Some(&End {
                at: day(200),
                kind: EndKind::Expired { reason: None }
            })
        );
    }
}
