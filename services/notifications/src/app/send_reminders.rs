use super::{
    App,
    notify_staff::{NotifyStaff, write_to},
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
    for reminder in &due {
        let Some(staff) = reminder.staff else {
            continue;
        };
        let staff = store::copies::staff(&*tx, staff)
            .await?
            .ok_or(Error::StaffUnknown)?;
        write_to(app, &tx, &staff, notice(reminder)?).await?;
    }
    tx.commit().await?;
    if !due.is_empty() {
        app.wake.planned();
    }
    Ok(due.len())
}

fn notice(reminder: &Reminder) -> Result<NotifyStaff, Error> {
    let day = |at: clock::Timestamp| at.format("%Y-%m-%d").to_string();
    Ok(NotifyStaff {
        staff: reminder.staff.ok_or(Error::StaffUnknown)?,
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
    })
}
