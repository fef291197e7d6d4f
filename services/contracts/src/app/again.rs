//! Repeats a command that lost a race.

use crate::error::Error;

/// Nobody loses this often unless something is wrong; then the caller is told.
const ATTEMPTS: u32 = 5;

/// Runs `attempt`, a whole transaction, until nobody else came first.
pub(super) async fn again<T, F>(attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(Error::Database(database::Error::Conflict(_))) => {}
            done => return done,
        }
    }
    attempt().await
}
