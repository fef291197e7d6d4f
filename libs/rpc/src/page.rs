//! Lists in pages: how many rows, and where the next page begins.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::decode::Invalid;

/// Rows in a page when the caller does not say.
pub const DEFAULT_SIZE: u32 = 50;
/// Rows in a page at most, whatever the caller says.
pub const MAX_SIZE: u32 = 500;
/// A cursor is a few keys; anything longer was not made here.
const LONGEST_TOKEN: usize = 2_048;

/// The number of rows to return: 0 asks for the default, too many are cut to the most.
pub fn size(requested: i32) -> Result<u32, Invalid> {
    match u32::try_from(requested) {
        Ok(0) => Ok(DEFAULT_SIZE),
        Ok(size) => Ok(size.min(MAX_SIZE)),
        Err(_) => Err(Invalid::field("page_size", "OUT_OF_RANGE", "is negative")),
    }
}

/// Writes a cursor (the sort keys of the last row) as an opaque page token.
///
/// A cursor that JSON cannot express gives an empty token, which ends the list.
pub fn encode<C: Serialize>(cursor: &C) -> String {
    match serde_json::to_vec(cursor) {
        Ok(json) => URL_SAFE_NO_PAD.encode(json),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cursor cannot be written"
            );
            String::new()
        }
    }
}

/// Reads a page token; the empty one stands for the first page.
pub fn decode<C: DeserializeOwned>(token: &str) -> Result<Option<C>, Invalid> {
    if token.is_empty() {
        return Ok(None);
    }
    let cursor = Some(token)
        .filter(|token| token.len() <= LONGEST_TOKEN)
        .and_then(|token| URL_SAFE_NO_PAD.decode(token).ok())
        .and_then(|json| serde_json::from_slice(&json).ok());
    match cursor {
        Some(cursor) => Ok(Some(cursor)),
        None => Err(Invalid::field(
            "page_token",
            "MALFORMED",
            "is not a page token",
        )),
    }
}

/// Cuts rows read with a limit of `size + 1` to one page, and gives the token of the next.
pub fn cut<T, C: Serialize>(
    mut rows: Vec<T>,
    size: u32,
    cursor: impl FnOnce(&T) -> C,
) -> (Vec<T>, String) {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if rows.len() <= size {
        return (rows, String::new());
    }
    rows.truncate(size);
    let token = rows.last().map(|row| encode(&cursor(row)));
    (rows, token.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_default_and_a_largest_size() {
        assert_eq!(size(0), Ok(50));
        assert_eq!(size(7), Ok(7));
        assert_eq!(size(i32::MAX), Ok(500));
        assert!(size(-1).is_err());
    }

    #[test]
    fn a_cursor_survives_its_token() {
        let cursor = ("Щербаков".to_owned(), 42_i64);
        let token = encode(&cursor);
        assert_eq!(decode(&token), Ok(Some(cursor)));
        assert_eq!(decode::<String>(""), Ok(None));
    }

    #[test]
    fn a_token_that_was_not_made_here_is_refused() {
        for token in ["%", "bm8", &encode(&"text"), &"A".repeat(1_000_000)] {
            assert!(decode::<(String, i64)>(token).is_err(), "{token:.20}");
        }
    }

    #[test]
    fn pages_follow_one_another_until_the_rows_end() {
        let (rows, token) = cut(vec![1, 2, 3], 2, |row| *row);
        assert_eq!(rows, [1, 2]);
        assert_eq!(decode::<i32>(&token), Ok(Some(2)));
        let (rows, token) = cut(vec![3, 4], 2, |row| *row);
        assert_eq!((rows, token), (vec![3, 4], String::new()));
    }
}
