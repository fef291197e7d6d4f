//! Announcements of a telephony system.

use chrono::{DateTime, Utc};
use clock::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

use super::{Digest, Draft, Place, Read, text};
use crate::domain::{contact::PersonName, reason::Reason};

/// A larger announcement is refused before it is read.
pub const BODY_MAX: usize = 64 * 1024;
/// How far the time of a signature may be off.
const SIGNATURE_AGE_MAX_S: i64 = 300;

/// Step of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Ringing,
    Answered,
    Ended,
}

/// An announcement as it arrives.
#[derive(Debug, Clone, Deserialize)]
pub struct Announcement {
    pub call_id: String,
    pub event: Step,
    #[serde(default, deserialize_with = "text_or_null")]
    pub from: String,
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "text_or_null")]
    pub caller_name: String,
    /// Organisation, address and place as the exchange or its clerk knows them.
    #[serde(default, deserialize_with = "text_or_null")]
    pub organisation: String,
    #[serde(default, deserialize_with = "text_or_null")]
    pub email: String,
    #[serde(default, deserialize_with = "text_or_null")]
    pub city: String,
    #[serde(default, deserialize_with = "text_or_null")]
    pub country: String,
    #[serde(default, deserialize_with = "text_or_null")]
    pub agent: String,
    #[serde(default)]
    pub duration_s: Option<i64>,
    #[serde(default, deserialize_with = "text_or_null")]
    pub note: String,
}

/// Telephony systems write `null` for what they do not know.
fn text_or_null<'de, D: serde::Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(source)?.unwrap_or_default())
}

/// Why a signature is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forged {
    Invalid,
    Expired,
}

/// Checks `v1=` + hex HMAC-SHA-256 over `<timestamp>.<body>`.
pub fn verify(
    secret: &str,
    timestamp: &str,
    body: &[u8],
    signature: &str,
    now: Timestamp,
) -> Result<(), Forged> {
    let tag = signature
        .strip_prefix("v1=")
        .and_then(|digits| hex::decode(digits).ok());
    let tag = tag.ok_or(Forged::Invalid)?;
    let seconds: i64 = timestamp.parse().map_err(|_| Forged::Invalid)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Forged::Invalid)?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    // Compared in constant time, and before the age: a forger learns nothing of either.
    mac.verify_slice(&tag).map_err(|_| Forged::Invalid)?;
    if now.timestamp().abs_diff(seconds) > SIGNATURE_AGE_MAX_S.unsigned_abs() {
        return Err(Forged::Expired);
    }
    Ok(())
}

/// The announcement in a body, or what is wrong with it.
fn parse(body: &[u8]) -> Result<Announcement, String> {
    let call: Announcement =
        serde_json::from_slice(body).map_err(|error| format!("not an announcement: {error}"))?;
    let length = call.call_id.chars().count();
    if length == 0 || length > text::KEY_MAX || text::has_control(&call.call_id) {
        return Err(format!(
            "call_id must have 1 to {} characters",
            text::KEY_MAX
        ));
    }
    Ok(call)
}

/// Reads an announcement, and gives it too if it is one. All those of one call are one submission.
pub fn read(body: &[u8], place: Place<'_>) -> (Read, Option<Announcement>) {
    match parse(body) {
        Ok(call) => (understand(&call, place), Some(call)),
        Err(detail) => {
            let hash = Digest::new().part(body).finish();
            (Read::refused(Reason::MalformedBody, detail, hash), None)
        }
    }
}

fn understand(call: &Announcement, place: Place<'_>) -> Read {
    let mut draft = Draft::at(place);
    draft.place(&call.country, "");
    if is_withheld(&call.from) {
        "a call without a number".clone_into(&mut draft.evidence.message);
    } else {
        draft.phone("from", &call.from);
    }
    if !call.email.is_empty() {
        draft.email("email", &call.email);
    }
    draft.evidence.organisation = draft.line(&call.organisation);
    draft.evidence.city = draft.line(&call.city);
    if !call.note.is_empty() {
        draft.evidence.message = draft.block(&call.note);
    }
    let hash = Digest::new().part(&call.call_id).finish();
    draft.finish(
        &PersonName::whole(call.caller_name.clone()),
        Some(call.call_id.clone()),
        hash,
    )
}

fn is_withheld(number: &str) -> bool {
    let lower = number.trim().to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "" | "anonymous" | "unknown" | "private" | "withheld" | "restricted" | "unavailable"
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn only_a_fresh_and_true_signature_passes() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let stamp = now.timestamp().to_string();
        let body = br#"{"call_id":"1"}"#;
        let sign = |secret: &str, stamp: &str| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
            mac.update(format!("{stamp}.").as_bytes());
            mac.update(body);
            format!("v1={}", hex::encode(mac.finalize().into_bytes()))
        };
        let good = sign("secret", &stamp);
        assert_eq!(verify("secret", &stamp, body, &good, now), Ok(()));
        let late = now + TimeDelta::seconds(301);
        assert_eq!(
            verify("secret", &stamp, body, &good, late),
            Err(Forged::Expired)
        );
        for (stamp, body, signature) in [
            (stamp.as_str(), &b"{}"[..], good.as_str()),
            (stamp.as_str(), body, &sign("other", &stamp)),
            (stamp.as_str(), body, good.trim_start_matches("v1=")),
            (stamp.as_str(), body, "v1="),
            (stamp.as_str(), body, "v1=zz"),
            ("", body, &sign("secret", "")),
            ("1", body, good.as_str()),
        ] {
            assert_eq!(
                verify("secret", stamp, body, signature, now),
                Err(Forged::Invalid)
            );
        }
    }

    #[test]
    fn a_number_is_read_by_the_country_of_its_line() {
        let place = Place {
            country: "LV",
            ..Place::default()
        };
        let body = br#"{"call_id":"c-1","event":"ringing","from":"26555142","to":"67000000"}"#;
        let (read, _) = read(body, place);
        assert_eq!(read.key.as_deref(), Some("c-1"));
        assert_eq!(read.evidence().unwrap().phones[0].e164, "+37126555142");
    }

    #[test]
    fn a_withheld_number_is_no_wrong_one() {
        let body = br#"{"call_id":"c-1","event":"ended","from":"anonymous"}"#;
        let (read, _) = read(body, Place::default());
        assert!(read.evidence().unwrap().unusable.is_empty());
    }
}
