//! A lead: a particular person who showed interest, being worked.
//!
//! Every change takes a revision of its own and leaves one line in the history; most also leave an
//! event. The lead keeps them until it is saved.

mod change;
mod deal;
mod outcome;
mod standing;
mod work;

use std::collections::BTreeSet;

use clock::Timestamp;
use ids::{DealId, IdentityId, LeadId, PersonId, StaffId, SubmissionId};

pub use change::{Change, Event, HistoryKind};
pub use deal::DealStep;
pub use outcome::{Amount, DealOrder, Minted, NewDeal, Outcome, RecordOutcome};
pub use standing::Standing;
pub use work::{CardUpdate, Refusal};

use super::{
    contact::{ContactKind, Email, PersonName},
    evidence::{Evidence, Flag},
    source::Source,
};

/// Contact points a card holds at most, of each kind.
const CONTACTS_MAX: usize = 20;
/// Characters of an enquiry that its line of the history shows.
const EXCERPT_MAX: usize = 500;

/// Where a lead stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has talked to the person yet.
    New,
    /// Talked to, not decided.
    InWork,
    /// Positive: in the client base.
    Qualified,
    /// Kept, and may be reopened.
    Refused,
}

impl State {
    pub const ALL: [Self; 4] = [Self::New, Self::InWork, Self::Qualified, Self::Refused];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InWork => "in_work",
            Self::Qualified => "qualified",
            Self::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// How warm a lead is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temperature {
    Cold,
    Warm,
    Hot,
}

impl Temperature {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Hot => "hot",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Cold, Self::Warm, Self::Hot]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// An address of a card: by which it is compared, and to which messages go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub canonical: String,
    pub address: String,
}

/// Who works a lead, and why; nobody while it waits in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub responsible: Option<StaffId>,
    pub because: String,
}

/// The deal that came of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealLink {
    pub id: DealId,
    /// Empty until the deal tells.
    pub stage: String,
    pub open: bool,
    /// Of the deal, at the last step heard of.
    pub revision: i64,
}

/// A lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub id: LeadId,
    pub revision: i64,
    pub state: State,
    pub name: PersonName,
    pub emails: Vec<Mailbox>,
    /// E.164.
    pub phones: Vec<String>,
    pub organisation: String,
    pub private_person: bool,
    pub locale: String,
    pub city: String,
    pub country: String,
    pub topic: String,
    pub sale_object: String,
    pub project: String,
    pub source: Source,
    /// What was asked first.
    pub message: String,
    /// Content of the last talk.
    pub talk: String,
    pub outcome: Option<Outcome>,
    /// From the directory, empty when none.
    pub reason: String,
    pub contact_kind: Option<ContactKind>,
    pub next_contact_at: Option<Timestamp>,
    pub temperature: Option<Temperature>,
    pub assigned: Assignment,
    pub person: Option<PersonId>,
    /// Whose it is, under which it was opened.
    pub identity: IdentityId,
    pub deal: Option<DealLink>,
    pub received_at: Timestamp,
    pub flags: Vec<Flag>,
    pub enquiries: i32,
    /// What happened since it was loaded.
    changes: Vec<Change>,
    /// How it stood when others were told last.
    told: Option<Standing>,
}

/// A submission that joins a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enquiry<'a> {
    pub submission: SubmissionId,
    pub evidence: &'a Evidence,
    pub source: &'a Source,
    pub at: Timestamp,
}

impl Lead {
    /// A blank card; the store fills in what it knows.
    pub fn blank(id: LeadId, identity: IdentityId, source: Source, received_at: Timestamp) -> Self {
        Self {
            id,
            revision: 0,
            state: State::New,
            name: PersonName::default(),
            emails: Vec::new(),
            phones: Vec::new(),
            organisation: String::new(),
            private_person: false,
            locale: String::new(),
            city: String::new(),
            country: String::new(),
            topic: String::new(),
            sale_object: String::new(),
            project: String::new(),
            source,
            message: String::new(),
            talk: String::new(),
            outcome: None,
            reason: String::new(),
            contact_kind: None,
            next_contact_at: None,
            temperature: None,
            assigned: Assignment {
                responsible: None,
                because: String::new(),
            },
            person: None,
            identity,
            deal: None,
            received_at,
            flags: Vec::new(),
            enquiries: 0,
            changes: Vec::new(),
            told: None,
        }
    }

    /// A new lead from its first submission.
    pub fn open(
        id: LeadId,
        identity: IdentityId,
        enquiry: &Enquiry<'_>,
        assigned: Assignment,
        person: Option<PersonId>,
    ) -> Self {
        let evidence = enquiry.evidence;
        let mut lead = Self {
            private_person: evidence.private_person,
            topic: evidence.topic.clone(),
            sale_object: evidence.sale_object.clone(),
            message: evidence.message.clone(),
            flags: evidence.flags.clone(),
            enquiries: 1,
            person,
            assigned,
            ..Self::blank(id, identity, enquiry.source.clone(), enquiry.at)
        };
        lead.learn(evidence);
        let because = lead.assigned.because.clone();
        let created = Event::Created {
            submission: enquiry.submission,
        };
        lead.note(
            Change::new(HistoryKind::Enquiry, enquiry.at, described(enquiry))
                .of(enquiry.submission)
                .with(created),
        );
        if lead.assigned.responsible.is_some() {
            lead.note(Change::new(HistoryKind::Assigned, enquiry.at, because));
        }
        lead
    }

    /// Joins a further enquiry of the same person to the card. A refused lead opens again.
    pub fn attach(&mut self, enquiry: &Enquiry<'_>) {
        self.enquiries = self.enquiries.saturating_add(1);
        self.learn(enquiry.evidence);
        let joined = Event::EnquiryAttached {
            submission: enquiry.submission,
            source: enquiry.source.clone(),
            at: enquiry.at,
        };
        self.note(
            Change::new(HistoryKind::Enquiry, enquiry.at, described(enquiry))
                .of(enquiry.submission)
                .with(joined),
        );
        if self.state == State::Refused {
            self.state = State::InWork;
            self.note(
                Change::new(HistoryKind::Reopened, enquiry.at, "a new enquiry came").with(
                    Event::Reopened {
                        reason: "NEW_ENQUIRY".to_owned(),
                    },
                ),
            );
        }
    }

    /// An enquiry turned out to be somebody else's. `kept` are the contacts that others tell of.
    pub fn part_with(
        &mut self,
        submission: SubmissionId,
        evidence: &Evidence,
        kept: &BTreeSet<&str>,
        (by, at): (StaffId, Timestamp),
    ) {
        self.enquiries = self.enquiries.saturating_sub(1);
        let told = |value: &str| {
            let mut emails = evidence.emails.iter().map(|email| &email.canonical);
            let mut phones = evidence.phones.iter().map(|phone| &phone.e164);
            emails.any(|it| it == value) || phones.any(|it| it == value)
        };
        let stays = |value: &str| kept.contains(value) || !told(value);
        self.emails.retain(|mailbox| stays(&mailbox.canonical));
        self.phones.retain(|phone| stays(phone));
        let note = "an enquiry was moved: it is somebody else's";
        self.note(
            Change::new(HistoryKind::Changed, at, note)
                .by(Some(by))
                .of(submission),
        );
    }

    /// What happened since the lead was loaded, and forgets it.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Revision under which the lead was loaded; 0 for one that was never stored.
    pub fn loaded_revision(&self) -> i64 {
        let changed = i64::try_from(self.changes.len()).unwrap_or(i64::MAX);
        self.revision.saturating_sub(changed)
    }

    /// Whether anything happened since the lead was loaded.
    pub fn is_changed(&self) -> bool {
        !self.changes.is_empty()
    }

    fn note(&mut self, change: Change) {
        self.revision += 1;
        self.changes.push(Change {
            revision: self.revision,
            ..change
        });
    }

    /// Takes over what the card does not know yet; what it knows stays.
    fn learn(&mut self, evidence: &Evidence) {
        if self.name.is_empty() {
            self.name = evidence.name.clone();
        }
        let own = |email: &&Email| !email.junk && !email.partner;
        for email in evidence.emails.iter().filter(own) {
            self.add_email(email);
        }
        for phone in evidence.phones.iter().filter(|phone| !phone.junk) {
            if self.phones.len() < CONTACTS_MAX && !self.phones.contains(&phone.e164) {
                self.phones.push(phone.e164.clone());
            }
        }
        for (known, told) in [
            (&mut self.organisation, &evidence.organisation),
            (&mut self.locale, &evidence.locale),
            (&mut self.city, &evidence.city),
            (&mut self.country, &evidence.country),
        ] {
            if known.is_empty() {
                known.clone_from(told);
            }
        }
    }

    fn add_email(&mut self, email: &Email) {
        let known = self
            .emails
            .iter()
            .any(|mailbox| mailbox.canonical == email.canonical);
        if !known && self.emails.len() < CONTACTS_MAX {
            self.emails.push(Mailbox {
                canonical: email.canonical.clone(),
                address: email.address.clone(),
            });
        }
    }
}

/// An enquiry in a line of the history.
fn described(enquiry: &Enquiry<'_>) -> String {
    let Enquiry {
        source, evidence, ..
    } = enquiry;
    let channel = source.channel.as_str();
    let mut text = match source.name.as_str() {
        "" => format!("enquiry by {channel}"),
        name => format!("enquiry by {channel} ({name})"),
    };
    if !evidence.message.is_empty() {
        text.push_str(": ");
        text.extend(evidence.message.chars().take(EXCERPT_MAX));
    }
    text
}

#[cfg(test)]
mod tests;
