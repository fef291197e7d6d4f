//! Work on a lead: its fields, its owner, the next contact.

use clock::Timestamp;
use ids::{PersonId, StaffId};

use super::{Assignment, Change, Event, HistoryKind, Lead, State, Temperature};
use crate::domain::contact::ContactKind;

/// Why a lead does not take a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the lead is in the client base already")]
    AlreadyQualified,
    #[error("the lead was refused; reopen it first")]
    AlreadyRefused,
    #[error("the lead has a deal already")]
    AlreadyHasDeal,
    #[error("the lead was not refused")]
    NotRefused,
    #[error("the lead needs a name before it can enter the client base")]
    Nameless,
    #[error("a reason from the directory is required unless the outcome is positive")]
    ReasonMissing,
    #[error("the directory has no such reason")]
    ReasonUnknown,
    #[error("a deal is opened only after a positive outcome")]
    DealNotPositive,
}

/// Fields of the card to change; absent ones stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardUpdate {
    pub full_name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub organisation: Option<String>,
    pub private_person: Option<bool>,
    pub topic: Option<String>,
    pub sale_object: Option<String>,
    pub project: Option<String>,
    pub talk: Option<String>,
    pub locale: Option<String>,
    pub temperature: Option<Temperature>,
}

impl Lead {
    /// Changes fields of the card; those already so are no change.
    pub fn update(&mut self, update: &CardUpdate, by: Option<StaffId>, now: Timestamp) {
        let mut changed = Vec::new();
        for (name, field, value) in [
            ("name", &mut self.name.full, &update.full_name),
            ("given name", &mut self.name.given, &update.given_name),
            ("family name", &mut self.name.family, &update.family_name),
            ("organisation", &mut self.organisation, &update.organisation),
            ("topic", &mut self.topic, &update.topic),
            ("sale object", &mut self.sale_object, &update.sale_object),
            ("project", &mut self.project, &update.project),
            ("talk", &mut self.talk, &update.talk),
            ("language", &mut self.locale, &update.locale),
        ] {
            set(name, field, value.as_ref(), &mut changed);
        }
        let private_person = update.private_person;
        set(
            "private person",
            &mut self.private_person,
            private_person.as_ref(),
            &mut changed,
        );
        let temperature = update.temperature.map(Some);
        set(
            "temperature",
            &mut self.temperature,
            temperature.as_ref(),
            &mut changed,
        );
        if !changed.is_empty() {
            let note = format!("changed: {}", changed.join(", "));
            self.note(Change::new(HistoryKind::Changed, now, note).by(by));
        }
    }

    /// Plans, moves or (with no time) cancels the next contact.
    pub fn plan_next_contact(
        &mut self,
        at: Option<Timestamp>,
        kind: ContactKind,
        by: Option<StaffId>,
        now: Timestamp,
    ) {
        let moved = self.next_contact_at != at;
        let rekinded = at.is_some() && self.contact_kind != Some(kind);
        if at.is_some() {
            self.contact_kind = Some(kind);
        }
        if moved {
            self.set_next_contact(at, kind, by, now);
        } else if rekinded {
            self.announce_next_contact(by, now);
        }
    }

    pub(super) fn set_next_contact(
        &mut self,
        at: Option<Timestamp>,
        kind: ContactKind,
        by: Option<StaffId>,
        now: Timestamp,
    ) {
        if self.next_contact_at != at {
            self.next_contact_at = at;
            if at.is_some() {
                self.contact_kind = Some(kind);
            }
            self.announce_next_contact(by, now);
        }
    }

    fn announce_next_contact(&mut self, by: Option<StaffId>, now: Timestamp) {
        let kind = self.contact_kind.unwrap_or(ContactKind::Call).as_str();
        let note = match self.next_contact_at {
            Some(at) => format!(
                "next contact: {kind} at {}",
                at.format("%Y-%m-%d %H:%M UTC")
            ),
            None => "next contact cancelled".to_owned(),
        };
        self.note(
            Change::new(HistoryKind::NextContact, now, note)
                .by(by)
                .with(Event::NextContactPlanned),
        );
    }

    /// Gives the lead to a member of staff; whoever has it already keeps it.
    pub fn assign(&mut self, to: StaffId, because: &str, by: Option<StaffId>, now: Timestamp) {
        if self.assigned.responsible == Some(to) {
            return;
        }
        self.assigned = Assignment {
            responsible: Some(to),
            because: because.to_owned(),
        };
        let assigned = Event::Assigned {
            by,
            reason: because.to_owned(),
        };
        self.note(
            Change::new(HistoryKind::Assigned, now, because)
                .by(by)
                .with(assigned),
        );
        if self.next_contact_at.is_some() {
            // Another person is to be reminded.
            self.announce_next_contact(by, now);
        }
    }

    /// Takes a refused lead up again.
    pub fn reopen(
        &mut self,
        reason: &str,
        by: Option<StaffId>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.state != State::Refused {
            return Err(Refusal::NotRefused);
        }
        self.state = State::InWork;
        self.note(
            Change::new(HistoryKind::Reopened, now, reason)
                .by(by)
                .with(Event::Reopened {
                    reason: reason.to_owned(),
                }),
        );
        Ok(())
    }

    /// Takes in the answer to the questionnaire of a farewell letter.
    pub fn answer_questionnaire(&mut self, note: String, contact_wanted: bool, at: Timestamp) {
        self.note(Change::new(HistoryKind::Changed, at, note));
        if contact_wanted {
            // Only a refused lead opens again; any other is being worked anyway.
            let _ = self.reopen("QUESTIONNAIRE_ANSWERED", None, at);
        }
    }

    /// Notes who the lead is in the client base.
    pub fn link_person(&mut self, person: PersonId, now: Timestamp) {
        if self.person != Some(person) {
            self.person = Some(person);
            self.note(Change::new(
                HistoryKind::Changed,
                now,
                "linked to the client base",
            ));
        }
    }
}

fn set<T: Clone + PartialEq>(
    name: &'static str,
    field: &mut T,
    value: Option<&T>,
    changed: &mut Vec<&'static str>,
) {
    if let Some(value) = value.filter(|value| *value != field) {
        field.clone_from(value);
        changed.push(name);
    }
}
