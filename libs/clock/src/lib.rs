#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};

/// A moment, in whole microseconds when it came from a [`Clock`].
pub type Timestamp = DateTime<Utc>;

/// Tells the time. Clones tell the same time.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Hands),
}

impl Clock {
    /// The clock of the machine.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until its hands are moved.
    pub fn manual(start: Timestamp) -> (Self, Hands) {
        let hands = Hands(Arc::new(Mutex::new(Some(start))));
        (Self(Source::Manual(hands.clone())), hands)
    }

    /// The time now, cut to microseconds.
    pub fn now(&self) -> Timestamp {
        let now = match &self.0 {
            Source::System => system_time(),
            Source::Manual(hands) => hands.with(|time| time.unwrap_or_else(system_time)),
        };
        now.trunc_subsecs(6)
    }
}

/// Moves a manual clock.
#[derive(Debug, Clone)]
pub struct Hands(Arc<Mutex<Option<Timestamp>>>);

impl Hands {
    /// Sets the clock, also backwards.
    pub fn set(&self, to: Timestamp) {
        self.with(|time| *time = Some(to));
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.with(|time| *time = Some(time.unwrap_or_else(system_time) + by));
    }

    /// Lets the clock go with that of the machine from now on.
    pub fn release(&self) {
        self.with(|time| *time = None);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Option<Timestamp>) -> T) -> T {
        // A holder can only have panicked before it wrote, so the time is still a time.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate is where the wall clock is read"
)]
fn system_time() -> Timestamp {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn noon() -> Timestamp {
        Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap()
    }

    #[test]
    fn a_manual_clock_moves_only_by_its_hands() {
        let (clock, hands) = Clock::manual(noon());
        let other = clock.clone();
        assert_eq!(clock.now(), noon());

        hands.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), noon() + Duration::from_secs(90));
        assert_eq!(other.now(), clock.now());

        hands.set(noon());
        assert_eq!(clock.now(), noon());
    }

    #[test]
    fn a_released_clock_goes_with_the_machine() {
        let (clock, hands) = Clock::manual(noon());
        hands.release();
        let first = clock.now();
        assert_ne!(first, noon());
        assert!(clock.now() >= first);

        hands.set(noon());
        assert_eq!(clock.now(), noon());
    }

    #[test]
    fn times_are_whole_microseconds() {
        let (clock, hands) = Clock::manual(noon() + Duration::from_nanos(1_999));
        assert_eq!(clock.now(), noon() + Duration::from_micros(1));

        hands.advance(Duration::from_nanos(1));
        assert_eq!(clock.now(), noon() + Duration::from_micros(2));

        assert!((0..1_000).all(|_| {
            Clock::system()
                .now()
                .timestamp_subsec_nanos()
                .is_multiple_of(1_000)
        }));
    }

    #[test]
    fn the_system_clock_goes_on() {
        let clock = Clock::system();
        let first = clock.now();
        assert!(first > noon() - Duration::from_hours(366 * 24));
        assert!(clock.now() >= first);
    }
}
