//! The outcome of a conversation, and what follows from it.

use clock::Timestamp;
use ids::{DealId, PersonId, StaffId};

use super::{Change, DealLink, Event, HistoryKind, Lead, Refusal, State};
use crate::domain::{contact::ContactKind, directory};

/// Result of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Positive,
    Negative,
    Satisfactory,
    Undefined,
}

impl Outcome {
    pub const ALL: [Self; 4] = [
        Self::Positive,
        Self::Negative,
        Self::Satisfactory,
        Self::Undefined,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Satisfactory => "satisfactory",
            Self::Undefined => "undefined",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

/// An approximate amount: minor units and an ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    pub minor: i64,
    pub currency: String,
}

/// The deal that is asked for with a positive outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDeal {
    /// Empty for that of the card.
    pub topic: String,
    /// Empty for a made one.
    pub title: String,
    pub amount: Option<Amount>,
    /// Empty for that of the card.
    pub sale_object: String,
    pub expected_close_at: Option<Timestamp>,
}

/// A deal to be opened, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealOrder {
    pub id: DealId,
    pub deal: NewDeal,
}

/// What is recorded of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOutcome {
    pub outcome: Outcome,
    /// From the directory; required unless positive.
    pub reason: String,
    pub talk: String,
    pub contact_kind: ContactKind,
    pub next_contact_at: Option<Timestamp>,
    /// Only with a positive outcome.
    pub new_deal: Option<NewDeal>,
    pub by: StaffId,
}

/// Ids for what a positive outcome may bring into being.
#[derive(Debug, Clone, Copy)]
pub struct Minted {
    pub person: PersonId,
    pub deal: DealId,
}

impl Lead {
    /// Records the outcome of a conversation. Recording the same again changes nothing.
    pub fn record_outcome(
        &mut self,
        told: &RecordOutcome,
        minted: Minted,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        check(told)?;
        if self.is_repeat(told) {
            return Ok(());
        }
        self.check_state(told)?;
        self.outcome = Some(told.outcome);
        self.reason.clone_from(&told.reason);
        self.contact_kind = Some(told.contact_kind);
        if !told.talk.is_empty() {
            self.talk.clone_from(&told.talk);
        }
        let recorded = Event::OutcomeRecorded {
            outcome: told.outcome,
            by: told.by,
            at: now,
        };
        self.note(
            Change::new(HistoryKind::Outcome, now, described(told))
                .by(Some(told.by))
                .with(recorded),
        );
        match told.outcome {
            Outcome::Positive => self.qualify(told, minted, now),
            Outcome::Negative => self.refuse(told, now),
            Outcome::Satisfactory | Outcome::Undefined => self.state = State::InWork,
        }
        self.set_next_contact(told.next_contact_at, told.contact_kind, Some(told.by), now);
        Ok(())
    }

    fn qualify(&mut self, told: &RecordOutcome, minted: Minted, now: Timestamp) {
        let known = self.state == State::Qualified;
        self.state = State::Qualified;
        let person = *self.person.get_or_insert(minted.person);
        let new_deal = told
            .new_deal
            .as_ref()
            .map(|asked| self.order(asked, minted.deal));
        let note = match (&new_deal, known) {
            (None, true) => return,
            (None, false) => "recorded in the client base",
            (Some(_), _) => "recorded in the client base, a deal was asked for",
        };
        if let Some(order) = &new_deal {
            self.deal = Some(DealLink {
                id: order.id,
                stage: String::new(),
                open: true,
                revision: 0,
            });
        }
        self.note(
            Change::new(HistoryKind::Changed, now, note)
                .by(Some(told.by))
                .with(Event::Qualified {
                    person,
                    new_deal,
                    at: now,
                }),
        );
    }

    fn refuse(&mut self, told: &RecordOutcome, now: Timestamp) {
        self.state = State::Refused;
        self.note(
            Change::new(
                HistoryKind::Changed,
                now,
                format!("refused: {}", told.reason),
            )
            .by(Some(told.by))
            .with(Event::Refused { at: now }),
        );
    }

    fn order(&self, asked: &NewDeal, id: DealId) -> DealOrder {
        let or = |told: &String, card: &String| {
            if told.is_empty() {
                card.clone()
            } else {
                told.clone()
            }
        };
        let topic = or(&asked.topic, &self.topic);
        let sale_object = or(&asked.sale_object, &self.sale_object);
        let what = [&sale_object, &topic]
            .into_iter()
            .find(|text| !text.is_empty());
        let title = match (asked.title.as_str(), what) {
            ("", Some(what)) => format!("{what}: {}", self.name.shown()),
            ("", None) => self.name.shown(),
            (title, _) => title.to_owned(),
        };
        DealOrder {
            id,
            deal: NewDeal {
                topic,
                title,
                sale_object,
                ..asked.clone()
            },
        }
    }

    fn is_repeat(&self, told: &RecordOutcome) -> bool {
        self.outcome == Some(told.outcome)
            && self.state == resulting(told.outcome)
            && self.reason == told.reason
            && (told.talk.is_empty() || self.talk == told.talk)
            && self.contact_kind == Some(told.contact_kind)
            && self.next_contact_at == told.next_contact_at
            && (told.new_deal.is_none() || self.deal.is_some())
    }

    fn check_state(&self, told: &RecordOutcome) -> Result<(), Refusal> {
        match (self.state, told.outcome) {
            (State::Refused, _) => Err(Refusal::AlreadyRefused),
            (State::Qualified, Outcome::Positive)
                if told.new_deal.is_some() && self.deal.is_some() =>
            {
                Err(Refusal::AlreadyHasDeal)
            }
            (State::Qualified, outcome) if outcome != Outcome::Positive => {
                Err(Refusal::AlreadyQualified)
            }
            (_, Outcome::Positive) if self.name.is_empty() => Err(Refusal::Nameless),
            _ => Ok(()),
        }
    }
}

fn resulting(outcome: Outcome) -> State {
    match outcome {
        Outcome::Positive => State::Qualified,
        Outcome::Negative => State::Refused,
        Outcome::Satisfactory | Outcome::Undefined => State::InWork,
    }
}

fn check(told: &RecordOutcome) -> Result<(), Refusal> {
    let positive = told.outcome == Outcome::Positive;
    if !positive && told.reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    if !told.reason.is_empty() && !directory::is_reason(&told.reason) {
        return Err(Refusal::ReasonUnknown);
    }
    if !positive && told.new_deal.is_some() {
        return Err(Refusal::DealNotPositive);
    }
    Ok(())
}

fn described(told: &RecordOutcome) -> String {
    let mut text = format!(
        "{} after a {}",
        told.outcome.as_str(),
        told.contact_kind.as_str()
    );
    if !told.reason.is_empty() {
        text = format!("{text}, {}", told.reason);
    }
    if !told.talk.is_empty() {
        text.push_str(": ");
        text.extend(told.talk.chars().take(super::EXCERPT_MAX));
    }
    text
}
