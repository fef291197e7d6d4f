//! Hands messages over: claim, prepare, commit the hand-over, send the text, write down the answer.

mod desk;

use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    error::Error as StdError,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use ids::MessageId;
use tokio::{
    sync::{Mutex as Turn, Notify},
    time::sleep,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use self::desk::Desk;
use crate::{
    app::{
        App,
        hand_over::{self, Attempt, Leaving, Page},
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
        stock: Turn::default(),
        desk: Desk::default(),
        held: Mutex::default(),
    };
    let lanes = join_all((0..mailer.transport.sessions()).map(|_| mailer.lane()));
    let work = async {
        // The lanes end at shutdown, each when it has finished what it holds.
        lanes.await;
        mailer.give_back().await;
    };
    tokio::select! {
        () = work => {}
        () = mailer.app.wake.ticks(|| mailer.look.notify_one()) => {}
        () = mailer.poll() => {}
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
    stock: Turn<Stock>,
    desk: Desk,
    held: Mutex<BTreeSet<MessageId>>,
}

/// What one claim took for all lanes.
#[derive(Default)]
struct Stock {
    messages: VecDeque<Message>,
    /// The last claim took all it could carry.
    more: bool,
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

    /// Hands over what can be had at once; `false` if nothing more is known to wait. What becomes
    /// due after the claim has a call of its own, or is found by the next poll.
    async fn round(&self) -> Result<bool, Error> {
        let (messages, more) = self.take().await?;
        if messages.is_empty() {
            return Ok(false);
        }
        if more {
            // For the next lane, which wakes the one after it.
            self.look.notify_one();
        }
        let held = self.hold(&messages);
        let result = self.send(messages).await;
        drop(held);
        result.map(|()| more)
    }

    /// Messages for one lane, and whether there are more.
    async fn take(&self) -> Result<(Vec<Message>, bool), Error> {
        let together = self.transport.together();
        let mut stock = self.stock.lock().await;
        if stock.messages.is_empty() {
            let most = together.saturating_mul(self.transport.sessions());
            let mut claimed = hand_over::claim(&self.app, self.owner, most).await?;
            stock.more = claimed.len() >= most;
            // One whose lease ran out while a lane works on it is not begun a second time.
            let mut held = self.held();
            claimed.retain(|message| held.insert(message.id));
            stock.messages = claimed.into();
        }
        let taken = together.min(stock.messages.len());
        let messages = stock.messages.drain(..taken).collect();
        Ok((messages, stock.more || !stock.messages.is_empty()))
    }

    /// What no lane came to take is free for another process.
    async fn give_back(&self) {
        let left = std::mem::take(&mut self.stock.lock().await.messages);
        let released = left.into_iter().map(|message| Attempt {
            message,
            outcome: Outcome::Released,
        });
        self.write_down(released.collect()).await;
    }

    /// Finds what nobody calls for: messages put off, of other processes, of a process that died.
    async fn poll(&self) {
        loop {
            match self.survey().await {
                Ok(()) => sleep(self.app.settings.poll).await,
                Err(error) => {
                    log(&error);
                    self.pause().await;
                }
            }
        }
    }

    async fn survey(&self) -> Result<(), Error> {
        let (due, expired) = hand_over::any_due(&self.app).await?;
        if expired {
            hand_over::expire(&self.app).await?;
        }
        if due || expired {
            self.look.notify_one();
        }
        Ok(())
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
        let leaving = ready.iter().map(|(message, _)| message.into()).collect();
        let failed = match self.commit(leaving).await {
            Ok(handed) => {
                attempts.extend(deliver(ready, &handed).await);
                None
            }
            Err(error) => {
                // Nothing was sent. If the commit came through all the same, the lease runs out.
                join_all(ready.into_iter().map(|(_, prepared)| prepared.abandon())).await;
                Some(error)
            }
        };
        self.write_down(attempts).await;
        failed.map_or(Ok(()), Err)
    }

    /// Commits that the texts of these messages leave now. Gives those that may be sent.
    async fn commit(&self, leaving: Vec<Leaving>) -> Result<HashSet<MessageId>, Error> {
        if leaving.is_empty() {
            return Ok(HashSet::new());
        }
        let ended = Vec::new();
        let written = self
            .desk
            .write(&self.app, self.owner, Page { leaving, ended });
        written.await.map_err(|unwritten| unwritten.error)
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
    async fn write_down(&self, attempts: Vec<Attempt>) {
        let mut page = Page {
            leaving: Vec::new(),
            ended: attempts,
        };
        while !page.ended.is_empty() {
            let Err(unwritten) = self.desk.write(&self.app, self.owner, page).await else {
                return;
            };
            page = unwritten.page;
            log(&unwritten.error);
            if self.shutdown.is_cancelled() {
                return;
            }
            self.pause().await;
        }
    }

    async fn keep_leases(&self) {
        loop {
            sleep(self.app.settings.lease / 3).await;
            let held = || self.held().iter().copied().collect();
            if let Err(error) = self.desk.renew(&self.app, self.owner, held).await {
                log(&error);
            }
        }
    }

    /// Ends the holding of messages that were claimed, when their attempt has ended.
    fn hold(&self, messages: &[Message]) -> Held<'_> {
        let ids = messages.iter().map(|message| message.id).collect();
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
async fn deliver(ready: Vec<Ready>, handed: &HashSet<MessageId>) -> Vec<Attempt> {
    let deliveries = ready.into_iter().map(async |(message, prepared)| {
        if !handed.contains(&message.id) {
            prepared.abandon().await;
            return None;
        }
        let outcome = prepared.deliver().instrument(span(&message)).await;
        Some(Attempt { message, outcome })
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
