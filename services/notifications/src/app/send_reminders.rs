use std::collections::BTreeSet;

use ids::StaffId;

use super::{
    App,
    notify_staff::{NotifyStaff, message_to},
    plan_message::plan_messages,
};
use crate::{domain::reminder::Reminder, error::Error, letters::Facts, store};

/// Reminders of one transaction.
pub(crate) const MOST: i64 = 100;

/// Writes the messages of due reminders, each once. Gives how many were due, at most [`MOST`].
pub(crate) async fn send_reminders(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    if !store::reminders::any_due(app.outbox.database().reader(), now).await? {
        return Ok(0);
    }
    let tx = app.outbox.begin().await?;
    let due = store::reminders::take_due(&*tx, now, MOST).await?;
    let wanted: BTreeSet<StaffId> = due.iter().filter_map(|it| it.staff).collect();
    let known = store::copies::staff(&*tx, &wanted).await?;
    let mut planned = Vec::with_capacity(due.len());
    for (reminder, staff) in due.iter().filter_map(|it| Some((it, it.staff?))) {
        let to = known.get(&staff).ok_or(Error::StaffUnknown)?;
        planned.push(message_to(app, to, notice(reminder, staff))?);
    }
    plan_messages(app, &tx, planned).await?;
    tx.commit().await?;
    Ok(due.len())
}

fn notice(reminder: &Reminder, staff: StaffId) -> NotifyStaff {
    let day = |at: clock::Timestamp| at.format("%Y-%m-%d").to_string();
    NotifyStaff {
        staff,
        purpose: reminder.purpose(),
        about: reminder.about.clone(),
        // A reminder that was put off is another message; one that was planned anew for the same
        // time is not.
        occurrence: reminder.due_at.timestamp_micros().to_string(),
        facts: Facts {
            title: reminder.title.clone(),
            kind: reminder.kind.clone(),
            due: reminder.due_at.format("%Y-%m-%d %H:%M UTC").to_string(),
            ends: reminder.ends_at.map(day).unwrap_or_default(),
            ..Facts::default()
        },
        trace: telemetry::context::current(),
    }
}
