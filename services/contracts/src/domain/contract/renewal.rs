//! The time to speak about the renewal.

use clock::Timestamp;

use super::{Contract, State};

impl Contract {
    /// When the renewal is to be announced: for a contract in force, with an end, not announced yet.
    pub fn renewal_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Active { .. } if self.renewal_announced_at.is_none() => self.terms.renewal_at(),
            _ => None,
        }
    }

    /// Announces the renewal if it is time; `false` when it is not, or it was announced.
    pub fn announce_renewal(&mut self, now: Timestamp) -> bool {
        let due = self.renewal_at().is_some_and(|at| at <= now);
        if due {
            self.renewal_announced_at = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{active, ended, signed};
    use crate::domain::terms::tests::day;

    #[test]
    fn a_renewal_is_announced_once_when_it_is_time() {
        let mut contract = active();
        assert_eq!(contract.renewal_at(), Some(day(170)));
        assert!(!contract.announce_renewal(day(169)));
        assert!(contract.announce_renewal(day(170)));
        assert!(!contract.announce_renewal(day(171)));
        assert_eq!(contract.renewal_at(), None);
        assert_eq!(contract.renewal_announced_at, Some(day(170)));
    }

    #[test]
    fn only_a_contract_in_force_with_an_end_is_renewed() {
        assert!(!signed().announce_renewal(day(500)));
        assert!(!ended().announce_renewal(day(500)));
        let mut endless = active();
        endless.terms.ends_at = None;
        assert!(!endless.announce_renewal(day(50_000)));
    }
}
