//! CloudEvents in binary mode: an event's attributes are headers, its payload is the bare message.

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::{
    event::{RawEvent, Undecodable},
    transport::Message,
};

const ID: &str = "ce-id";
const TYPE: &str = "ce-type";
const SOURCE: &str = "ce-source";
const SUBJECT: &str = "ce-subject";
const TIME: &str = "ce-time";
const REVISION: &str = "ce-revision";
const VERSION: &str = "ce-specversion";
const CONTENT_TYPE: &str = "content-type";
const OWN: [&str; 8] = [
    ID,
    TYPE,
    SOURCE,
    SUBJECT,
    TIME,
    REVISION,
    VERSION,
    CONTENT_TYPE,
];

/// The message that carries an event of the service `source`.
pub(crate) fn encode(event: RawEvent, source: &str) -> Message {
    let mut headers = event.headers;
    for (name, value) in [
        (ID, event.id.to_string()),
        (TYPE, event.kind.clone()),
        (SOURCE, format!("tributary/{source}")),
        (SUBJECT, event.aggregate_id),
        (TIME, event.at.to_rfc3339_opts(SecondsFormat::Micros, true)),
        (REVISION, event.revision.to_string()),
        (VERSION, "1.0".to_owned()),
        (CONTENT_TYPE, "application/protobuf".to_owned()),
    ] {
        headers.insert(name.to_owned(), value);
    }
    Message {
        id: event.id.to_string(),
        subject: event.kind,
        headers,
        payload: event.payload,
    }
}

/// The event a message carries.
pub(crate) fn decode(message: &Message) -> Result<RawEvent, Undecodable> {
    let kind = text(message, TYPE)?;
    if kind != message.subject {
        return Err(Undecodable::Header(TYPE));
    }
    let at = DateTime::parse_from_rfc3339(text(message, TIME)?);
    let others = message.headers.iter();
    let others = others.filter(|(name, _)| !OWN.contains(&name.as_str()));
    Ok(RawEvent {
        id: Uuid::try_parse(text(message, ID)?).map_err(|_| Undecodable::Header(ID))?,
        kind: kind.to_owned(),
        aggregate_id: text(message, SUBJECT)?.to_owned(),
        revision: text(message, REVISION)?
            .parse()
            .map_err(|_| Undecodable::Header(REVISION))?,
        at: at
            .map_err(|_| Undecodable::Header(TIME))?
            .with_timezone(&Utc),
        headers: others.map(|(k, v)| (k.clone(), v.clone())).collect(),
        payload: message.payload.clone(),
    })
}

fn text<'a>(message: &'a Message, name: &'static str) -> Result<&'a str, Undecodable> {
    message
        .headers
        .get(name)
        .map(String::as_str)
        .ok_or(Undecodable::Header(name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bytes::Bytes;
    use chrono::TimeZone;

    use super::*;

    fn event() -> RawEvent {
        RawEvent {
            id: Uuid::from_u128(7),
            kind: "tributary.test.v1.Happened".to_owned(),
            aggregate_id: "lead_7".to_owned(),
            revision: 3,
            at: Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap(),
            headers: BTreeMap::from([("traceparent".to_owned(), "00-1-2-01".to_owned())]),
            payload: Bytes::from_static(b"payload"),
        }
    }

    #[test]
    fn an_event_reads_back_as_it_was_written() {
        let message = encode(event(), "test");
        assert_eq!(message.headers["ce-source"], "tributary/test");
        assert_eq!(message.headers["ce-time"], "2026-08-01T12:00:00.000000Z");
        assert_eq!(decode(&message).unwrap(), event());
    }

    #[test]
    fn each_missing_or_malformed_header_is_named() {
        for name in [ID, TYPE, SUBJECT, TIME, REVISION] {
            let mut message = encode(event(), "test");
            message.headers.remove(name);
            let error = decode(&message).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("header {name} is missing or malformed")
            );
        }
        for name in [ID, TYPE, TIME, REVISION] {
            let mut message = encode(event(), "test");
            message.headers.insert(name.to_owned(), "x".to_owned());
            let error = decode(&message).unwrap_err();
            assert!(matches!(error, Undecodable::Header(found) if found == name));
        }
    }
}
