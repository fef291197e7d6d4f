//! Short stable names of reasons.

use std::fmt;

/// Longest code.
pub const MAX_LEN: usize = 50;

/// A stable name of small letters, digits, `_` and `-`, such as `competitor`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

/// The text cannot be a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code is 1 to {MAX_LEN} small letters, digits, `_` or `-`")]
pub struct InvalidCode;

impl Code {
    pub fn try_new(text: &str) -> Result<Self, InvalidCode> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if text.is_empty() || text.len() > MAX_LEN || !text.chars().all(plain) {
            return Err(InvalidCode);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_plain() {
        for good in ["need", "stage-2", "a_b", &"x".repeat(MAX_LEN)] {
            assert_eq!(Code::try_new(good).unwrap().as_str(), good);
        }
        for bad in ["", "Need", "два", "a b", "a\0", &"x".repeat(MAX_LEN + 1)] {
            assert_eq!(Code::try_new(bad), Err(InvalidCode), "{bad:?}");
        }
    }
}
