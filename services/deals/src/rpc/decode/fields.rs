//! The kinds of fields that requests and events are made of.

use std::fmt::Display;
use std::str::FromStr;

use clock::Timestamp;
use proto::convert::to_timestamp;
use proto::types::v1 as types;
use rpc::decode::{Fields, Invalid};

use crate::domain::code::Code;
use crate::domain::deal::Edit;
use crate::domain::money::{InvalidMoney, Money};
use crate::domain::source::Source;

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

/// A currency that may be absent.
pub fn currency(fields: &mut Fields, field: &str, currency: &str) -> Option<Option<String>> {
    if currency.is_empty() {
        return Some(None);
    }
    let money = fields.read(field, Money::try_new(0, currency))?;
    Some(Some(money.currency().to_owned()))
}

/// Text that may be empty.
pub fn text(fields: &mut Fields, field: &str, text: &str) -> Option<String> {
    fields
        .text_optional(field, text, MAX_TEXT)
        .map(Option::unwrap_or_default)
}

/// A name that may be empty.
pub fn name(fields: &mut Fields, field: &str, text: &str) -> Option<String> {
    fields
        .text_optional(field, text, MAX_NAME)
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

/// A code that may be absent.
pub fn code(fields: &mut Fields, field: &str, code: &str) -> Option<Option<Code>> {
    let code = Some(code).filter(|code| !code.is_empty());
    fields.read(field, code.map(Code::try_new).transpose())
}

/// Reads a field if it is given at all.
pub fn given<T>(field: Option<&String>, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(text) => read(text).map(Some),
    }
}

/// The source of a lead: kept as received.
pub fn source(source: &types::Source) -> Source {
    let types::Source {
        channel,
        name,
        campaign_id,
        activity_id,
        partner_id,
        response_id,
        referrer,
        utm,
        referral_code,
    } = source.clone();
    Source {
        channel,
        name,
        campaign_id,
        activity_id,
        partner_id,
        response_id,
        referrer,
        utm: utm.into_iter().collect(),
        referral_code,
    }
}

/// A text of another service, which has limits of its own, cut to ours.
pub fn shortened(text: &str, longest: usize) -> String {
    text.trim().chars().take(longest).collect()
}
