//! The kinds of fields that requests and events are made of.

use std::fmt::Display;
use std::str::FromStr;

use clock::Timestamp;
use proto::convert::to_timestamp;
use proto::types::v1 as types;
use rpc::decode::{Fields, Invalid};

use crate::domain::contract::Edit;
use crate::domain::money::{InvalidMoney, Money};
use crate::domain::month::Month;

/// Characters of a title or name.
pub const MAX_NAME: usize = 200;

/// Characters of a text.
pub const MAX_TEXT: usize = 20_000;

/// Years that are written alike in all places: 1970 to 9999, in seconds.
const CALENDAR: std::ops::RangeInclusive<i64> = 0..=253_402_300_799;

/// The only field of a request that names one thing.
pub fn id<T>(field: &str, text: &str) -> Result<T, Invalid>
where
    T: FromStr,
    T::Err: Display,
{
    let mut fields = Fields::new();
    let id = fields.parse(field, text);
    fields.finish(|| id)
}

/// An instant that may be absent.
pub fn time(
    fields: &mut Fields,
    field: &str,
    at: Option<&prost_types::Timestamp>,
) -> Option<Option<Timestamp>> {
    let Some(at) = at else {
        return Some(None);
    };
    let time = to_timestamp(at).filter(|_| CALENDAR.contains(&at.seconds));
    fields
        .read(field, time.ok_or("is not a time from 1970 to 9999"))
        .map(Some)
}

/// An instant that must be given.
pub fn required_time(
    fields: &mut Fields,
    field: &str,
    at: Option<&prost_types::Timestamp>,
) -> Option<Timestamp> {
    let at = time(fields, field, at)?;
    fields.require(field, at)
}

/// An amount above zero that may be absent.
pub fn positive(
    fields: &mut Fields,
    field: &str,
    amount: Option<&types::Money>,
) -> Option<Option<Money>> {
    let amount = money(fields, field, amount)?;
    if amount.as_ref().is_some_and(|amount| amount.minor() == 0) {
        let field = format!("{field}.minor");
        fields.wrong(&field, "OUT_OF_RANGE", "is above zero");
        return None;
    }
    Some(amount)
}

/// An amount that may be absent.
pub fn money(
    fields: &mut Fields,
    field: &str,
    amount: Option<&types::Money>,
) -> Option<Option<Money>> {
    let Some(amount) = amount else {
        return Some(None);
    };
    match Money::try_new(amount.minor, &amount.currency) {
        Ok(money) => Some(Some(money)),
        Err(error @ InvalidMoney::Amount) => {
            fields.wrong(&format!("{field}.minor"), "OUT_OF_RANGE", error);
            None
        }
        Err(error @ InvalidMoney::Currency) => {
            fields.wrong(&format!("{field}.currency"), "MALFORMED", error);
            None
        }
    }
}

/// Text that may be empty.
pub fn text(fields: &mut Fields, field: &str, text: &str) -> Option<String> {
    fields
        .text_optional(field, text, MAX_TEXT)
        .map(Option::unwrap_or_default)
}

/// A reference to be kept, cleared (by empty text) or set.
pub fn edit<T>(fields: &mut Fields, field: &str, text: Option<&str>) -> Option<Edit<T>>
where
    T: FromStr,
    T::Err: Display,
{
    match text {
        None => Some(Edit::Keep),
        Some("") => Some(Edit::Clear),
        Some(text) => fields.parse(field, text).map(Edit::Set),
    }
}

/// Reads a field if it is given at all.
pub fn given<T>(field: Option<&String>, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(text) => read(text).map(Some),
    }
}

/// A text of another service, which has limits of its own, cut to ours.
pub fn shortened(text: &str, longest: usize) -> String {
    text.trim().chars().take(longest).collect()
}

/// The months from one to another, at most so many.
pub fn months(fields: &mut Fields, (first, last): (&str, &str), most: usize) -> Option<Vec<Month>> {
    let first: Option<Month> = fields.parse("first_month", first);
    let last = fields.parse("last_month", last);
    let months = first?.up_to(last?, most);
    if months.is_none() {
        let limit = format!("is the first month or later, at most {most} months in all");
        fields.wrong("last_month", "OUT_OF_RANGE", limit);
    }
    months
}
