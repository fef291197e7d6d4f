use clock::Timestamp;
use ids::ReminderId;

use super::{App, Caller, reminder_of};
use crate::{domain::reminder::Reminder, error::Error, store};

pub(crate) struct SnoozeReminder {
    pub reminder: ReminderId,
    pub until: Timestamp,
    pub caller: Caller,
}

/// Puts a reminder off. A newer plan of the contact itself overrides it.
pub(crate) async fn snooze_reminder(app: &App, cmd: SnoozeReminder) -> Result<Reminder, Error> {
    let tx = app.outbox.begin().await?;
    let seen = reminder_of(&tx, cmd.reminder, cmd.caller).await?;
    let mut reminder = seen.clone();
    if reminder.snooze(cmd.until, app.clock.now())? {
        store::reminders::save(&*tx, &reminder, &seen).await?;
        tx.commit().await?;
    }
    Ok(reminder)
}
