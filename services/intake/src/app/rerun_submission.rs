//! Runs a stored submission through the present rules again.

use ids::SubmissionId;

use super::{App, capture::Course, decide_submission::judge_again};
use crate::{
    domain::verdict::{Receipt, Verdict},
    error::Error,
    store::submissions,
};

/// Runs a rejected, held or interest submission again. The others have had their effect.
pub async fn rerun_submission(app: &App, id: SubmissionId) -> Result<Receipt, Error> {
    let stored = submissions::find(app.reader(), id)
        .await?
        .ok_or(Error::SubmissionNotFound(id))?;
    match stored.receipt.verdict {
        seen @ (Verdict::Rejected | Verdict::Held | Verdict::Interest) => {
            judge_again(app, stored, Course::Again { seen }).await
        }
        Verdict::Created | Verdict::Attached | Verdict::Duplicate => Err(Error::NotRerunnable),
    }
}
