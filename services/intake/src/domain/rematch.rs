//! A run over all stored records that decides each anew by the rules in force.

use chrono::TimeDelta;
use clock::Timestamp;
use ids::{RematchId, StaffId, SubmissionId};

use super::identity::RecordId;

/// After so long without a word of the process that is at it, another one goes on.
const SILENCE: TimeDelta = TimeDelta::seconds(30);
/// Submissions that would part and are named; there may be any number.
const PARTING_MAX: usize = 100;

/// Where a rematch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Running,
    Paused,
    Done,
    Cancelled,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Running, Self::Paused, Self::Done, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// The rematch has ended: nothing can be asked of it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rematch is done or was given up")]
pub struct Ended;

/// What deciding some records came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub examined: i64,
    pub linked: i64,
    pub asked: i64,
    pub would_part: i64,
    pub parting: Vec<SubmissionId>,
    pub errors: i64,
}

/// A run, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rematch {
    pub id: RematchId,
    pub revision: i64,
    /// Version and fingerprint of the rules.
    pub rules: String,
    pub state: State,
    /// The last record that was decided anew.
    pub position: Option<RecordId>,
    pub total: i64,
    pub tally: Tally,
    pub started_by: Option<StaffId>,
    pub started_at: Timestamp,
    pub updated_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// When a process last said that it is at it.
    pub seen_at: Option<Timestamp>,
}

impl Rematch {
    pub fn start(rules: String, total: i64, by: Option<StaffId>, now: Timestamp) -> Self {
        Self {
            id: RematchId::generate(),
            revision: 1,
            rules,
            state: State::Running,
            position: None,
            total,
            tally: Tally::default(),
            started_by: by,
            started_at: now,
            updated_at: now,
            finished_at: None,
            seen_at: None,
        }
    }

    /// Stops it; `false` if it is stopped already.
    pub fn pause(&mut self, now: Timestamp) -> Result<bool, Ended> {
        self.turn(State::Running, State::Paused, now)
    }

    /// Goes on with it; `false` if it runs already.
    pub fn resume(&mut self, now: Timestamp) -> Result<bool, Ended> {
        self.turn(State::Paused, State::Running, now)
    }

    /// Gives it up; `false` if it was given up already.
    pub fn cancel(&mut self, now: Timestamp) -> Result<bool, Ended> {
        match self.state {
            State::Done => Err(Ended),
            State::Cancelled => Ok(false),
            State::Running | State::Paused => {
                self.change(State::Cancelled, now);
                self.finished_at = Some(now);
                Ok(true)
            }
        }
    }

    /// A process begins to work on it, or goes on for one that fell silent; `false` if there is
    /// nothing to do.
    pub fn take(&mut self, now: Timestamp) -> bool {
        let silent = self.seen_at.is_none_or(|seen| now - seen > SILENCE);
        let free = self.state == State::Running && silent;
        if free {
            self.revision += 1;
            self.seen_at = Some(now);
        }
        free
    }

    /// Whoever is at it leaves it to others.
    pub fn leave(&mut self) {
        self.revision += 1;
        self.seen_at = None;
    }

    /// The records up to `position` were decided.
    pub fn advance(&mut self, position: RecordId, found: Tally, now: Timestamp) {
        self.change(self.state, now);
        self.seen_at = Some(now);
        self.position = Some(position);
        let tally = &mut self.tally;
        tally.examined += found.examined;
        tally.linked += found.linked;
        tally.asked += found.asked;
        tally.would_part += found.would_part;
        tally.errors += found.errors;
        tally.parting.extend(found.parting);
        tally.parting.truncate(PARTING_MAX);
        // Records came meanwhile.
        self.total = self.total.max(tally.examined);
    }

    /// All records were decided.
    pub fn end(&mut self, now: Timestamp) {
        self.change(State::Done, now);
        self.finished_at = Some(now);
    }

    fn turn(&mut self, from: State, to: State, now: Timestamp) -> Result<bool, Ended> {
        if self.state == to {
            return Ok(false);
        }
        if self.state != from {
            return Err(Ended);
        }
        self.change(to, now);
        Ok(true)
    }

    fn change(&mut self, state: State, now: Timestamp) {
        self.revision += 1;
        self.state = state;
        self.updated_at = now;
        self.seen_at = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started() -> (Rematch, Timestamp) {
        let now = "2026-11-25T22:00:00Z".parse().unwrap();
        (Rematch::start("1-abc".to_owned(), 3, None, now), now)
    }

    fn record() -> RecordId {
        RecordId(SubmissionId::generate().uuid())
    }

    #[test]
    fn one_process_at_a_time_works_on_it() {
        let (mut rematch, now) = started();
        assert!(rematch.take(now));
        assert!(!rematch.take(now + SILENCE), "somebody is at it");
        rematch.advance(record(), Tally::default(), now + SILENCE);
        assert!(!rematch.take(now + SILENCE * 2), "it came further");
        assert!(rematch.take(now + SILENCE * 2 + TimeDelta::seconds(1)));
        rematch.leave();
        assert!(rematch.take(now), "it was left to others");
    }

    #[test]
    fn asking_twice_changes_nothing() {
        let (mut rematch, now) = started();
        assert_eq!(rematch.resume(now), Ok(false));
        assert_eq!(
            (rematch.pause(now), rematch.pause(now)),
            (Ok(true), Ok(false))
        );
        assert!(!rematch.take(now), "it is paused");
        assert_eq!(rematch.resume(now), Ok(true));
        assert!(rematch.take(now), "nobody is at it any more");
        assert_eq!(
            (rematch.cancel(now), rematch.cancel(now)),
            (Ok(true), Ok(false))
        );
        assert_eq!(rematch.resume(now), Err(Ended));
    }

    #[test]
    fn what_has_ended_stays() {
        let (mut rematch, now) = started();
        rematch.end(now);
        assert_eq!(rematch.finished_at, Some(now));
        assert!(!rematch.take(now));
        for refused in [rematch.pause(now), rematch.resume(now), rematch.cancel(now)] {
            assert_eq!(refused, Err(Ended));
        }
    }

    #[test]
    fn findings_add_up_and_names_are_limited() {
        let (mut rematch, now) = started();
        for _ in 0..3 {
            let parting: Vec<SubmissionId> = (0..60).map(|_| SubmissionId::generate()).collect();
            let found = Tally {
                examined: 60,
                would_part: 60,
                parting,
                ..Tally::default()
            };
            rematch.advance(record(), found, now);
        }
        assert_eq!((rematch.tally.examined, rematch.total), (180, 180));
        assert_eq!(rematch.tally.would_part, 180);
        assert_eq!(rematch.tally.parting.len(), PARTING_MAX);
    }
}
