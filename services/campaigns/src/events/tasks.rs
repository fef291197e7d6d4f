//! What is announced of tasks.

use chrono::{DateTime, Utc};
use messaging::Event;
use proto::{campaigns::v1::TaskRecorded, convert::timestamp};

use super::printed;
use crate::domain::task::Task;

pub fn task_recorded(task: &Task, campaign: &str, now: DateTime<Utc>) -> Event {
    let message = TaskRecorded {
        task_id: task.id.to_string(),
        campaign_id: task.campaign.to_string(),
        campaign: campaign.to_owned(),
        title: task.order.title.clone(),
        responsible_id: task.order.responsible.to_string(),
        given_by: printed(task.given_by),
        due_at: task.order.due_at.map(timestamp),
        done_at: task.done.as_ref().map(|done| timestamp(done.at)),
        message: task.is_message,
    };
    Event::new(&message, task.id, task.revision, now)
}
