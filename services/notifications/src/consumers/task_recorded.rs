use futures::future::BoxFuture;
use ids::{ReminderId, StaffId, TaskId};
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::{campaigns::v1::TaskRecorded, convert::to_timestamp};

use super::id;
use crate::{
    app::{
        App,
        notify_staff::{NotifyStaff, notify_staff},
    },
    domain::{
        message::Purpose,
        name::one_line,
        reminder::{MESSAGE, Reminder, State, TASK},
    },
    letters::Facts,
    store::reminders,
};

/// Whoever gets a task is told once, unless it is his own idea, and reminded when it is due. What is
/// done reminds nobody.
impl BatchHandler<TaskRecorded> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<TaskRecorded>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let mut notices = Vec::new();
            for (place, event) in events.iter().enumerate() {
                let at = |error| BatchError::at(place, error);
                let reminder = reminder(event).map_err(at)?;
                let planned = reminders::plan(&**tx, &reminder).await;
                // Of a task that went on meanwhile, a late event tells nothing.
                if planned.map_err(|error| at(error.into()))? {
                    notices.extend(notice(event).map_err(at)?.map(|notice| (place, notice)));
                }
            }
            notify_staff(self, tx, notices).await
        })
    }
}

/// The latest revision counts, so one without a time is kept as well: it cancels those before.
fn reminder(event: &Received<TaskRecorded>) -> Result<Reminder, HandlerError> {
    let task = &event.message;
    let about: TaskId = id(&task.task_id)?;
    let due_at = match &task.due_at {
        Some(at) => Some(to_timestamp(at).ok_or(HandlerError::refuse("EVENT_TIME_INVALID"))?),
        None => None,
    };
    let waits = due_at.is_some() && task.done_at.is_none() && !task.message;
    Ok(Reminder {
        id: ReminderId::generate(),
        about: about.to_string(),
        revision: event.revision,
        kind: TASK.to_owned(),
        title: one_line(&task.title),
        staff: Some(id(&task.responsible_id)?),
        due_at: due_at.unwrap_or(event.at),
        ends_at: None,
        state: if waits {
            State::Planned
        } else {
            State::Cancelled
        },
        sent_at: None,
        completed_at: None,
    })
}

fn notice(event: &Received<TaskRecorded>) -> Result<Option<NotifyStaff>, HandlerError> {
    let task = &event.message;
    if task.done_at.is_some() || task.given_by == task.responsible_id {
        return Ok(None);
    }
    let staff: StaffId = id(&task.responsible_id)?;
    let due = task.due_at.as_ref().and_then(to_timestamp);
    let due = due.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    let kind = if task.message { MESSAGE } else { TASK };
    Ok(Some(NotifyStaff {
        staff,
        purpose: Purpose::Task,
        about: task.task_id.clone(),
        // Once for each who gets it.
        occurrence: staff.to_string(),
        facts: Facts {
            title: task.title.clone(),
            source: task.campaign.clone(),
            kind: kind.to_owned(),
            due: due.unwrap_or_default(),
            ..Facts::default()
        },
        trace: event.trace.clone(),
    }))
}
