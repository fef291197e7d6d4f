//! What a member of staff may be.

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Agent,
    Head,
    Marketer,
    KeyAccountManager,
    Admin,
    Auditor,
}

impl Role {
    pub(crate) const ALL: [Self; 6] = [
        Self::Agent,
        Self::Head,
        Self::Marketer,
        Self::KeyAccountManager,
        Self::Admin,
        Self::Auditor,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Head => "head",
            Self::Marketer => "marketer",
            Self::KeyAccountManager => "key_account_manager",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
