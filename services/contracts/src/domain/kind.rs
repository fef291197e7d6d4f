//! What a contract is to the one before it.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Kind {
    #[default]
    New,
    /// Goes on where the one before ends.
    Renewal,
    /// Makes the one before longer, by a contract of its own.
    Extension,
    /// More of the same, by a contract of its own.
    Expansion,
    /// Something else for the same client.
    CrossSale,
}

/// The text names no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a contract is new, renewal, extension, expansion or cross_sale")]
pub struct UnknownKind;

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Renewal => "renewal",
            Self::Extension => "extension",
            Self::Expansion => "expansion",
            Self::CrossSale => "cross_sale",
        }
    }

    /// Whether such a contract carries on what the one before was about.
    pub fn carries_on(self) -> bool {
        matches!(self, Self::Renewal | Self::Extension | Self::Expansion)
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
        [
            Self::New,
            Self::Renewal,
            Self::Extension,
            Self::Expansion,
            Self::CrossSale,
        ]
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
        for text in ["new", "renewal", "extension", "expansion", "cross_sale"] {
            assert_eq!(text.parse::<Kind>().unwrap().to_string(), text);
        }
        assert_eq!("sale".parse::<Kind>(), Err(UnknownKind));
    }
}
