//! Concurrent submissions share a commit: they wait in one bounded queue, and a collector takes
//! what waits into its next batch. While one batch is under way the next one grows, and is begun
//! beside it only when that takes long. So the service exceeds one sync per lead.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{Mutex, Notify, mpsc, oneshot},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use super::{
    App,
    capture::{Prepared, capture},
    metrics,
};
use crate::{domain::verdict::Receipt, error::Error};

/// How long a batch grows while another one is under way. A batch costs about as much by itself as
/// a few dozen submissions in it do.
const GROWTH: Duration = Duration::from_millis(8);

/// A batch of so many means that callers queue: at a pace that the service keeps up with, it takes
/// the few that came in the milliseconds of the one before.
const RUSH: usize = 16;

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
    /// Batches that are being committed.
    under_way: AtomicUsize,
    /// One of them ended.
    ended: Notify,
}

impl Queue {
    pub(super) fn new(size: usize) -> Self {
        let (sender, receiver) = mpsc::channel(size);
        Self {
            sender,
            receiver: Mutex::new(receiver),
            collectors: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            ended: Notify::new(),
        }
    }

    /// Whether callers wait for a commit.
    pub(super) fn is_busy(&self) -> bool {
        let waits = self.sender.capacity() < self.sender.max_capacity();
        waits || self.under_way.load(Ordering::Acquire) > 0
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
    let queue = &app.queue;
    let most = app.settings.batch_max;
    let _attending = Counted::begin(&queue.collectors);
    loop {
        let mut waiting = Vec::with_capacity(most);
        let mut receiver = queue.receiver.lock().await;
        tokio::select! {
            // Whoever waits is answered before the collector ends.
            biased;
            _ = receiver.recv_many(&mut waiting, most) => {}
            () = shutdown.cancelled() => return Ok(()),
        }
        grow(queue, &mut receiver, &mut waiting, most).await;
        if waiting.len() >= RUSH {
            app.outbox.rush();
        }
        let under_way = Counted::begin(&queue.under_way);
        drop(receiver);
        answer(&app, waiting).await;
        drop(under_way);
        queue.ended.notify_one();
    }
}

/// Lets a batch grow while another one is under way.
async fn grow(
    queue: &Queue,
    receiver: &mut mpsc::Receiver<Waiting>,
    waiting: &mut Vec<Waiting>,
    most: usize,
) {
    let over = sleep(GROWTH);
    tokio::pin!(over);
    while waiting.len() < most && queue.under_way.load(Ordering::Acquire) > 0 {
        let room = most - waiting.len();
        tokio::select! {
            taken = receiver.recv_many(waiting, room) => if taken == 0 { return },
            () = queue.ended.notified() => {}
            () = &mut over => return,
        }
    }
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

/// Counts something for as long as it runs, however it ends.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
