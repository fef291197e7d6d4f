//! The commands, one per file.

pub(crate) mod answer_questionnaire;
pub(crate) mod complete_reminder;
pub(crate) mod erase;
pub(crate) mod hand_over;
pub(crate) mod notify_staff;
pub(crate) mod plan_message;
pub(crate) mod retry_message;
pub(crate) mod send_reminders;
pub(crate) mod snooze_reminder;
pub(crate) mod write_farewell;

use chrono::TimeDelta;
use clock::{Clock, Timestamp};
use ids::{ReminderId, StaffId};
use messaging::{Outbox, Tx};
use service::StartError;

use crate::{
    domain::{message::Message, reminder::Reminder},
    error::Error,
    letters::{Html, Letters},
    mail::{self, Composed},
    metrics::Metrics,
    settings::Settings,
    store,
    wake::Wake,
};

/// What commands, consumers and workers work with.
pub(crate) struct App {
    pub outbox: Outbox,
    pub clock: Clock,
    pub settings: Settings,
    pub letters: Letters,
    pub metrics: Metrics,
    /// Wakes the mailer of this process.
    pub wake: Wake,
}

impl App {
    pub(crate) fn try_new(
        outbox: Outbox,
        clock: Clock,
        settings: Settings,
    ) -> Result<Self, StartError> {
        settings.check()?;
        let letters = Letters::load().map_err(|error| StartError::Other {
            what: "templates of letters cannot be loaded".to_owned(),
            source: error.into(),
        })?;
        let (metrics, wake) = (Metrics::new(), Wake::default());
        Ok(Self {
            outbox,
            clock,
            settings,
            letters,
            metrics,
            wake,
        })
    }

    /// Where the console shows a lead, a deal or a contract.
    fn link(&self, about: &str) -> String {
        let base = self.settings.public_url.trim_end_matches('/');
        let list = match about.split_once('_').map(|(prefix, _)| prefix) {
            Some(ids::DealId::PREFIX) => "deals",
            Some(ids::ContractId::PREFIX) => "contracts",
            Some(ids::TaskId::PREFIX) => "tasks",
            _ => "leads",
        };
        format!("{base}/{list}/{about}")
    }

    /// The HTML of a message, and the message as it goes out, if it can.
    pub(crate) fn composed(
        &self,
        message: &Message,
    ) -> Result<(Html, Result<Composed, String>), Error> {
        let (subject, text) = (&message.subject, &message.text);
        let html = self
            .letters
            .html(message.layout, message.locale, subject, text)?;
        let composed = mail::compose(message, &html.text, &self.settings.from);
        Ok((html, composed))
    }

    /// When a message that is planned now is given up.
    fn give_up_at(&self, now: Timestamp) -> Timestamp {
        let patience = TimeDelta::from_std(self.settings.give_up).unwrap_or(TimeDelta::MAX);
        now.checked_add_signed(patience)
            .unwrap_or(Timestamp::MAX_UTC)
    }
}

/// Who wants to change a reminder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub staff: Option<StaffId>,
    /// Heads and admins also see to the reminders of others.
    pub any: bool,
}

/// A reminder that the caller may change.
async fn reminder_of(tx: &Tx, id: ReminderId, caller: Caller) -> Result<Reminder, Error> {
    let found = store::reminders::find(&**tx, id)
        .await?
        .ok_or(Error::ReminderNotFound(id))?;
    if caller.any || (caller.staff.is_some() && caller.staff == found.staff) {
        Ok(found)
    } else {
        Err(Error::NotYours)
    }
}
