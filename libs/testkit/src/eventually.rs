//! Waits for a condition.

use std::fmt::Debug;
use std::panic::Location;
use std::time::Duration;

use tokio::time::{Instant, sleep};

const POLL_EVERY: Duration = Duration::from_millis(10);

/// What a condition may return: met with a value, or not yet.
pub trait Outcome {
    /// What a met condition gives.
    type Value;

    /// The value, or why there is none yet.
    fn outcome(self) -> Result<Self::Value, String>;
}

impl Outcome for bool {
    type Value = ();

    fn outcome(self) -> Result<(), String> {
        self.then_some(()).ok_or_else(|| "false".to_owned())
    }
}

impl<T> Outcome for Option<T> {
    type Value = T;

    fn outcome(self) -> Result<T, String> {
        self.ok_or_else(|| "nothing".to_owned())
    }
}

impl<T, E: Debug> Outcome for Result<T, E> {
    type Value = T;

    fn outcome(self) -> Result<T, String> {
        self.map_err(|error| format!("{error:?}"))
    }
}

/// Asks `condition` until it is met, and returns its value.
///
/// # Panics
///
/// With what the condition said last, when it is not met before the deadline.
#[track_caller]
pub fn eventually<C, F>(
    deadline: Duration,
    mut condition: C,
) -> impl Future<Output = <F::Output as Outcome>::Value>
where
    C: FnMut() -> F,
    F: Future<Output: Outcome>,
{
    let caller = Location::caller();
    async move {
        let end = Instant::now() + deadline;
        loop {
            match condition().await.outcome() {
                Ok(value) => return value,
                Err(last) if Instant::now() >= end => {
                    panic!(
                        "the condition at {caller} was not met in {deadline:?}: at last it was {last}"
                    )
                }
                Err(_) => sleep(POLL_EVERY).await,
            }
        }
    }
}
