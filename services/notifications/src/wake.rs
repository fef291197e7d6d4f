//! Tells the mailer that a message was planned, before the transaction that planned it commits.

use std::time::Duration;

use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// How often the mailer looks while a planned message may be about to become visible.
const SOON: Duration = Duration::from_millis(5);
/// How long after a call a message may become visible; later ones wait for the next poll.
const HOT: Duration = Duration::from_millis(400);

#[derive(Debug, Default)]
pub(crate) struct Wake {
    planned: Notify,
}

impl Wake {
    /// A message was planned in a transaction that is about to commit.
    pub(crate) fn planned(&self) {
        self.planned.notify_one();
    }

    /// Calls `look` every `poll`, and much more often just after a message was planned.
    pub(crate) async fn ticks(&self, poll: Duration, look: impl Fn()) {
        let mut hot_until = Instant::now();
        loop {
            let pause = if Instant::now() < hot_until {
                SOON
            } else {
                poll
            };
            tokio::select! {
                () = self.planned.notified() => {
                    hot_until = Instant::now() + HOT;
                    // Calls of one batch come close together; one look serves them all.
                    sleep(SOON).await;
                }
                () = sleep(pause) => {}
            }
            look();
        }
    }
}
