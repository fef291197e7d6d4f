//! Reminders of planned contacts and of contracts that end.

use clock::Timestamp;
use ids::{ReminderId, StaffId};

use super::message::Purpose;

/// Kind of the reminder of a contract that nears its end.
pub(crate) const RENEWAL: &str = "renewal";
/// Kind of the reminder of a task.
pub(crate) const TASK: &str = "task";
/// Kind of what is to be read; it reminds nobody.
pub(crate) const MESSAGE: &str = "message";
/// Kinds of contact that have a word of their own in the texts.
pub(crate) const CONTACTS: [&str; 6] = ["call", "email", "meeting", "sms", "letter", "visit"];
/// Any other contact.
pub(crate) const CONTACT: &str = "contact";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Planned,
    Sent,
    Completed,
    Cancelled,
}

impl State {
    pub(crate) const ALL: [Self; 4] = [Self::Planned, Self::Sent, Self::Completed, Self::Cancelled];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reminder {
    pub id: ReminderId,
    /// Printed id of the lead, deal or contract it is about.
    pub about: String,
    /// Revision of what it is about, by which the plan came.
    pub revision: i64,
    pub kind: String,
    pub title: String,
    pub staff: Option<StaffId>,
    pub due_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub state: State,
    pub sent_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the reminder is completed")]
    Completed,
    #[error("the reminder was cancelled")]
    Cancelled,
    #[error("a reminder cannot be put off to the past")]
    Past,
}

impl Reminder {
    /// Puts it off; it is sent again then. `false` if it is due then anyway.
    pub(crate) fn snooze(&mut self, until: Timestamp, now: Timestamp) -> Result<bool, Refusal> {
        match self.state {
            State::Completed => return Err(Refusal::Completed),
            State::Cancelled => return Err(Refusal::Cancelled),
            State::Planned if self.due_at == until => return Ok(false),
            State::Planned | State::Sent => {}
        }
        if until <= now {
            return Err(Refusal::Past);
        }
        self.due_at = until;
        self.state = State::Planned;
        self.sent_at = None;
        Ok(true)
    }

    /// Marks it as done; `false` if it is.
    pub(crate) fn complete(&mut self, now: Timestamp) -> Result<bool, Refusal> {
        match self.state {
            State::Completed => Ok(false),
            State::Cancelled => Err(Refusal::Cancelled),
            State::Planned | State::Sent => {
                self.state = State::Completed;
                self.completed_at = Some(now);
                Ok(true)
            }
        }
    }

    pub(crate) fn purpose(&self) -> Purpose {
        if self.kind == RENEWAL {
            Purpose::Renewal
        } else {
            Purpose::Reminder
        }
    }
}

/// The kind of contact, or [`CONTACT`] for one without a word of its own.
pub(crate) fn contact(kind: &str) -> &'static str {
    CONTACTS
        .into_iter()
        .find(|known| *known == kind)
        .unwrap_or(CONTACT)
}

/// The kind as the texts have a word for it.
pub(crate) fn word(kind: &str) -> &'static str {
    let other = [TASK, MESSAGE].into_iter().find(|known| *known == kind);
    other.unwrap_or_else(|| contact(kind))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clock::Clock;

    use super::*;

    fn reminder(state: State, due_at: Timestamp) -> Reminder {
        Reminder {
            id: ReminderId::generate(),
            about: "lead_1".to_owned(),
            revision: 3,
            kind: "call".to_owned(),
            title: "Anna".to_owned(),
            staff: None,
            due_at,
            ends_at: None,
            state,
            sent_at: None,
            completed_at: None,
        }
    }

    #[test]
    fn a_reminder_is_put_off_into_the_future_until_it_is_done() {
        let now = Clock::system().now();
        let later = now + Duration::from_hours(1);
        for (state, until, expected) in [
            (State::Planned, later, Ok(true)),
            (State::Sent, later, Ok(true)),
            (State::Planned, now, Ok(false)),
            (State::Sent, now, Err(Refusal::Past)),
            (State::Completed, later, Err(Refusal::Completed)),
            (State::Cancelled, later, Err(Refusal::Cancelled)),
        ] {
            let mut reminder = reminder(state, now);
            assert_eq!(reminder.snooze(until, now), expected, "{state:?}");
            if expected == Ok(true) {
                assert_eq!((reminder.state, reminder.due_at), (State::Planned, later));
            }
        }
    }

    #[test]
    fn completing_twice_changes_nothing() {
        let now = Clock::system().now();
        let mut reminder = reminder(State::Sent, now);
        assert_eq!(reminder.complete(now), Ok(true));
        assert_eq!(reminder.complete(now + Duration::from_secs(1)), Ok(false));
        assert_eq!(reminder.completed_at, Some(now));
    }
}
