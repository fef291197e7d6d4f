//! Names and contact points of a person.

/// How a person is called; any part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// The whole name in the order it was given.
    pub full: String,
    pub given: String,
    pub family: String,
}

impl PersonName {
    /// A name whose parts are not known apart.
    pub fn whole(full: impl Into<String>) -> Self {
        Self {
            full: full.into(),
            ..Self::default()
        }
    }

    pub fn is_empty(&self) -> bool {
        self.full.is_empty() && self.given.is_empty() && self.family.is_empty()
    }

    /// The name to show: as given, or put together from its parts.
    pub fn shown(&self) -> String {
        if !self.full.is_empty() {
            return self.full.clone();
        }
        format!("{} {}", self.given, self.family).trim().to_owned()
    }
}

/// A mailbox.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a finding of its own; a mailbox may be all of them"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// The spelling by which it is compared.
    pub canonical: String,
    /// The spelling messages are sent to.
    pub address: String,
    /// Read by several people (`info@`).
    pub role: bool,
    /// At a public provider: its domain says nothing of an employer.
    pub free_provider: bool,
    /// Typed to get past a form; proves nothing.
    pub junk: bool,
    /// The partner's who sent the record: it is not for the card.
    pub partner: bool,
}

impl Email {
    pub fn domain(&self) -> &str {
        self.canonical.rsplit('@').next().unwrap_or_default()
    }
}

/// What a number plan says of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A mobile, or a number that may be one: a person's until it proves shared.
    Personal,
    /// A fixed line: of a household or a company.
    Fixed,
    /// Toll-free, shared cost: never one person's.
    Service,
}

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// E.164.
    pub e164: String,
    pub line: Line,
    /// Typed to get past a form; proves nothing.
    pub junk: bool,
}

/// How a contact with a lead is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactKind {
    Call,
    Email,
    Meeting,
    Sms,
    Letter,
    Visit,
}

impl ContactKind {
    pub const ALL: [Self; 6] = [
        Self::Call,
        Self::Email,
        Self::Meeting,
        Self::Sms,
        Self::Letter,
        Self::Visit,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Sms => "sms",
            Self::Letter => "letter",
            Self::Visit => "visit",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
