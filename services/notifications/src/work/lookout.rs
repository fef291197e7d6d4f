//! When to look for messages, whoever takes them.

use std::{error::Error as StdError, time::Duration};

use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    app::{App, hand_over},
    error::Error,
};

/// Messages are taken together that are planned within this time of each other; the first one after
/// a rest does not wait. Consumers gather as long.
const GATHER: Duration = Duration::from_millis(20);
/// Pause after a failure of the database.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Lookout {
    look: Notify,
}

impl Lookout {
    /// Waits until it is time to look.
    pub(super) async fn called(&self) {
        self.look.notified().await;
    }

    /// Has one of those who wait look, or the next who comes.
    pub(super) fn call(&self) {
        self.look.notify_one();
    }

    /// Calls for what was planned here, and finds what nobody calls for: messages put off, of other
    /// processes, of a process that died.
    pub(super) async fn watch(&self, app: &App) {
        tokio::select! {
            () = app.wake.ticks(|| self.call()) => {}
            () = self.poll(app) => {}
        }
    }

    async fn poll(&self, app: &App) {
        loop {
            match self.survey(app).await {
                Ok(()) => sleep(app.settings.poll).await,
                Err(error) => {
                    log(&error);
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn survey(&self, app: &App) -> Result<(), Error> {
        let (due, expired) = hand_over::any_due(app).await?;
        if expired {
            hand_over::expire(app).await?;
        }
        if due || expired {
            self.call();
        }
        Ok(())
    }
}

/// Keeps those who take messages from taking each as it comes.
#[derive(Default)]
pub(super) struct Pace {
    next: Option<Instant>,
}

impl Pace {
    /// Waits until messages may be taken again.
    pub(super) async fn wait(&mut self) {
        if let Some(next) = self.next.take() {
            sleep_until(next).await;
        }
    }

    /// Messages are taken now.
    pub(super) fn taking(&mut self) {
        self.next = Some(Instant::now() + GATHER);
    }

    /// More of them wait already, so nothing is to be gathered.
    pub(super) fn hurry(&mut self) {
        self.next = None;
    }
}

pub(super) fn log(error: &Error) {
    tracing::warn!(
        error = error as &dyn StdError,
        "mailer cannot reach its rows"
    );
}
