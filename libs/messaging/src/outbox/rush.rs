//! Rushes: callers queue for commits, so that following up stands back for a moment.
//!
//! What was committed is safe in the outbox, whoever waits for an acknowledgement is not. In a burst
//! the processor and the database go to the callers first, and the events follow when it is over.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A rush is over when nobody has told of it for so long.
const LASTS: Duration = Duration::from_millis(100);

/// When a rush was last told of.
#[derive(Default)]
pub(crate) struct Rush(Mutex<Option<Instant>>);

impl Rush {
    pub(super) fn tell(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether callers queue just now.
    pub(crate) fn is_on(&self) -> bool {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.is_some_and(|told| told.elapsed() < LASTS)
    }
}
