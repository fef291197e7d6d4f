//! Directions of sale and the stages that their deals go through.

mod general;

use chrono::TimeDelta;
use clock::Timestamp;
use ids::TopicId;

use super::code::Code;
use super::gate::Requirement;

/// More stages than this are no longer a board.
pub const MAX_STAGES: usize = 30;

/// A direction of sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub id: TopicId,
    pub revision: i64,
    pub code: Code,
    pub name: String,
    pub stages: Stages,
    /// Whether deals that name no topic come here. One topic has it.
    pub is_default: bool,
}

/// A step on the way of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub code: Code,
    pub name: String,
    pub probability: Percent,
    /// Days after which a deal rots here; `None` for never.
    pub limit_days: Option<u16>,
    pub gate: Vec<Requirement>,
}

impl Stage {
    /// Whether a deal that came here at `since` has stayed too long.
    pub fn rots(&self, since: Timestamp, now: Timestamp) -> bool {
        self.limit_days
            .is_some_and(|days| now - since > TimeDelta::days(days.into()))
    }
}

/// A chance of 0 to 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(u8);

impl Percent {
    pub fn try_new(number: i32) -> Option<Self> {
        u8::try_from(number)
            .ok()
            .filter(|number| *number <= 100)
            .map(Self)
    }

    pub fn number(self) -> u8 {
        self.0
    }
}

/// The stages of a topic, in order; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    first: Stage,
    others: Vec<Stage>,
}

/// Why stages do not make a way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStages {
    #[error("a topic has 1 to {MAX_STAGES} stages")]
    Number,
    #[error("stage {0} is there twice")]
    Twice(Code),
    /// A deal has to be able to open, also when an event opens it.
    #[error("the first stage has no gate")]
    FirstGate,
}

impl Stages {
    pub fn try_new(stages: Vec<Stage>) -> Result<Self, InvalidStages> {
        if stages.len() > MAX_STAGES {
            return Err(InvalidStages::Number);
        }
        let mut codes: Vec<&Code> = stages.iter().map(|stage| &stage.code).collect();
        codes.sort();
        if let Some(twice) = codes.windows(2).find_map(|pair| match pair {
            [one, other] if one == other => Some((*one).clone()),
            _ => None,
        }) {
            return Err(InvalidStages::Twice(twice));
        }
        let mut others = stages.into_iter();
        let first = others.next().ok_or(InvalidStages::Number)?;
        if !first.gate.is_empty() {
            return Err(InvalidStages::FirstGate);
        }
        Ok(Self {
            first,
            others: others.collect(),
        })
    }

    pub fn first(&self) -> &Stage {
        &self.first
    }

    pub fn iter(&self) -> impl Iterator<Item = &Stage> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub fn get(&self, code: &Code) -> Option<&Stage> {
        self.iter().find(|stage| stage.code == *code)
    }

    /// The stages entered or passed on the way from one to another; none on a way back.
    pub fn between(&self, from: &Code, to: &Code) -> impl Iterator<Item = &Stage> {
        let position = |code: &Code| self.iter().position(|stage| stage.code == *code);
        let (from, to) = (position(from), position(to));
        let passed = match (from, to) {
            (Some(from), Some(to)) if from < to => to - from,
            _ => 0,
        };
        self.iter()
            .skip(from.map_or(0, |from| from + 1))
            .take(passed)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::domain) fn stage(code: &str, gate: &[&str]) -> Stage {
        Stage {
            code: Code::try_new(code).unwrap(),
            name: code.to_owned(),
            probability: Percent::try_new(10).unwrap(),
            limit_days: Some(7),
            gate: gate.iter().map(|wanted| wanted.parse().unwrap()).collect(),
        }
    }

    fn codes<'a>(stages: impl Iterator<Item = &'a Stage>) -> Vec<&'a str> {
        stages.map(|stage| stage.code.as_str()).collect()
    }

    #[test]
    fn stages_that_make_no_way_are_refused() {
        assert_eq!(Stages::try_new(vec![]), Err(InvalidStages::Number));
        let many = (0..=MAX_STAGES).map(|n| stage(&format!("s{n}"), &[]));
        assert_eq!(Stages::try_new(many.collect()), Err(InvalidStages::Number));
        let twice = vec![stage("a", &[]), stage("b", &[]), stage("a", &[])];
        assert_eq!(
            Stages::try_new(twice),
            Err(InvalidStages::Twice(Code::try_new("a").unwrap()))
        );
        let gated = vec![stage("a", &["amount"])];
        assert_eq!(Stages::try_new(gated), Err(InvalidStages::FirstGate));
    }

    #[test]
    fn the_way_between_two_stages_ends_with_the_one_entered() {
        let stages = Stages::try_new(["a", "b", "c", "d"].map(|code| stage(code, &[])).into());
        let stages = stages.unwrap();
        let between = |from, to| {
            let (from, to) = (Code::try_new(from).unwrap(), Code::try_new(to).unwrap());
            codes(stages.between(&from, &to))
        };
        assert_eq!(between("a", "b"), ["b"]);
        assert_eq!(between("a", "d"), ["b", "c", "d"]);
        assert_eq!(between("b", "b"), [""; 0]);
        assert_eq!(between("d", "a"), [""; 0]);
    }

    #[test]
    fn a_deal_rots_after_the_limit_and_not_on_it() {
        let since = Timestamp::UNIX_EPOCH;
        let stage = stage("a", &[]);
        assert!(!stage.rots(since, since + TimeDelta::days(7)));
        assert!(stage.rots(
            since,
            since + TimeDelta::days(7) + TimeDelta::microseconds(1)
        ));
        let patient = Stage {
            limit_days: None,
            ..stage
        };
        assert!(!patient.rots(since, since + TimeDelta::days(10_000)));
    }

    #[test]
    fn a_chance_is_0_to_100() {
        assert_eq!(Percent::try_new(0).map(Percent::number), Some(0));
        assert_eq!(Percent::try_new(100).map(Percent::number), Some(100));
        assert_eq!(Percent::try_new(101), None);
        assert_eq!(Percent::try_new(-1), None);
    }
}
