//! What members of staff are to do, or to read, within a campaign.

use chrono::{DateTime, Utc};
use ids::{CampaignId, StaffId, TaskId};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: TaskId,
    pub revision: i64,
    pub campaign: CampaignId,
    pub order: Order,
    /// It is to be read, and needs no doing.
    pub is_message: bool,
    pub given_by: Option<StaffId>,
    pub given_at: DateTime<Utc>,
    pub done: Option<Done>,
}

/// What may be changed while a task is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub title: String,
    pub text: String,
    pub responsible: StaffId,
    pub due_at: Option<DateTime<Utc>>,
}

/// That a task is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub at: DateTime<Utc>,
    pub by: Option<StaffId>,
    pub report: String,
}

/// Why a task is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the task is done; reopen it first")]
    Done,
    #[error("a message is not due")]
    MessageDue,
}

impl Task {
    /// Changes what is to be done; `false` if it is that already.
    pub fn change(&mut self, order: Order) -> Result<bool, Refusal> {
        if self.is_message && order.due_at.is_some() {
            return Err(Refusal::MessageDue);
        }
        if self.order == order {
            return Ok(false);
        }
        if self.done.is_some() {
            return Err(Refusal::Done);
        }
        self.order = order;
        self.revision += 1;
        Ok(true)
    }

    /// Notes that it is done; `false` if it is.
    pub fn complete(&mut self, done: Done) -> bool {
        let completed = self.done.is_none();
        if completed {
            self.done = Some(done);
            self.revision += 1;
        }
        completed
    }

    /// Takes it up again; `false` if it is open.
    pub fn reopen(&mut self) -> bool {
        let reopened = self.done.take().is_some();
        if reopened {
            self.revision += 1;
        }
        reopened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(is_message: bool) -> Task {
        Task {
            id: TaskId::generate(),
            revision: 1,
            campaign: CampaignId::generate(),
            order: order("call"),
            is_message,
            given_by: None,
            given_at: DateTime::UNIX_EPOCH,
            done: None,
        }
    }

    fn order(title: &str) -> Order {
        Order {
            title: title.to_owned(),
            text: String::new(),
            responsible: "staff_019392b1f0007000800000000000000a".parse().unwrap(),
            due_at: None,
        }
    }

    #[test]
    fn what_is_done_stays_until_it_is_reopened() {
        let done = || Done {
            at: DateTime::UNIX_EPOCH,
            by: None,
            report: String::new(),
        };
        let mut task = task(false);
        assert!(task.complete(done()) && !task.complete(done()));
        assert_eq!(task.change(order("write")), Err(Refusal::Done));
        assert_eq!(task.change(order("call")), Ok(false));
        assert!(task.reopen() && !task.reopen());
        assert_eq!(task.change(order("write")), Ok(true));
        assert_eq!(task.revision, 4);
    }

    #[test]
    fn a_message_is_never_due() {
        let due = Order {
            due_at: Some(DateTime::UNIX_EPOCH),
            ..order("read")
        };
        assert_eq!(task(true).change(due.clone()), Err(Refusal::MessageDue));
        assert_eq!(task(false).change(due), Ok(true));
    }
}
