//! Who a submission is from, by exact contact keys and the names seen with them.
//!
//! A contact shows a person as long as all the names seen with it agree. Two unlike names prove
//! that it belongs to an organisation or a household; from then on it shows a person only together
//! with an agreeing name.

mod decide;
mod known;

use std::{fmt, str::FromStr};

use thiserror::Error;

pub use known::{Change, Known};

use crate::{
    email::Email,
    name::{Agreement, Name},
    phone::{self, Phone},
};

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A canonical e-mail address.
    Email,
    /// An E.164 number, with `;ext=…` when there is an extension.
    Phone,
}

impl Kind {
    /// Stable name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// A text that names no [`Kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a contact key is of kind `email` or `phone`")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        [Self::Email, Self::Phone]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownKind)
    }
}

/// A contact in the form by which it is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What the value is.
    pub kind: Kind,
    /// Canonical address or number.
    pub value: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.value)
    }
}

/// How many people may be expected behind a contact before anything is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// A mobile, a mailbox with a person's name, an extension.
    Personal,
    /// A fixed line: one person's, a household's or a company's.
    Line,
    /// A role's mailbox, the number before an extension, a partner's own contact.
    Shared,
}

/// A contact of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contact {
    /// By what it is looked up.
    pub key: Key,
    /// How many people may be behind it.
    pub reach: Reach,
}

/// What a submission shows of its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    name: Name,
    contacts: Vec<Contact>,
}

impl Evidence {
    /// Evidence of a name alone, which may be empty.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            contacts: Vec::new(),
        }
    }

    /// Adds an address. A junk one proves nothing and is left out.
    #[must_use]
    pub fn with_email(mut self, email: &Email) -> Self {
        let reach = if email.role {
            Reach::Shared
        } else {
            Reach::Personal
        };
        if !email.junk {
            self.add(Kind::Email, email.canonical.clone(), reach);
        }
        self
    }

    /// Adds a number. A junk one proves nothing and is left out. With an extension, the number
    /// before it is a shared contact of its own.
    #[must_use]
    pub fn with_phone(mut self, phone: &Phone) -> Self {
        if phone.junk {
            return self;
        }
        let line = match phone.kind {
            _ if phone.extension.is_some() => Reach::Shared,
            phone::Kind::Service => Reach::Shared,
            phone::Kind::Fixed => Reach::Line,
            _ => Reach::Personal,
        };
        if phone.extension.is_some() {
            self.add(Kind::Phone, phone.key(), Reach::Personal);
        }
        self.add(Kind::Phone, phone.e164.clone(), line);
        self
    }

    /// Marks contacts that are known to be nobody's own, such as those of the partner who sent
    /// the record.
    #[must_use]
    pub fn with_shared(mut self, shared: impl Fn(&Key) -> bool) -> Self {
        for contact in &mut self.contacts {
            if shared(&contact.key) {
                contact.reach = Reach::Shared;
            }
        }
        self
    }

    /// The sender's name; empty when none was given.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The contacts, addresses before numbers.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// The keys whose holders a decision needs.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.contacts.iter().map(|contact| &contact.key)
    }

    fn add(&mut self, kind: Kind, value: String, reach: Reach) {
        let key = Key { kind, value };
        if self.contacts.iter().all(|contact| contact.key != key) {
            self.contacts.push(Contact { key, reach });
            self.contacts.sort_by_key(|contact| contact.key.kind);
        }
    }
}

/// A person seen with a contact: one small row `(kind, value, slot) → (person, name)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder<P> {
    /// Who; the caller's own identifier.
    pub person: P,
    /// Place of the row among those of its key, counted from 0 in order of arrival.
    pub slot: u16,
    /// The fullest name seen.
    pub name: Name,
}

/// Whose a submission is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<P> {
    /// A known person's.
    Same(Match<P>),
    /// Somebody's who was not seen before.
    New,
    /// Without a name, over a contact that several people use: it can be given to nobody.
    Unidentified {
        /// The shared contact.
        by: Key,
    },
}

/// Why a submission is a known person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<P> {
    /// Who.
    pub person: P,
    /// The contact that shows it.
    pub by: Key,
    /// How far the names agree.
    pub agreement: Agreement,
    /// Several people use the contact: the name decided among them.
    pub shared: bool,
    /// Other known people of an agreeing name whom the other contacts show: probably the same
    /// person under a second card.
    pub twins: Vec<P>,
}
