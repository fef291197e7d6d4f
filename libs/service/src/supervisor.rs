//! Background work, watched: what fails or panics is started again and is seen in `/readyz`.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::{FutureExt, future::BoxFuture};
use tokio::{task::JoinSet, time};
use tokio_util::sync::CancellationToken;

use crate::definition::{Begin, Task};

/// How patiently work is started again.
#[derive(Clone, Copy)]
struct Pace {
    /// First pause; each further one is twice as long.
    pause: Duration,
    pause_max: Duration,
    /// Work that has gone on this long after a failure counts as well again.
    settled: Duration,
}

const PACE: Pace = Pace {
    pause: Duration::from_millis(250),
    pause_max: Duration::from_secs(30),
    settled: Duration::from_secs(10),
};

/// How each piece of work is doing.
#[derive(Clone, Default)]
pub(crate) struct Board(Arc<Mutex<BTreeMap<String, State>>>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Running { restarts: u32 },
    Done,
    Failed { restarts: u32, reason: String },
}

impl Board {
    pub(crate) fn states(&self) -> BTreeMap<String, State> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, name: &str, state: State) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), state);
    }
}

/// A group of work that is stopped together.
pub(crate) struct Supervisor {
    work: JoinSet<()>,
    board: Board,
    stop: CancellationToken,
    pace: Pace,
}

impl Supervisor {
    pub(crate) fn new(board: Board, stop: CancellationToken) -> Self {
        Self {
            work: JoinSet::new(),
            board,
            stop,
            pace: PACE,
        }
    }

    /// Cancelled when the work is to end.
    pub(crate) fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts work of a service and keeps it going.
    pub(crate) fn spawn(&mut self, service: &str, task: Task) {
        let name = format!("{service}/{}", task.name);
        let watch = Watch {
            name,
            board: self.board.clone(),
            pace: self.pace,
        };
        self.work
            .spawn(watch.keep_going(task.begin, self.stop.clone()));
    }

    /// Asks all work to end, and ends what has not after `patience`; its names are returned.
    pub(crate) async fn stop(&mut self, patience: Duration) -> Vec<String> {
        self.stop.cancel();
        let all = async { while self.work.join_next().await.is_some() {} };
        if time::timeout(patience, all).await.is_ok() {
            return Vec::new();
        }
        self.work.abort_all();
        let unfinished = |(name, state)| matches!(state, State::Running { .. }).then_some(name);
        self.board
            .states()
            .into_iter()
            .filter_map(unfinished)
            .collect()
    }
}

/// One piece of work and where its state is noted.
struct Watch {
    name: String,
    board: Board,
    pace: Pace,
}

impl Watch {
    async fn keep_going(self, mut begin: Begin, stop: CancellationToken) {
        let mut restarts = 0;
        let mut pause = self.pace.pause;
        loop {
            let since = Instant::now();
            let Some(reason) = self.attempt(begin(), restarts).await else {
                return self.board.set(&self.name, State::Done);
            };
            let task = self.name.as_str();
            if stop.is_cancelled() {
                tracing::warn!(task, reason, "background work failed while stopping");
                return self.board.set(task, State::Done);
            }
            if since.elapsed() > self.pace.settled {
                pause = self.pace.pause;
            }
            tracing::error!(
                task,
                reason,
                restarts,
                "background work failed; starting it again"
            );
            self.board.set(task, State::Failed { restarts, reason });
            tokio::select! {
                () = time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
            restarts += 1;
            pause = (pause * 2).min(self.pace.pause_max);
        }
    }

    /// Runs the work once; returns why it failed. After a failure it counts as well only once it
    /// has gone on for a while, or readiness would flicker.
    async fn attempt(
        &self,
        work: BoxFuture<'static, anyhow::Result<()>>,
        restarts: u32,
    ) -> Option<String> {
        let mut work = AssertUnwindSafe(work).catch_unwind();
        let running = || self.board.set(&self.name, State::Running { restarts });
        let outcome = if restarts == 0 {
            running();
            work.await
        } else {
            tokio::select! {
                outcome = &mut work => outcome,
                () = time::sleep(self.pace.settled) => {
                    running();
                    work.await
                }
            }
        };
        match outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{error:#}")),
            Err(panic) => Some(format!("panicked: {}", said(&*panic))),
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn supervisor(stop: CancellationToken) -> Supervisor {
        let quick = Duration::from_millis(1);
        let pace = Pace {
            pause: quick,
            pause_max: quick * 8,
            settled: quick,
        };
        Supervisor {
            work: JoinSet::new(),
            board: Board::default(),
            stop,
            pace,
        }
    }

    /// The state of the worker as soon as it is as wanted.
    async fn state_when(board: &Board, wanted: impl Fn(&State) -> bool) -> State {
        let looked = async {
            loop {
                match board.states().remove("intake/worker") {
                    Some(state) if wanted(&state) => return state,
                    _ => time::sleep(Duration::from_millis(1)).await,
                }
            }
        };
        time::timeout(Duration::from_secs(20), looked)
            .await
            .unwrap()
    }

    /// Work that fails twice and then goes on until it is asked to stop is running in the end.
    async fn is_restarted(failure: fn() -> anyhow::Result<()>) {
        let stop = CancellationToken::new();
        let mut supervisor = supervisor(stop.clone());
        let attempts = Arc::new(AtomicU32::new(0));
        let task = Task::new("worker", move || {
            let (attempts, stop) = (attempts.clone(), stop.clone());
            Box::pin(async move {
                if attempts.fetch_add(1, Ordering::SeqCst) < 2 {
                    failure()?;
                }
                stop.cancelled().await;
                Ok(())
            })
        });
        supervisor.spawn("intake", task);
        let well = State::Running { restarts: 2 };
        assert_eq!(
            state_when(&supervisor.board, |state| *state == well).await,
            well
        );
        assert_eq!(
            supervisor.stop(Duration::from_secs(20)).await,
            Vec::<String>::new()
        );
    }

    #[tokio::test]
    async fn work_that_fails_is_started_again() {
        is_restarted(|| anyhow::bail!("no luck")).await;
    }

    #[tokio::test]
    async fn work_that_panics_is_started_again() {
        is_restarted(|| panic!("on purpose")).await;
    }

    #[tokio::test]
    async fn a_failure_is_seen_with_its_reason() {
        let mut supervisor = supervisor(CancellationToken::new());
        let fail = || async { Err(anyhow::anyhow!("no luck").context("reading mail")) }.boxed();
        supervisor.spawn("intake", Task::new("worker", fail));
        let thrice = |state: &State| matches!(state, State::Failed { restarts: 3.., .. });
        let State::Failed { reason, .. } = state_when(&supervisor.board, thrice).await else {
            panic!("running");
        };
        assert_eq!(reason, "reading mail: no luck");
    }

    #[tokio::test]
    async fn work_that_does_not_end_is_named_and_ended() {
        let mut supervisor = supervisor(CancellationToken::new());
        let stubborn = || futures::future::pending().boxed();
        supervisor.spawn("intake", Task::new("worker", stubborn));
        state_when(&supervisor.board, |state| {
            *state == State::Running { restarts: 0 }
        })
        .await;
        assert_eq!(
            supervisor.stop(Duration::from_millis(10)).await,
            ["intake/worker"]
        );
    }
}
