use crate::error::Error;

/// How often a command is tried while others change the same rows.
const ATTEMPTS: u32 = 5;

/// Does a command anew, in a transaction of its own, when somebody else came first: it then finds
/// what they did. Refusals stand.
pub(super) async fn again<T, A>(mut attempt: impl FnMut() -> A) -> Result<T, Error>
where
    A: Future<Output = Result<T, Error>>,
{
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(Error::Database(
                database::Error::Conflict(_) | database::Error::UniqueViolation { .. },
            )) => {}
            other => return other,
        }
    }
    attempt().await
}
