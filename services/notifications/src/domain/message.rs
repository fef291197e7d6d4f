//! A message to one recipient, and the states it goes through.

use clock::Timestamp;
use ids::MessageId;

use super::locale::Locale;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    Farewell,
    NewLead,
    Enquiry,
    Assigned,
    Task,
    Reminder,
    Renewal,
}

impl Purpose {
    pub(crate) const ALL: [Self; 7] = [
        Self::Farewell,
        Self::NewLead,
        Self::Enquiry,
        Self::Assigned,
        Self::Task,
        Self::Reminder,
        Self::Renewal,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Farewell => "farewell",
            Self::NewLead => "new_lead",
            Self::Enquiry => "enquiry",
            Self::Assigned => "assigned",
            Self::Task => "task",
            Self::Reminder => "reminder",
            Self::Renewal => "renewal",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }

    /// Whether it goes to somebody outside. Others need to know what became of it.
    pub(crate) const fn outside(self) -> bool {
        matches!(self, Self::Farewell)
    }

    /// A letter to somebody outside must not come twice; a notice to staff must not be missed.
    pub(crate) const fn class(self) -> Class {
        if self.outside() {
            Class::AtMostOnce
        } else {
            Class::AtLeastOnce
        }
    }
}

/// What is done with a message of which nobody knows whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// It is left for a person to decide.
    AtMostOnce,
    /// It is sent again under the same Message-ID.
    AtLeastOnce,
}

impl Class {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AtMostOnce => "at_most_once",
            Self::AtLeastOnce => "at_least_once",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Queued,
    HandedOver,
    Accepted,
    Rejected,
    Unknown,
    Suppressed,
    Caught,
}

impl State {
    pub(crate) const ALL: [Self; 7] = [
        Self::Queued,
        Self::HandedOver,
        Self::Accepted,
        Self::Rejected,
        Self::Unknown,
        Self::Suppressed,
        Self::Caught,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::HandedOver => "handed_over",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Suppressed => "suppressed",
            Self::Caught => "caught",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Nothing more happens by itself.
    pub(crate) const fn settled(self) -> bool {
        !matches!(self, Self::Queued | Self::HandedOver)
    }
}

/// A message as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub id: MessageId,
    pub revision: i64,
    pub purpose: Purpose,
    /// Printed id of the lead, deal or contract it is about.
    pub about: String,
    pub recipient: String,
    pub recipient_name: String,
    pub locale: Locale,
    pub subject: String,
    pub text: String,
    /// Number of the layout that makes its HTML.
    pub layout: i64,
    pub state: State,
    pub detail: String,
    pub attempts: i64,
    pub header_id: String,
    pub traceparent: Option<String>,
    pub planned_at: Timestamp,
    pub not_before: Timestamp,
    pub give_up_at: Timestamp,
    pub handed_over_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
}

/// Only a message whose fate is settled badly can be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message that is {} is not sent again", .0.as_str())]
pub(crate) struct NotRetryable(pub State);

impl Message {
    /// Queues it again on a person's word; `false` if it waits already.
    pub(crate) fn retry(
        &mut self,
        now: Timestamp,
        give_up_at: Timestamp,
    ) -> Result<bool, NotRetryable> {
        match self.state {
            State::Queued => Ok(false),
            // Without words its person was erased.
            State::Rejected | State::Unknown if !self.text.is_empty() => {
                self.state = State::Queued;
                self.revision += 1;
                self.detail.clear();
                self.not_before = now;
                self.give_up_at = give_up_at;
                self.settled_at = None;
                Ok(true)
            }
            state => Err(NotRetryable(state)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }

    #[test]
    fn only_letters_to_people_outside_are_sent_at_most_once() {
        let once = Purpose::ALL
            .into_iter()
            .filter(|it| it.class() == Class::AtMostOnce);
        assert_eq!(once.collect::<Vec<_>>(), [Purpose::Farewell]);
    }
}
