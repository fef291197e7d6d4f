//! That a person was erased.

use chrono::{DateTime, Utc};
use ids::{ContractId, ErasureId, LeadId, PersonId, StaffId};

/// What is kept of it; nothing of who it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    pub id: ErasureId,
    /// All records of the person, oldest first.
    pub persons: Vec<PersonId>,
    pub leads: Vec<LeadId>,
    pub reason: String,
    pub requested_at: DateTime<Utc>,
    pub erased_at: DateTime<Utc>,
    pub by: Option<StaffId>,
}

/// Papers of a contract are kept by law while it is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("contract {0} of the person is in force")]
pub struct ContractInForce(pub ContractId);

/// Whether somebody with these contracts may be erased; each comes with whether it is in force.
pub fn allowed(
    contracts: impl IntoIterator<Item = (ContractId, bool)>,
) -> Result<(), ContractInForce> {
    let mut contracts = contracts.into_iter();
    let in_force = contracts.find(|(_, in_force)| *in_force);
    in_force.map_or(Ok(()), |(id, _)| Err(ContractInForce(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_in_force_keep_a_person_and_ended_ones_do_not() {
        let (ended, running) = (ContractId::generate(), ContractId::generate());
        assert_eq!(allowed([]), Ok(()));
        assert_eq!(allowed([(ended, false)]), Ok(()));
        let refused = allowed([(ended, false), (running, true)]);
        assert_eq!(refused, Err(ContractInForce(running)));
    }
}
