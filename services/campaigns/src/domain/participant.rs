//! A person or organisation in a campaign, and what it answered.

use chrono::{DateTime, Utc};
use ids::{ActivityId, InteractionId, LeadId, ParticipantId, PersonId, ResponseId, StaffId};

/// Kinds of interactions.
pub const INTERACTION_KINDS: &[&str] = &["call", "email", "meeting", "sms", "letter", "visit"];

/// Status of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Undefined,
    Potential,
    Actual,
    Refused,
}

impl Status {
    pub const ALL: [Self; 4] = [
        Self::Undefined,
        Self::Potential,
        Self::Actual,
        Self::Refused,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Potential => "potential",
            Self::Actual => "actual",
            Self::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// A participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    pub id: ParticipantId,
    pub revision: i64,
    pub status: Status,
    pub contact: Contact,
    pub person: Option<PersonId>,
    pub added_at: DateTime<Utc>,
}

/// Who a participant is and how it is reached, as received.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    pub full_name: String,
    pub given_name: String,
    pub family_name: String,
    pub organisation: String,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    pub locale: String,
}

/// What a participant answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub id: ResponseId,
    pub activity: Option<ActivityId>,
    pub participant: ParticipantId,
    pub positive: bool,
    pub text: String,
    pub lead: Option<LeadId>,
    pub recorded_by: Option<StaffId>,
    pub responded_at: DateTime<Utc>,
}

/// A contact with a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    pub id: InteractionId,
    pub activity: Option<ActivityId>,
    pub kind: String,
    pub inbound: bool,
    pub result: String,
    pub at: DateTime<Utc>,
    pub by: Option<StaffId>,
}

impl Contact {
    /// What makes two entries of a list the same participant: the first address, else the first
    /// number, else name and organisation. `None` when there is nothing to go by.
    pub fn key(&self) -> Option<String> {
        let email = self.emails.iter().map(|email| email.trim().to_lowercase());
        let phone = self.phones.iter().map(|phone| {
            phone
                .chars()
                .filter(|it| it.is_ascii_digit() || *it == '+')
                .collect::<String>()
        });
        let mut names =
            [&self.full_name, &self.organisation].map(|name| name.trim().to_lowercase());
        names.sort_unstable();
        let names = names.join(" ").trim().to_owned();
        email
            .chain(phone)
            .chain(std::iter::once(names))
            .find(|key| !key.is_empty())
    }
}

impl Participant {
    /// Changes the status; `false` if it is that already.
    pub fn change_status(&mut self, status: Status) -> bool {
        let changed = self.status != status;
        if changed {
            self.status = status;
            self.revision += 1;
        }
        changed
    }

    /// Notes who the participant is in the client base; who is known stays.
    pub fn meet(&mut self, person: PersonId) -> bool {
        let met = self.person.is_none();
        if met {
            self.person = Some(person);
            self.revision += 1;
        }
        met
    }

    /// A response tells more than a status that nobody set: who answers takes part or refuses.
    pub fn answered(&mut self, positive: bool) -> bool {
        match (self.status, positive) {
            (Status::Undefined | Status::Potential, true) => self.change_status(Status::Actual),
            (Status::Undefined | Status::Potential, false) => self.change_status(Status::Refused),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(name: &str, email: &str, phone: &str) -> Contact {
        let list = |value: &str| {
            if value.is_empty() {
                Vec::new()
            } else {
                vec![value.to_owned()]
            }
        };
        Contact {
            full_name: name.to_owned(),
            emails: list(email),
            phones: list(phone),
            ..Contact::default()
        }
    }

    #[test]
    fn the_first_contact_tells_participants_apart() {
        let key = |name, email, phone| contact(name, email, phone).key();
        assert_eq!(
            key("A", " X@example.org", "1"),
            key("B", "x@EXAMPLE.org", "")
        );
        assert_eq!(key("A", "", "+371 20 000"), key("B", "", "+37120000"));
        assert_ne!(key("A", "", ""), key("B", "", ""));
        assert_eq!(key("", "", ""), None);
    }

    #[test]
    fn an_answer_settles_an_open_status_and_no_other() {
        for (status, positive, expected) in [
            (Status::Undefined, true, Status::Actual),
            (Status::Potential, false, Status::Refused),
            (Status::Actual, false, Status::Actual),
            (Status::Refused, true, Status::Refused),
        ] {
            let mut participant = Participant {
                id: ParticipantId::generate(),
                revision: 1,
                status,
                contact: Contact::default(),
                person: None,
                added_at: DateTime::UNIX_EPOCH,
            };
            participant.answered(positive);
            assert_eq!(participant.status, expected, "{status:?} {positive}");
        }
    }
}
