//! Moves between stages.

use chrono::TimeDelta;
use clock::Timestamp;

use super::{AlreadyClosed, Deal};
use crate::domain::activity;
use crate::domain::code::Code;
use crate::domain::gate::Requirement;
use crate::domain::topic::Topic;

/// A deal went to another stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageChanged {
    pub from: Code,
    pub to: Code,
    /// Time in the stage that was left.
    pub spent: TimeDelta,
    pub at: Timestamp,
}

/// Why a deal may not go to a stage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    #[error(transparent)]
    Closed(#[from] AlreadyClosed),
    #[error("the topic has no stage {0}")]
    UnknownStage(Code),
    #[error("the gate wants more: {}", listed(.0))]
    GateNotMet(Vec<Requirement>),
}

impl Deal {
    /// Moves the deal to a stage; `done` are the kinds of work completed on it.
    ///
    /// A jump over stages does not jump over their gates, the way back has none, and a move to the
    /// stage where the deal already is changes nothing.
    pub fn move_to(
        &mut self,
        topic: &Topic,
        to: &Code,
        done: &[activity::Kind],
        now: Timestamp,
    ) -> Result<Option<StageChanged>, MoveRefused> {
        self.check_open()?;
        if topic.stages.get(to).is_none() {
            return Err(MoveRefused::UnknownStage(to.clone()));
        }
        if self.stage == *to {
            return Ok(None);
        }
        let missing = self.missing(topic, to, done);
        if !missing.is_empty() {
            return Err(MoveRefused::GateNotMet(missing));
        }
        let from = std::mem::replace(&mut self.stage, to.clone());
        let since = std::mem::replace(&mut self.stage_since, now);
        Ok(Some(StageChanged {
            from,
            to: to.clone(),
            spent: (now - since).max(TimeDelta::zero()),
            at: now,
        }))
    }

    /// What the gates on the way to a stage still want.
    pub fn missing(&self, topic: &Topic, to: &Code, done: &[activity::Kind]) -> Vec<Requirement> {
        let mut missing = Vec::new();
        for requirement in topic
            .stages
            .between(&self.stage, to)
            .flat_map(|stage| &stage.gate)
        {
            if !requirement.is_met(self, done) && !missing.contains(requirement) {
                missing.push(*requirement);
            }
        }
        missing
    }
}

fn listed(missing: &[Requirement]) -> String {
    let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use ids::PersonId;

    use super::super::tests::{deal, euros, hour, topic};
    use super::*;
    use crate::domain::activity::Kind;

    fn code(text: &str) -> Code {
        Code::try_new(text).unwrap()
    }

    fn refused(deal: &mut Deal, topic: &Topic, to: &str, done: &[Kind]) -> String {
        let before = deal.clone();
        let refusal = deal.move_to(topic, &code(to), done, hour(1)).unwrap_err();
        assert_eq!(*deal, before, "a refused move changes nothing");
        refusal.to_string()
    }

    #[test]
    fn a_gate_names_all_that_it_misses() {
        let topic = topic();
        let mut deal = deal(&topic);
        assert_eq!(
            refused(&mut deal, &topic, "offer", &[]),
            "the gate wants more: amount, person"
        );
        deal.amount = Some(euros(100));
        assert_eq!(
            refused(&mut deal, &topic, "offer", &[]),
            "the gate wants more: person"
        );
        deal.client.person = Some(PersonId::generate());
        let moved = deal.move_to(&topic, &code("offer"), &[], hour(2));
        assert_eq!(
            moved,
            Ok(Some(StageChanged {
                from: code("need"),
                to: code("offer"),
                spent: TimeDelta::hours(2),
                at: hour(2),
            }))
        );
        assert_eq!(deal.stage_since, hour(2));
    }

    #[test]
    fn a_jump_does_not_avoid_the_gates_between() {
        let topic = topic();
        let mut deal = deal(&topic);
        deal.client.person = Some(PersonId::generate());
        assert_eq!(
            refused(&mut deal, &topic, "agreement", &[Kind::Call]),
            "the gate wants more: amount, activity:offer"
        );
        deal.amount = Some(euros(100));
        let moved = deal.move_to(&topic, &code("agreement"), &[Kind::Offer], hour(1));
        assert!(moved.unwrap().is_some());
    }

    #[test]
    fn the_way_back_has_no_gates() {
        let topic = topic();
        let mut deal = deal(&topic);
        deal.stage = code("agreement");
        assert!(
            deal.move_to(&topic, &code("offer"), &[], hour(1))
                .unwrap()
                .is_some()
        );
        assert!(
            deal.move_to(&topic, &code("need"), &[], hour(2))
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn a_move_to_where_it_is_changes_nothing() {
        let topic = topic();
        let mut deal = deal(&topic);
        let before = deal.clone();
        assert_eq!(deal.move_to(&topic, &code("need"), &[], hour(1)), Ok(None));
        assert_eq!(deal, before);
    }

    #[test]
    fn unknown_stages_and_closed_deals_are_refused() {
        let topic = topic();
        let mut deal = deal(&topic);
        assert_eq!(
            refused(&mut deal, &topic, "moon", &[]),
            "the topic has no stage moon"
        );
        deal.win(Some(euros(1)), hour(1)).unwrap();
        assert_eq!(
            refused(&mut deal, &topic, "offer", &[]),
            "the deal is already won"
        );
    }

    #[test]
    fn a_clock_that_went_back_makes_no_negative_stay() {
        let topic = topic();
        let mut deal = deal(&topic);
        deal.stage = code("offer");
        deal.stage_since = hour(5);
        let moved = deal
            .move_to(&topic, &code("need"), &[], hour(4))
            .unwrap()
            .unwrap();
        assert_eq!(moved.spent, TimeDelta::zero());
    }
}
