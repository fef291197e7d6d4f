use ids::ReminderId;

use super::{App, Caller, reminder_of};
use crate::{domain::reminder::Reminder, error::Error, store};

pub(crate) struct CompleteReminder {
    pub reminder: ReminderId,
    pub caller: Caller,
}

/// Marks a reminder as done. Twice changes nothing.
pub(crate) async fn complete_reminder(app: &App, cmd: CompleteReminder) -> Result<Reminder, Error> {
    let tx = app.outbox.begin().await?;
    let seen = reminder_of(&tx, cmd.reminder, cmd.caller).await?;
    let mut reminder = seen.clone();
    if reminder.complete(app.clock.now())? {
        store::reminders::save(&*tx, &reminder, &seen).await?;
        tx.commit().await?;
    }
    Ok(reminder)
}
