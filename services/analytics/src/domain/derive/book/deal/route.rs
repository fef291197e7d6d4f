//! The way of a deal through the stages of its topic.

use std::collections::BTreeMap;

use clock::Timestamp;

use super::Closing;
use crate::domain::derive::{book::Age, seconds};

/// A stay in a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stay<'a> {
    pub(crate) stage: &'a str,
    pub(crate) entered_at: Timestamp,
    /// Absent while it goes on.
    pub(crate) left_at: Option<Timestamp>,
    /// Left for a later stage, or won.
    pub(crate) advanced: bool,
    /// Ended with the deal.
    pub(crate) closed: bool,
}

impl Stay<'_> {
    pub(crate) fn seconds(&self) -> i64 {
        self.left_at
            .map_or(0, |left| seconds(self.entered_at, left))
    }
}

/// A change of stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Move<'a> {
    pub(crate) revision: i64,
    pub(crate) at: Timestamp,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
}

/// What is known of the way.
#[derive(Debug, Default)]
pub(crate) struct Route<'a> {
    /// Stage that the deal was opened in.
    pub(crate) first: Option<&'a str>,
    moves: Vec<Move<'a>>,
    /// Chances of winning by stage, as recorded.
    chances: BTreeMap<&'a str, (Age, i32)>,
}

impl<'a> Route<'a> {
    pub(crate) fn go(&mut self, step: Move<'a>) {
        self.moves.push(step);
    }

    /// Notes the chance of winning at a stage; the newest statement counts.
    pub(crate) fn chance(&mut self, age: Age, stage: &'a str, percent: i32) {
        let chance = self.chances.entry(stage).or_insert((age, percent));
        *chance = (age, percent).max(*chance);
    }

    /// The stays one after another. `present` is the stage of now, for a deal of which no move is known.
    pub(crate) fn stays(
        &mut self,
        opened_at: Timestamp,
        present: &'a str,
        closing: Option<Closing<'a>>,
    ) -> Vec<Stay<'a>> {
        self.moves.sort_unstable();
        self.moves.dedup();
        let first = self
            .first
            .or_else(|| self.moves.first().map(|first| first.from))
            .unwrap_or(present);
        let mut stays: Vec<Stay<'a>> = Vec::with_capacity(self.moves.len() + 1);
        let mut entered = (first, opened_at);
        for step in &self.moves {
            stays.push(Stay {
                stage: entered.0,
                entered_at: entered.1,
                left_at: Some(step.at),
                advanced: self.is_later(entered.0, step.to),
                closed: false,
            });
            entered = (step.to, step.at);
        }
        stays.push(Stay {
            stage: entered.0,
            entered_at: entered.1,
            left_at: closing.map(|closing| closing.at),
            advanced: closing.is_some_and(|closing| closing.won),
            closed: closing.is_some(),
        });
        stays
    }

    /// Whether a stage comes after another one: by the chances of winning, as far as both are known.
    fn is_later(&self, from: &str, to: &str) -> bool {
        match (self.chances.get(from), self.chances.get(to)) {
            (Some((_, before)), Some((_, after))) => after > before,
            _ => true,
        }
    }
}
