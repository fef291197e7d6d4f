//! Rate limits: a bucket of tokens for each key, in bounded memory.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How often the table is searched for buckets that are full again.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// How many tokens come back in a second, and how many a bucket holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) burst: f64,
}

/// A bucket for each key. With a rate of zero nothing is limited.
pub(crate) struct Buckets<K> {
    rate: Rate,
    most: usize,
    state: Mutex<State<K>>,
}

struct State<K> {
    buckets: HashMap<K, Bucket>,
    /// Shared by all new keys while the table is full: a flood of keys limits itself.
    overflow: Bucket,
    swept: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Option<Instant>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets for at most `most` keys at a time.
    pub(crate) fn new(rate: Rate, most: usize) -> Self {
        let overflow = Bucket {
            tokens: rate.burst,
            at: None,
        };
        let state = State {
            buckets: HashMap::new(),
            overflow,
            swept: None,
        };
        Self {
            rate,
            most,
            state: Mutex::new(state),
        }
    }

    /// Takes a token, or says how long to wait for one.
    pub(crate) fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        if self.rate.per_second <= 0.0 {
            return Ok(());
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let room = state.buckets.len() < self.most || state.sweep(self.rate, now) < self.most;
        let full = Bucket {
            tokens: self.rate.burst,
            at: None,
        };
        let bucket = match state.buckets.get_mut(&key) {
            Some(bucket) => bucket,
            None if room => state.buckets.entry(key).or_insert(full),
            None => &mut state.overflow,
        };
        bucket.take(self.rate, now)
    }

    /// Gives a token back: what was done with it does not count.
    pub(crate) fn give_back(&self, key: &K) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = state.buckets.get_mut(key) {
            bucket.tokens = (bucket.tokens + 1.0).min(self.rate.burst);
        }
    }
}

impl<K> State<K> {
    /// Forgets buckets that are full again and returns how many are left.
    fn sweep(&mut self, rate: Rate, now: Instant) -> usize {
        let due = self
            .swept
            .is_none_or(|at| now.duration_since(at) >= SWEEP_EVERY);
        if due {
            self.swept = Some(now);
            self.buckets
                .retain(|_, bucket| bucket.level(rate, now) < rate.burst);
        }
        self.buckets.len()
    }
}

impl Bucket {
    fn level(&self, rate: Rate, now: Instant) -> f64 {
        let gone = self
            .at
            .map_or(0.0, |at| now.duration_since(at).as_secs_f64());
        gone.mul_add(rate.per_second, self.tokens).min(rate.burst)
    }

    fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        self.tokens = self.level(rate, now);
        self.at = Some(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            (1.0 - self.tokens) / rate.per_second,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_second: 1.0,
        burst: 2.0,
    };

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let (buckets, now) = (Buckets::new(RATE, 10), Instant::now());
        assert_eq!(buckets.take("a", now), Ok(()));
        assert_eq!(buckets.take("a", now), Ok(()));
        assert_eq!(buckets.take("a", now), Err(Duration::from_secs(1)));
        assert_eq!(
            buckets.take("b", now),
            Ok(()),
            "another key has a bucket of its own"
        );
        assert_eq!(buckets.take("a", now + Duration::from_secs(1)), Ok(()));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let (buckets, now) = (Buckets::new(RATE, 10), Instant::now());
        for _ in 0..10 {
            assert_eq!(buckets.take("a", now), Ok(()));
            buckets.give_back(&"a");
        }
        buckets.give_back(&"a");
        let passed = (0..10).filter(|_| buckets.take("a", now).is_ok()).count();
        assert_eq!(passed, 2, "never more than a burst");
    }

    #[test]
    fn a_rate_of_zero_limits_nothing() {
        let buckets = Buckets::new(
            Rate {
                per_second: 0.0,
                burst: 0.0,
            },
            1,
        );
        let now = Instant::now();
        assert!((0..1_000).all(|_| buckets.take("a", now).is_ok()));
    }

    #[test]
    fn a_flood_of_keys_neither_fills_the_memory_nor_passes() {
        let (buckets, now) = (Buckets::new(RATE, 100), Instant::now());
        let passed = (0..10_000)
            .filter(|key| buckets.take(*key, now).is_ok())
            .count();
        assert_eq!(passed, 102);
        assert_eq!(buckets.state.lock().unwrap().buckets.len(), 100);
        let later = now + Duration::from_secs(10);
        assert_eq!(buckets.take(20_000, later), Ok(()), "room comes back");
        assert_eq!(buckets.state.lock().unwrap().buckets.len(), 1);
    }
}
