//! Hands messages over: claim, prepare, commit the hand-over, send the text, write down the answer.

mod desk;

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::join_all;
use ids::MessageId;
use tokio::{sync::Mutex as Turn, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use self::desk::Desk;
use super::lookout::{Lookout, PAUSE, Pace, log};
use crate::{
    app::{
        App,
        hand_over::{self, Attempt, Page},
    },
    domain::{hand_over::Outcome, message::Message},
    error::Error,
    mail::{Session, Smtp},
};

/// Hands messages over until shutdown, several at once.
pub(crate) async fn run(app: Arc<App>, server: Arc<Smtp>, shutdown: CancellationToken) {
    let mailer = Mailer {
        app,
        server,
        shutdown,
        owner: MessageId::generate().uuid(),
        lookout: Lookout::default(),
        stock: Turn::default(),
        desk: Desk::default(),
        held: Mutex::default(),
    };
    let lanes = join_all((0..mailer.server.sessions()).map(|_| mailer.lane()));
    let work = async {
        // The lanes end at shutdown, each when it has finished what it holds.
        lanes.await;
        mailer.give_back().await;
    };
    tokio::select! {
        () = work => {}
        () = mailer.lookout.watch(&mailer.app) => {}
        () = mailer.keep_leases() => {}
    }
}

struct Mailer {
    app: Arc<App>,
    server: Arc<Smtp>,
    shutdown: CancellationToken,
    /// Stands in the leases of this mailer.
    owner: Uuid,
    /// Tells one idle lane to look for messages.
    lookout: Lookout,
    stock: Turn<Stock>,
    desk: Desk,
    held: Mutex<BTreeSet<MessageId>>,
}

/// What one claim took for all lanes.
#[derive(Default)]
struct Stock {
    messages: VecDeque<Message>,
    pace: Pace,
    /// The last claim took all it could carry.
    more: bool,
}

impl Mailer {
    async fn lane(&self) {
        while !self.shutdown.is_cancelled() {
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = self.lookout.called() => {}
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

    /// Hands a message over; `false` if no more are known to wait. What becomes due after the claim
    /// has a call of its own, or is found by the next poll.
    async fn round(&self) -> Result<bool, Error> {
        let (message, more) = self.take().await?;
        let Some(message) = message else {
            return Ok(false);
        };
        if more {
            // For the next lane, which wakes the one after it.
            self.lookout.call();
        }
        let id = message.id;
        let held = Held { mailer: self, id };
        let result = self.send(message).await;
        drop(held);
        result.map(|()| more)
    }

    /// A message for one lane, and whether there are more.
    async fn take(&self) -> Result<(Option<Message>, bool), Error> {
        let mut stock = self.stock.lock().await;
        if stock.messages.is_empty() {
            stock.pace.wait().await;
            stock.pace.taking();
            let most = self.server.sessions();
            let mut claimed = hand_over::claim(&self.app, self.owner, most).await?;
            stock.more = claimed.len() >= most;
            if stock.more {
                stock.pace.hurry();
            }
            // One whose lease ran out while a lane works on it is not begun a second time.
            let mut held = self.held();
            claimed.retain(|message| held.insert(message.id));
            stock.messages = claimed.into();
        }
        let message = stock.messages.pop_front();
        Ok((message, stock.more || !stock.messages.is_empty()))
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

    async fn send(&self, message: Message) -> Result<(), Error> {
        let outcome = match self.prepare(&message).await {
            Ok(session) => match self.commit(&message).await {
                Ok(true) => session.deliver().instrument(span(&message)).await,
                Ok(false) => {
                    session.abandon().await;
                    return Ok(());
                }
                Err(error) => {
                    // Nothing was sent. If the commit came through all the same, the lease runs out.
                    session.abandon().await;
                    return Err(error);
                }
            },
            Err(outcome) => outcome,
        };
        self.write_down(vec![Attempt { message, outcome }]).await;
        Ok(())
    }

    /// Everything before the text.
    async fn prepare(&self, message: &Message) -> Result<Session, Outcome> {
        let composed = match self.app.composed(message) {
            Ok((_, composed)) => composed.map_err(Outcome::Rejected)?,
            Err(error) => return Err(Outcome::PutOff(error.to_string())),
        };
        tokio::select! {
            () = self.shutdown.cancelled() => Err(Outcome::Released),
            prepared = self.server.prepare(composed).instrument(span(message)) => prepared,
        }
    }

    /// Commits that the text of this message leaves now; `false` if it may not be sent.
    async fn commit(&self, message: &Message) -> Result<bool, Error> {
        let page = Page {
            leaving: vec![message.into()],
            ended: Vec::new(),
        };
        let written = self.desk.write(&self.app, self.owner, page).await;
        let handed = written.map_err(|unwritten| unwritten.error)?;
        Ok(handed.contains(&message.id))
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

/// A message whose lease is renewed as long as this lives.
struct Held<'a> {
    mailer: &'a Mailer,
    id: MessageId,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.mailer.held().remove(&self.id);
    }
}
