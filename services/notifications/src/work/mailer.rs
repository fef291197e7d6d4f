//! Hands messages over: claim, prepare, commit the hand-over, send the text, write down the answer.

use std::{
    collections::BTreeSet,
    error::Error as StdError,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use ids::MessageId;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    app::{
        App,
        hand_over::{self, Attempt},
    },
    domain::{hand_over::Outcome, message::Message},
    error::Error,
    mail::{Prepared, Transport},
};

/// Pause after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// Hands messages over until shutdown, several at once.
pub(crate) async fn run(app: Arc<App>, transport: Arc<dyn Transport>, shutdown: CancellationToken) {
    let mailer = Mailer {
        app,
        transport,
        shutdown,
        owner: MessageId::generate().uuid(),
        look: Notify::new(),
        held: Mutex::default(),
    };
    let lanes = join_all((0..mailer.transport.sessions()).map(|_| mailer.lane()));
    let poll = mailer.app.settings.poll;
    tokio::select! {
        // The lanes end at shutdown, each when it has finished what it holds.
        _ = lanes => {}
        () = mailer.app.wake.ticks(poll, || mailer.look.notify_one()) => {}
        () = mailer.keep_leases() => {}
    }
}

struct Mailer {
    app: Arc<App>,
    transport: Arc<dyn Transport>,
    shutdown: CancellationToken,
    /// Stands in the leases of this mailer.
    owner: Uuid,
    /// Tells one idle lane to look for messages.
    look: Notify,
    held: Mutex<BTreeSet<MessageId>>,
}

/// A message that is agreed with the mail server.
type Ready = (Message, Box<dyn Prepared>);

impl Mailer {
    async fn lane(&self) {
        while !self.shutdown.is_cancelled() {
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = self.look.notified() => {}
            }
            while !self.shutdown.is_cancelled() {
                match self.round().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        log(&error);
                        self.pause().await;
                        break;
                    }
                }
            }
        }
    }

    /// Hands over what can be claimed at once; `false` if there was nothing.
    async fn round(&self) -> Result<bool, Error> {
        let (due, expired) = hand_over::any_due(&self.app).await?;
        if expired {
            hand_over::expire(&self.app).await?;
        }
        if !due && !expired {
            return Ok(false);
        }
        let most = self.transport.together();
        let claimed = hand_over::claim(&self.app, self.owner, most).await?;
        if claimed.is_empty() {
            return Ok(false);
        }
        if claimed.len() >= most {
            // There may be more: the next lane looks, and wakes the one after it.
            self.look.notify_one();
        }
        let held = self.hold(&claimed);
        let result = self.send(claimed).await;
        drop(held);
        result.map(|()| true)
    }

    async fn send(&self, claimed: Vec<Message>) -> Result<(), Error> {
        let prepared = join_all(claimed.into_iter().map(|message| self.prepare(message))).await;
        let (mut ready, mut attempts): (Vec<Ready>, Vec<Attempt>) = (Vec::new(), Vec::new());
        for one in prepared {
            match one {
                Ok(one) => ready.push(one),
                Err(attempt) => attempts.push(attempt),
            }
        }
        let ids: Vec<MessageId> = ready.iter().map(|(message, _)| message.id).collect();
        match hand_over::commit(&self.app, self.owner, &ids).await {
            Ok(handed) => attempts.extend(deliver(ready, handed).await),
            Err(error) => {
                // Nothing was sent. If the commit came through all the same, the lease runs out.
                join_all(ready.into_iter().map(|(_, prepared)| prepared.abandon())).await;
                self.write_down(&attempts).await;
                return Err(error);
            }
        }
        self.write_down(&attempts).await;
        Ok(())
    }

    async fn prepare(&self, message: Message) -> Result<Ready, Attempt> {
        let span = span(&message);
        let prepared = tokio::select! {
            () = self.shutdown.cancelled() => Err(Outcome::Released),
            prepared = self.transport.prepare(&message).instrument(span) => prepared,
        };
        match prepared {
            Ok(prepared) => Ok((message, prepared)),
            Err(outcome) => Err(Attempt { message, outcome }),
        }
    }

    /// Tries until it is written: while the answer of the mail server is known only here, an end
    /// of this process would make it unknown.
    async fn write_down(&self, attempts: &[Attempt]) {
        if attempts.is_empty() {
            return;
        }
        while let Err(error) = hand_over::settle(&self.app, self.owner, attempts).await {
            log(&error);
            if self.shutdown.is_cancelled() {
                return;
            }
            self.pause().await;
        }
    }

    async fn keep_leases(&self) {
        loop {
            sleep(self.app.settings.lease / 3).await;
            let ids: Vec<MessageId> = self.held().iter().copied().collect();
            if let Err(error) = hand_over::renew(&self.app, self.owner, &ids).await {
                log(&error);
            }
        }
    }

    fn hold(&self, messages: &[Message]) -> Held<'_> {
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
        self.held().extend(ids.iter().copied());
        Held { mailer: self, ids }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BTreeSet<MessageId>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pause(&self) {
        tokio::select! {
            () = self.shutdown.cancelled() => {}
            () = sleep(PAUSE) => {}
        }
    }
}

/// Sends the texts of those messages that were handed over.
async fn deliver(ready: Vec<Ready>, handed: Vec<Message>) -> Vec<Attempt> {
    let mut handed: std::collections::BTreeMap<_, _> = handed
        .into_iter()
        .map(|message| (message.id, message))
        .collect();
    let deliveries = ready.into_iter().map(|(claimed, prepared)| {
        let handed = handed.remove(&claimed.id);
        async move {
            let Some(message) = handed else {
                prepared.abandon().await;
                return None;
            };
            let outcome = prepared.deliver().instrument(span(&message)).await;
            Some(Attempt { message, outcome })
        }
    });
    join_all(deliveries).await.into_iter().flatten().collect()
}

/// Continues the trace of what the message tells of.
fn span(message: &Message) -> tracing::Span {
    let span = tracing::info_span!(
        "hand over message",
        message.id = %message.id,
        message.purpose = message.purpose.as_str(),
        trace_id = tracing::field::Empty,
    );
    telemetry::context::set_parent(&span, message.traceparent.as_deref());
    span
}

fn log(error: &Error) {
    tracing::warn!(
        error = error as &dyn StdError,
        "mailer cannot reach its rows"
    );
}

/// Messages whose leases are renewed as long as this lives.
struct Held<'a> {
    mailer: &'a Mailer,
    ids: Vec<MessageId>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut held = self.mailer.held();
        for id in &self.ids {
            held.remove(id);
        }
    }
}
