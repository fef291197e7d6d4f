//! Events on their way from a commit to a relay of the same process, past the database.
//!
//! The rows stay what counts: an event that is lost here is found in the outbox by a relay's next
//! look. So nothing is written to take an event, and nothing is owed to one that was forgotten.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Notify;
use uuid::Uuid;

use crate::event::RawEvent;

/// Events held for relays at most; what comes on top is found in the outbox.
const MOST: usize = 8_192;

/// Committed events that no relay has taken.
#[derive(Default)]
pub(crate) struct Fresh {
    state: Mutex<State>,
    /// Relays of this process. Without one, nobody would ever take what is given.
    relays: AtomicUsize,
    committed: Notify,
}

#[derive(Default)]
struct State {
    events: VecDeque<RawEvent>,
    /// Some events lie in the outbox alone.
    overflowed: bool,
}

/// What a relay found.
pub(crate) struct Taken {
    pub(crate) events: Vec<RawEvent>,
    /// There are more which only the outbox has.
    pub(crate) overflowed: bool,
}

impl Fresh {
    /// Hands committed events to the relays, if there are any.
    pub(super) fn give(&self, events: Vec<RawEvent>) {
        if events.is_empty() || self.relays.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut state = self.state();
        if state.events.len() + events.len() > MOST {
            state.overflowed = true;
        } else {
            state.events.extend(events);
        }
        drop(state);
        self.committed.notify_one();
    }

    /// Up to `most` events, the first committed first.
    pub(crate) fn take(&self, most: usize) -> Taken {
        let mut state = self.state();
        let count = state.events.len().min(most);
        Taken {
            events: state.events.drain(..count).collect(),
            overflowed: std::mem::take(&mut state.overflowed),
        }
    }

    /// Drops events that were found in the outbox, so that they are not published twice.
    pub(crate) fn drop_found(&self, found: &[RawEvent]) {
        let mut state = self.state();
        if !state.events.is_empty() {
            let found: HashSet<Uuid> = found.iter().map(|event| event.id).collect();
            state.events.retain(|event| !found.contains(&event.id));
        }
    }

    /// Leaves everything to the outbox.
    pub(crate) fn forget(&self) {
        *self.state() = State::default();
    }

    /// Waits until this process has committed an event.
    pub(crate) async fn committed(&self) {
        self.committed.notified().await;
    }

    /// Counts a relay for as long as it runs, however it ends.
    pub(crate) fn attend(&self) -> Attending<'_> {
        self.relays.fetch_add(1, Ordering::AcqRel);
        Attending(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A holder cannot panic between its changes.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A relay takes what is given.
pub(crate) struct Attending<'a>(&'a Fresh);

impl Drop for Attending<'_> {
    fn drop(&mut self) {
        if self.0.relays.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bytes::Bytes;
    use clock::Clock;

    use super::*;

    fn events(count: usize) -> Vec<RawEvent> {
        let event = |number: usize| RawEvent {
            id: Uuid::from_u128(number as u128),
            kind: "shop.v1.Sold".to_owned(),
            aggregate_id: "sale_1".to_owned(),
            revision: 1,
            at: Clock::system().now(),
            headers: BTreeMap::new(),
            payload: Bytes::new(),
        };
        (0..count).map(event).collect()
    }

    #[test]
    fn nothing_is_kept_for_nobody() {
        let fresh = Fresh::default();
        fresh.give(events(3));
        let attending = fresh.attend();
        assert!(fresh.take(10).events.is_empty());
        fresh.give(events(3));
        drop(attending);
        let _attending = fresh.attend();
        assert!(fresh.take(10).events.is_empty(), "left by the one before");
    }

    #[test]
    fn events_are_taken_once_in_their_order() {
        let fresh = Fresh::default();
        let _attending = fresh.attend();
        fresh.give(events(5));
        let ids =
            |taken: Taken| -> Vec<u128> { taken.events.iter().map(|it| it.id.as_u128()).collect() };
        assert_eq!(ids(fresh.take(3)), [0, 1, 2]);
        assert_eq!(ids(fresh.take(3)), [3, 4]);
        assert_eq!(ids(fresh.take(3)), []);
    }

    #[test]
    fn what_was_found_in_the_outbox_is_not_taken_again() {
        let fresh = Fresh::default();
        let _attending = fresh.attend();
        fresh.give(events(4));
        fresh.drop_found(&events(3));
        let left = fresh.take(10).events;
        assert_eq!(
            left.iter().map(|it| it.id.as_u128()).collect::<Vec<_>>(),
            [3]
        );
    }

    #[test]
    fn what_does_not_fit_is_left_to_the_outbox() {
        let fresh = Fresh::default();
        let _attending = fresh.attend();
        fresh.give(events(MOST));
        fresh.give(events(1));
        let taken = fresh.take(MOST + 1);
        assert_eq!((taken.events.len(), taken.overflowed), (MOST, true));
        assert!(!fresh.take(1).overflowed, "told once");
    }
}
