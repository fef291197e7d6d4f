//! The next contact that is planned on a deal.

use std::fmt;
use std::str::FromStr;

use clock::Timestamp;

/// When and how the client is to be contacted next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextContact {
    pub at: Timestamp,
    pub kind: Kind,
}

/// How.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Call,
    Email,
    Meeting,
    Sms,
    Letter,
    Visit,
}

/// No kind of contact is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a contact is a call, email, meeting, sms, letter or visit")]
pub struct UnknownKind;

impl Kind {
    const ALL: [Self; 6] = [
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
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert_eq!("dance".parse::<Kind>(), Err(UnknownKind));
    }
}
