//! A contact point of a record.

use crate::{
    email::Email,
    phone::{self, Phone},
};

/// What a contact is by itself, before anything is known of who uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A mailbox at a public provider.
    Mailbox,
    /// A person's mailbox at a company's domain.
    WorkMailbox,
    /// The mailbox of a role: `info@`, `sales@`.
    Role,
    /// A mobile, or a number whose plan does not tell mobiles from lines.
    Mobile,
    /// A fixed line: a person's, a household's or a company's.
    Line,
    /// An extension behind a line: `+38044…;ext=78`.
    Extension,
    /// A partner's own contact in a record that the partner sent.
    Partner,
    /// A value typed to get past a form.
    Junk,
}

/// A contact point in the form by which it is compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contact {
    /// Canonical address or E.164 number, with `;ext=…` when there is an extension.
    pub value: String,
    /// What it is by itself.
    pub kind: Kind,
}

impl Kind {
    const ALL: [(Self, char); 8] = [
        (Self::Mailbox, 'b'),
        (Self::WorkMailbox, 'w'),
        (Self::Role, 'r'),
        (Self::Mobile, 'm'),
        (Self::Line, 'l'),
        (Self::Extension, 'x'),
        (Self::Partner, 'p'),
        (Self::Junk, 'j'),
    ];

    /// The letter that stands for the kind in a stored record.
    pub(super) fn letter(self) -> char {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or('j', |(_, letter)| *letter)
    }

    pub(super) fn of_letter(letter: char) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == letter)
            .map(|(kind, _)| *kind)
    }
}

impl Contact {
    pub(crate) fn of_email(email: &Email) -> Self {
        let kind = match email {
            _ if email.junk => Kind::Junk,
            _ if email.role => Kind::Role,
            _ if email.free_provider => Kind::Mailbox,
            _ => Kind::WorkMailbox,
        };
        Self {
            value: email.canonical.clone(),
            kind,
        }
    }

    pub(super) fn of_phone(phone: &Phone) -> Self {
        let kind = match phone.kind {
            _ if phone.junk => Kind::Junk,
            _ if phone.extension.is_some() => Kind::Extension,
            phone::Kind::Fixed | phone::Kind::Service => Kind::Line,
            _ => Kind::Mobile,
        };
        Self {
            value: phone.key(),
            kind,
        }
    }

    /// The name of the mailbox and its domain; `None` for a number.
    pub fn mailbox(&self) -> Option<(&str, &str)> {
        self.value.split_once('@')
    }

    /// The domain of a company's mailbox.
    pub fn company_domain(&self) -> Option<&str> {
        match self.kind {
            Kind::WorkMailbox | Kind::Role => self.mailbox().map(|(_, domain)| domain),
            _ => None,
        }
    }

    /// The part of a company's domain that may spell its name.
    pub fn company_label(&self) -> Option<&str> {
        self.company_domain()?.split('.').next()
    }

    /// The number without its extension.
    pub fn line(&self) -> Option<&str> {
        match self.mailbox() {
            Some(_) => None,
            None => self.value.split(';').next(),
        }
    }

    /// A contact of one person, unless several people turn out to use it.
    pub fn is_personal(&self) -> bool {
        matches!(
            self.kind,
            Kind::Mailbox | Kind::WorkMailbox | Kind::Mobile | Kind::Extension
        )
    }
}
