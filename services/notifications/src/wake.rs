//! Tells the mailer that messages were planned, before the transaction that planned them commits.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ids::MessageId;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// First pause before the mailer looks for messages that are about to become visible. Several are
/// often planned close together; one look serves them all.
const SOON: Duration = Duration::from_millis(5);
/// The pause doubles up to here while they are not visible yet.
const SLOW: Duration = Duration::from_millis(40);
/// How long after a call a message may become visible; later ones wait for the next poll.
const HOT: Duration = Duration::from_millis(400);

#[derive(Debug, Default)]
pub(crate) struct Wake {
    called: Notify,
    /// Messages that were planned here and not claimed here, and how long they are looked for: the
    /// transaction may come to nothing, or another process be faster.
    awaited: Mutex<HashMap<MessageId, Instant>>,
}

impl Wake {
    /// Messages were planned in a transaction that is about to commit.
    pub(crate) fn planned(&self, ids: impl IntoIterator<Item = MessageId>) {
        let until = Instant::now() + HOT;
        self.awaited().extend(ids.into_iter().map(|id| (id, until)));
        self.called.notify_one();
    }

    /// Messages were claimed, whoever planned them.
    pub(crate) fn claimed(&self, ids: impl IntoIterator<Item = MessageId>) {
        let mut awaited = self.awaited();
        for id in ids {
            awaited.remove(&id);
        }
    }

    /// Calls `look` soon after messages were planned, and again until they are claimed.
    pub(crate) async fn ticks(&self, look: impl Fn()) {
        loop {
            self.called.notified().await;
            let mut pause = SOON;
            sleep(pause).await;
            while self.waits() {
                look();
                pause = SLOW.min(pause * 2);
                tokio::select! {
                    () = self.called.notified() => {
                        pause = SOON;
                        sleep(pause).await;
                    }
                    () = sleep(pause) => {}
                }
            }
        }
    }

    /// Whether a message is looked for.
    fn waits(&self) -> bool {
        let now = Instant::now();
        let mut awaited = self.awaited();
        awaited.retain(|_, until| *until > now);
        !awaited.is_empty()
    }

    fn awaited(&self) -> MutexGuard<'_, HashMap<MessageId, Instant>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
