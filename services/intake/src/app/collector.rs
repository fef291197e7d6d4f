//! Concurrent submissions share a commit: they wait in one bounded queue, and each collector takes
//! what waits, without a delay, into its next batch. So the service exceeds one sync per lead.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{
    App,
    capture::{Prepared, capture},
    metrics,
};
use crate::{domain::verdict::Receipt, error::Error};

/// A submission and who waits for its receipt.
struct Waiting {
    prepared: Prepared,
    answer: oneshot::Sender<Result<Receipt, Error>>,
    since: Instant,
}

/// Submissions that wait for the next commit.
pub struct Queue {
    sender: mpsc::Sender<Waiting>,
    receiver: Mutex<mpsc::Receiver<Waiting>>,
    /// How many take from it.
    collectors: AtomicUsize,
}

impl Queue {
    pub(super) fn new(size: usize) -> Self {
        let (sender, receiver) = mpsc::channel(size);
        Self {
            sender,
            receiver: Mutex::new(receiver),
            collectors: AtomicUsize::new(0),
        }
    }

    /// Nobody takes from the queue: the service answers without its background work.
    fn is_unattended(&self) -> bool {
        self.collectors.load(Ordering::Acquire) == 0
    }
}

/// Submits; refused at once when too many wait already.
pub async fn submit(app: &App, prepared: Prepared) -> Result<Receipt, Error> {
    if app.queue.is_unattended() {
        return alone(app, prepared).await;
    }
    let (waiting, answer) = wait(prepared);
    app.queue
        .sender
        .try_send(waiting)
        .map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::Overloaded,
            mpsc::error::TrySendError::Closed(_) => Error::Interrupted,
        })?;
    answer.await.unwrap_or(Err(Error::Interrupted))
}

/// Submits as soon as there is room: for a stream whose sender can wait.
pub async fn submit_patiently(app: &App, prepared: Prepared) -> Result<Receipt, Error> {
    if app.queue.is_unattended() {
        return alone(app, prepared).await;
    }
    let (waiting, answer) = wait(prepared);
    app.queue
        .sender
        .send(waiting)
        .await
        .map_err(|_| Error::Interrupted)?;
    answer.await.unwrap_or(Err(Error::Interrupted))
}

async fn alone(app: &App, prepared: Prepared) -> Result<Receipt, Error> {
    let answer = capture(app, std::slice::from_ref(&prepared)).await.pop();
    answer.unwrap_or(Err(Error::Interrupted))
}

fn wait(prepared: Prepared) -> (Waiting, oneshot::Receiver<Result<Receipt, Error>>) {
    let (answer, receiver) = oneshot::channel();
    (
        Waiting {
            prepared,
            answer,
            since: Instant::now(),
        },
        receiver,
    )
}

/// Takes batches from the queue until the process stops.
pub async fn collect(app: Arc<App>, shutdown: CancellationToken) -> anyhow::Result<()> {
    let _attending = Attending::begin(&app.queue.collectors);
    let mut waiting = Vec::with_capacity(app.settings.batch_max);
    loop {
        tokio::select! {
            // Whoever waits is answered before the collector ends.
            biased;
            () = take(&app, &mut waiting) => {}
            () = shutdown.cancelled() => return Ok(()),
        }
        answer(&app, std::mem::take(&mut waiting)).await;
    }
}

/// Takes what waits, at least one. Cancelled, it has taken nothing.
async fn take(app: &App, waiting: &mut Vec<Waiting>) {
    let mut receiver = app.queue.receiver.lock().await;
    receiver.recv_many(waiting, app.settings.batch_max).await;
}

async fn answer(app: &App, waiting: Vec<Waiting>) {
    metrics::batch(waiting.len());
    let (batch, callers): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .map(|it| (it.prepared, (it.answer, it.since)))
        .unzip();
    let answers = capture(app, &batch).await;
    for (answer, (caller, since)) in answers.into_iter().zip(callers) {
        metrics::waited(since.elapsed());
        // A caller that has gone away will ask again with the same key.
        let _ = caller.send(answer);
    }
}

/// Counts a collector for as long as it runs, however it ends.
struct Attending<'a>(&'a AtomicUsize);

impl<'a> Attending<'a> {
    fn begin(collectors: &'a AtomicUsize) -> Self {
        collectors.fetch_add(1, Ordering::AcqRel);
        Self(collectors)
    }
}

impl Drop for Attending<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
