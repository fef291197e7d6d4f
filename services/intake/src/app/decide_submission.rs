//! A member of staff decides a held submission, or that an enquiry is somebody else's.

use ids::{StaffId, SubmissionId};

use super::{
    App,
    capture::{Course, Order, capture},
    prepare,
};
use crate::{
    domain::verdict::{Receipt, Verdict},
    error::Error,
    store::{doors, submissions},
};

/// Decides a held submission, or takes one out of the card it joined: into a card of its own or into
/// another one. The same decision again returns the same receipt.
pub async fn decide_submission(
    app: &App,
    id: SubmissionId,
    order: Order,
    note: &str,
    by: StaffId,
) -> Result<Receipt, Error> {
    let stored = submissions::find(app.reader(), id)
        .await?
        .ok_or(Error::SubmissionNotFound(id))?;
    if is_so(&stored.receipt, order) {
        return Ok(stored.receipt);
    }
    let seen = stored.receipt.verdict;
    let from = match (seen, order) {
        (Verdict::Held, _) => None,
        (Verdict::Attached, Order::Create | Order::Attach(_)) => stored.receipt.lead,
        _ => return Err(Error::NotHeld),
    };
    let course = Course::Told {
        by,
        order,
        note: note.to_owned(),
        seen,
        from,
    };
    judge_again(app, stored, course).await
}

fn is_so(receipt: &Receipt, order: Order) -> bool {
    match order {
        Order::Create => receipt.verdict == Verdict::Created,
        Order::Attach(lead) => receipt.verdict == Verdict::Attached && receipt.lead == Some(lead),
        Order::Interest => receipt.verdict == Verdict::Interest,
        Order::Reject => receipt.verdict == Verdict::Rejected,
    }
}

/// Gives a stored submission a new verdict.
pub(super) async fn judge_again(
    app: &App,
    stored: submissions::Stored,
    course: Course,
) -> Result<Receipt, Error> {
    let door = match stored.submission.door {
        Some(door) => doors::find(app.reader(), door).await?,
        None => None,
    };
    let prepared = prepare::again(app, stored, door.as_ref(), course)?;
    let answer = capture(app, std::slice::from_ref(&prepared)).await.pop();
    answer.unwrap_or(Err(Error::Interrupted))
}
