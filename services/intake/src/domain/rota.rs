//! Whose turn it is: whoever has waited longest for a new lead.

use std::collections::HashMap;

use ids::{LeadId, StaffId};

/// Agents and the last lead each of them got. Ids of leads are in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Rota {
    last: HashMap<StaffId, Option<LeadId>>,
}

impl Rota {
    /// The agents that may get leads now, each with the last lead known of them.
    pub fn new(agents: impl IntoIterator<Item = (StaffId, Option<LeadId>)>) -> Self {
        Self {
            last: agents.into_iter().collect(),
        }
    }

    /// Leads given out elsewhere that the database does not show yet.
    pub fn also(&mut self, given: &HashMap<StaffId, LeadId>) {
        for (agent, last) in &mut self.last {
            *last = (*last).max(given.get(agent).copied());
        }
    }

    /// Gives `lead` to whoever has waited longest.
    pub fn give(&mut self, lead: LeadId) -> Option<StaffId> {
        let (agent, last) = self
            .last
            .iter_mut()
            .min_by_key(|(agent, last)| (**last, **agent))?;
        *last = Some(lead);
        Some(*agent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gets_a_turn_before_anyone_gets_two() {
        let agents: Vec<StaffId> = (0..3).map(|_| StaffId::generate()).collect();
        let mut rota = Rota::new(agents.iter().map(|agent| (*agent, None)));
        let turns: Vec<StaffId> = (0..6)
            .map(|_| rota.give(LeadId::generate()).unwrap())
            .collect();
        for agent in agents {
            assert_eq!(turns.iter().filter(|turn| **turn == agent).count(), 2);
        }
        assert_eq!(turns[..3], turns[3..]);
    }

    #[test]
    fn leads_given_elsewhere_count() {
        let (busy, idle) = (StaffId::generate(), StaffId::generate());
        let mut rota = Rota::new([(busy, None), (idle, Some(LeadId::generate()))]);
        rota.also(&HashMap::from([(busy, LeadId::generate())]));
        assert_eq!(rota.give(LeadId::generate()), Some(idle));
    }

    #[test]
    fn nobody_is_given_what_nobody_can_take() {
        assert_eq!(Rota::default().give(LeadId::generate()), None);
    }
}
