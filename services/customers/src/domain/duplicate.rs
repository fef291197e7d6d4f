//! Two records that are likely one person, and what somebody decided of them.

use chrono::{DateTime, Utc};
use ids::{PersonId, StaffId};

/// Two persons, the older first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub one: PersonId,
    pub other: PersonId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Same,
    Different,
    /// Nobody knows yet; it waits at the end of the queue.
    Skipped,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    pub pair: Pair,
    pub state: State,
    /// Where it stands in the queue.
    pub place: i64,
    /// Millionths.
    pub probability_ppm: i64,
    /// Version and fingerprint of the rules that found it.
    pub rules: String,
    pub found_at: DateTime<Utc>,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
}

impl Pair {
    pub fn new(left: PersonId, right: PersonId) -> Self {
        Self {
            one: left.min(right),
            other: left.max(right),
        }
    }
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Same => "same",
            Self::Different => "different",
            Self::Skipped => "skipped",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Same, Self::Different, Self::Skipped]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

impl Duplicate {
    /// Where a pair of this probability begins: likely ones first.
    pub fn first_place(probability_ppm: i64) -> i64 {
        1_000_000 - probability_ppm
    }

    /// A scan merges it by itself.
    pub fn merged_by_scan(&mut self, now: DateTime<Utc>) {
        self.state = State::Same;
        self.decided_at = Some(now);
    }

    /// Lets people decide what only a scan decided; `false` if somebody did.
    pub fn reopen(&mut self) -> bool {
        let by_scan = self.state == State::Same && self.decided_by.is_none();
        if by_scan {
            self.state = State::Open;
            self.decided_at = None;
        }
        by_scan
    }

    /// Notes a decision; `false` if it was made before. Skipping again goes to the end again.
    pub fn decide(&mut self, state: State, by: Option<StaffId>, now: DateTime<Utc>) -> bool {
        let changed = self.state != state || state == State::Skipped;
        if changed {
            self.state = state;
            self.decided_by = by;
            self.decided_at = Some(now);
            if state == State::Skipped {
                // An instant is behind every probability and behind those skipped before.
                self.place = now.timestamp_micros();
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_come_first_and_the_skipped_last() {
        let [one, other] = [PersonId::generate(), PersonId::generate()];
        let mut duplicate = Duplicate {
            pair: Pair::new(other, one),
            state: State::Open,
            place: Duplicate::first_place(900_000),
            probability_ppm: 900_000,
            rules: String::new(),
            found_at: DateTime::UNIX_EPOCH,
            decided_by: None,
            decided_at: None,
        };
        assert_eq!(duplicate.pair, Pair { one, other });
        assert!(duplicate.place < Duplicate::first_place(800_000));
        let now = "2026-11-25T20:00:00Z".parse().unwrap();
        assert!(duplicate.decide(State::Skipped, None, now));
        assert!(duplicate.place > Duplicate::first_place(0));
        assert!(duplicate.decide(State::Different, None, now));
        assert!(!duplicate.decide(State::Different, None, now), "twice");
    }

    #[test]
    fn states_have_one_spelling() {
        for state in [State::Open, State::Same, State::Different, State::Skipped] {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("Open"), None);
    }
}
