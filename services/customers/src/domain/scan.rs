//! A search for duplicates through the whole client base.

use chrono::{DateTime, TimeDelta, Utc};
use ids::{MergeBatchId, StaffId};

/// After so long without a word of the process that is at it, another one begins anew.
const SILENCE: TimeDelta = TimeDelta::seconds(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Never,
    Running,
    Done,
}

/// What a scan merges by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    /// The least probability, millionths.
    pub from_ppm: i64,
    /// Its merges bear this; `None` counts what it would merge.
    pub batch: Option<MergeBatchId>,
}

/// The last scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    pub revision: i64,
    pub state: State,
    pub scanned: i64,
    pub total: i64,
    pub found: i64,
    /// What it may merge by itself, if anything.
    pub bulk: Option<Bulk>,
    /// Pairs that it merged, or would merge.
    pub merged: i64,
    pub started_by: Option<StaffId>,
    pub started_at: Option<DateTime<Utc>>,
    /// When a process last said that it is at it.
    pub seen_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Running => "running",
            Self::Done => "done",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Never, Self::Running, Self::Done]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

impl Scan {
    /// Asks for a scan; `false` while one runs.
    pub fn start(&mut self, bulk: Option<Bulk>, by: Option<StaffId>, now: DateTime<Utc>) -> bool {
        let idle = self.state != State::Running;
        if idle {
            *self = Self {
                revision: self.revision + 1,
                state: State::Running,
                scanned: 0,
                total: 0,
                found: 0,
                bulk,
                merged: 0,
                started_by: by,
                started_at: Some(now),
                seen_at: None,
                ended_at: None,
            };
        }
        idle
    }

    /// A process begins with it, or anew when the one before fell silent; `false` if there is
    /// nothing to do.
    pub fn take(&mut self, total: i64, now: DateTime<Utc>) -> bool {
        let silent = self.seen_at.is_none_or(|seen| now - seen > SILENCE);
        let free = self.state == State::Running && silent;
        if free {
            self.revision += 1;
            (self.scanned, self.total, self.found) = (0, total, 0);
            // What was merged stays merged; what would be is counted anew.
            if self.bulk.is_some_and(|bulk| bulk.batch.is_none()) {
                self.merged = 0;
            }
            self.seen_at = Some(now);
        }
        free
    }

    pub fn advance(&mut self, scanned: i64, found: i64, merged: i64, now: DateTime<Utc>) {
        self.revision += 1;
        self.scanned += scanned;
        self.total = self.total.max(self.scanned);
        self.found += found;
        self.merged += merged;
        self.seen_at = Some(now);
    }

    pub fn end(&mut self, now: DateTime<Utc>) {
        self.revision += 1;
        self.state = State::Done;
        self.ended_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never() -> Scan {
        Scan {
            revision: 0,
            state: State::Never,
            scanned: 0,
            total: 0,
            found: 0,
            bulk: None,
            merged: 0,
            started_by: None,
            started_at: None,
            seen_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn a_scan_is_taken_once_and_again_when_its_process_fell_silent() {
        let start: DateTime<Utc> = "2026-11-25T20:00:00Z".parse().unwrap();
        let mut scan = never();
        assert!(!scan.take(5, start), "nobody asked");
        assert!(scan.start(None, None, start));
        assert!(!scan.start(None, None, start), "it runs");
        assert!(scan.take(5, start));
        scan.advance(3, 1, 0, start);
        assert!(!scan.take(5, start + SILENCE));
        assert!(scan.take(5, start + SILENCE + TimeDelta::seconds(1)));
        assert_eq!((scan.scanned, scan.found), (0, 0), "anew");
        scan.advance(6, 2, 0, start);
        assert_eq!(scan.total, 6, "persons came meanwhile");
        scan.end(start);
        assert!(!scan.take(5, start + SILENCE * 2));
        assert!(scan.start(None, None, start));
    }

    #[test]
    fn what_was_merged_stays_counted_and_what_would_be_is_counted_anew() {
        let start: DateTime<Utc> = "2026-11-25T20:00:00Z".parse().unwrap();
        for (batch, expected) in [(Some(MergeBatchId::generate()), 2), (None, 0)] {
            let bulk = Bulk {
                from_ppm: 990_000,
                batch,
            };
            let mut scan = never();
            assert!(scan.start(Some(bulk), None, start));
            assert!(scan.take(5, start));
            scan.advance(3, 0, 2, start);
            assert!(scan.take(5, start + SILENCE * 2));
            assert_eq!(scan.merged, expected);
        }
    }
}
