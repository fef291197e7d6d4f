//! Where a contract stands, in a word.

use super::State;

/// The state of a contract without what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateName {
    Draft,
    Sent,
    Signed,
    Active,
    Ended,
}

impl State {
    pub fn name(&self) -> StateName {
        match self {
            Self::Draft => StateName::Draft,
            Self::Sent { .. } => StateName::Sent,
            Self::Signed { .. } => StateName::Signed,
            Self::Active { .. } => StateName::Active,
            Self::Ended { .. } => StateName::Ended,
        }
    }
}

impl StateName {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Signed => "signed",
            Self::Active => "active",
            Self::Ended => "ended",
        }
    }
}
