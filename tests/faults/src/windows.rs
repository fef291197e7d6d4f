//! When faults were on: operations outside must have worked.

use std::time::Instant;

/// Times in which a fault was on.
#[derive(Debug, Clone, Default)]
pub struct Windows {
    closed: Vec<(Instant, Instant)>,
    open: Option<Instant>,
}

/// One attempt of a client.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// When it was sent.
    pub begun: Instant,
    /// When its end was known.
    pub ended: Instant,
    /// Whether it was answered as it should.
    pub succeeded: bool,
}

/// How attempts outside the windows fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    /// Those that were answered as they should.
    pub succeeded: usize,
    /// All of them.
    pub all: usize,
}

impl Windows {
    /// A fault begins.
    pub fn open(&mut self) {
        self.open = Some(Instant::now());
    }

    /// It is over.
    pub fn close(&mut self) {
        if let Some(begun) = self.open.take() {
            self.closed.push((begun, Instant::now()));
        }
    }

    /// How many faults there were.
    pub fn count(&self) -> usize {
        self.closed.len()
    }

    /// How the attempts that no window touches fared.
    pub fn outside(&self, attempts: &[Attempt]) -> Outside {
        let touched = |attempt: &&Attempt| {
            let within = |(begun, ended): &(Instant, Instant)| {
                attempt.begun <= *ended && *begun <= attempt.ended
            };
            !self.closed.iter().any(within) && self.open.is_none_or(|begun| attempt.ended < begun)
        };
        let outside: Vec<_> = attempts.iter().filter(touched).collect();
        let succeeded = outside.iter().filter(|attempt| attempt.succeeded).count();
        Outside {
            succeeded,
            all: outside.len(),
        }
    }
}

impl Outside {
    /// Whether at least nine in ten worked, and there was something to work.
    pub fn counts(self) -> bool {
        self.all > 0 && self.succeeded * 10 >= self.all * 9
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_a_window_touches_does_not_count() {
        let start = Instant::now();
        let at = |second: u64| start + Duration::from_secs(second);
        let attempt = |begun, ended, succeeded| Attempt {
            begun: at(begun),
            ended: at(ended),
            succeeded,
        };
        let windows = Windows {
            closed: vec![(at(10), at(20))],
            open: None,
        };
        let attempts = [
            attempt(0, 5, true),
            attempt(5, 11, false),
            attempt(12, 13, false),
            attempt(19, 25, false),
            attempt(21, 22, false),
        ];
        let outside = windows.outside(&attempts);
        assert_eq!(
            outside,
            Outside {
                succeeded: 1,
                all: 2
            }
        );
        assert!(!outside.counts());
        assert!(
            Outside {
                succeeded: 9,
                all: 10
            }
            .counts()
        );
        assert!(
            !Outside {
                succeeded: 0,
                all: 0
            }
            .counts(),
            "a run that did nothing does not count"
        );
    }
}
