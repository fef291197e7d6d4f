//! The kinds of fields that events are made of.

use clock::Timestamp;
use proto::convert::to_timestamp;
use proto::types::v1 as types;
use rpc::decode::Fields;

use crate::domain::fact::{Money, Source};

/// Years that are written alike in all places: 1970 to 9999, in seconds.
const CALENDAR: std::ops::RangeInclusive<i64> = 0..=253_402_300_799;

/// An instant that may be absent.
#[expect(clippy::option_option, reason = "what is absent is not wrong")]
pub(super) fn time(
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

/// An instant, that of the event when it has none of its own.
pub(super) fn time_or(
    fields: &mut Fields,
    field: &str,
    at: Option<&prost_types::Timestamp>,
    event: Timestamp,
) -> Option<Timestamp> {
    time(fields, field, at).map(|time| time.unwrap_or(event))
}

/// An amount that may be absent.
#[expect(clippy::option_option, reason = "what is absent is not wrong")]
pub(super) fn money(
    fields: &mut Fields,
    field: &str,
    amount: Option<&types::Money>,
) -> Option<Option<Money>> {
    let Some(amount) = amount else {
        return Some(None);
    };
    let currency = &amount.currency;
    let known = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    let money = known.then(|| Money {
        minor: amount.minor,
        currency: currency.clone(),
    });
    fields
        .read(
            field,
            money.ok_or("its currency is not three capital letters"),
        )
        .map(Some)
}

/// Where something came from; empty when it is not said.
pub(super) fn source(fields: &mut Fields, source: Option<&types::Source>) -> Option<Source> {
    let Some(source) = source else {
        return Some(Source::default());
    };
    fields.nested("source", |fields| {
        let campaign = fields.parse_optional("campaign_id", &source.campaign_id);
        let activity = fields.parse_optional("activity_id", &source.activity_id);
        let partner = fields.parse_optional("partner_id", &source.partner_id);
        let response = fields.parse_optional("response_id", &source.response_id);
        Some(Source {
            channel: source.channel.clone(),
            name: source.name.clone(),
            campaign: campaign?,
            activity: activity?,
            partner: partner?,
            response: response?,
        })
    })
}

/// A source without the page or person that it came by.
pub(super) fn kept_source(source: Option<types::Source>) -> Option<types::Source> {
    source.map(|it| types::Source {
        channel: it.channel,
        name: it.name,
        campaign_id: it.campaign_id,
        activity_id: it.activity_id,
        partner_id: it.partner_id,
        response_id: it.response_id,
        ..types::Source::default()
    })
}
