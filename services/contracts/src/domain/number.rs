//! The number by which people call a contract.

use std::fmt;
use std::str::FromStr;

/// `C-2026-00042`: the year of the draft and a counter in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub year: i32,
    pub counter: i64,
}

/// The text is not a number of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number is like C-2026-00042")]
pub struct InvalidNumber;

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C-{}-{:05}", self.year, self.counter)
    }
}

impl FromStr for Number {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        let (year, counter) = text
            .strip_prefix("C-")
            .and_then(|rest| rest.split_once('-'))
            .ok_or(InvalidNumber)?;
        Ok(Self {
            year: year.parse().map_err(|_| InvalidNumber)?,
            counter: counter.parse().map_err(|_| InvalidNumber)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back() {
        for (counter, text) in [(1, "C-2026-00001"), (123_456, "C-2026-123456")] {
            let number = Number {
                year: 2026,
                counter,
            };
            assert_eq!(number.to_string(), text);
            assert_eq!(text.parse(), Ok(number));
        }
        for text in ["", "C-", "C-2026", "2026-1", "C-x-1", "C-2026-x"] {
            assert_eq!(text.parse::<Number>(), Err(InvalidNumber), "{text}");
        }
    }
}
