//! Records of partners and entries by hand.

use std::collections::BTreeMap;

use proto::intake::v1::LeadInput;
use rpc::{
    Failure as _,
    decode::{Fields, Invalid},
};

use super::{ContentHash, Digest, Draft, Place, Read, draft::CONTACTS_MAX, text};
use crate::domain::{contact::PersonName, evidence::Flag, reason::Reason};

/// Campaign parameters of one record.
const UTM_MAX: usize = 20;

/// Whose record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Must name its records.
    Partner,
    /// May leave the name out.
    Staff,
}

/// Refuses a record that breaks a limit; all that is wrong at once.
pub fn check(lead: &LeadInput, sender: Sender) -> Result<(), Invalid> {
    let mut fields = Fields::new();
    fields.nested("lead", |fields| {
        if lead.external_id.trim().is_empty() && sender == Sender::Partner {
            fields.wrong("external_id", "REQUIRED", "is required");
        }
        texts(lead, fields);
        for (name, values) in [("emails", &lead.emails), ("phones", &lead.phones)] {
            if values.len() > CONTACTS_MAX {
                fields.wrong(
                    name,
                    "TOO_MANY",
                    format!("has more than {CONTACTS_MAX} entries"),
                );
            }
            for (index, value) in values.iter().take(CONTACTS_MAX).enumerate() {
                check_text(fields, &format!("{name}[{index}]"), value, text::NAME_MAX);
            }
        }
        if lead.utm.len() > UTM_MAX {
            fields.wrong(
                "utm",
                "TOO_MANY",
                format!("has more than {UTM_MAX} entries"),
            );
        }
        for (name, value) in lead.utm.iter().take(UTM_MAX) {
            check_text(fields, "utm", name, text::NAME_MAX);
            check_text(fields, "utm", value, text::NAME_MAX);
        }
        Some(())
    });
    fields.finish(|| Some(()))
}

fn texts(lead: &LeadInput, fields: &mut Fields) {
    for (name, value, max) in [
        ("external_id", &lead.external_id, text::KEY_MAX),
        ("full_name", &lead.full_name, text::NAME_MAX),
        ("given_name", &lead.given_name, text::NAME_MAX),
        ("family_name", &lead.family_name, text::NAME_MAX),
        ("organisation", &lead.organisation, text::NAME_MAX),
        ("city", &lead.city, text::NAME_MAX),
        ("topic", &lead.topic, text::NAME_MAX),
        ("sale_object", &lead.sale_object, text::NAME_MAX),
        ("referrer", &lead.referrer, 2_000),
        ("referral_code", &lead.referral_code, text::REFERRAL_MAX),
        ("country", &lead.country, text::NAME_MAX),
        ("locale", &lead.locale, text::NAME_MAX),
        ("campaign_id", &lead.campaign_id, text::NAME_MAX),
        ("message", &lead.message, text::TEXT_MAX),
    ] {
        check_text(fields, name, value, max);
    }
}

fn check_text(fields: &mut Fields, name: &str, value: &str, max: usize) {
    if value.chars().count() > max {
        fields.wrong(name, "TOO_LONG", format!("is longer than {max} characters"));
    } else if text::has_control(value) {
        fields.wrong(name, "CONTROL_CHARACTER", "has control characters");
    }
}

/// Reads a record that was checked.
pub fn read(lead: &LeadInput, place: Place<'_>) -> Read {
    let mut draft = Draft::at(place);
    draft.place(&lead.country, &lead.locale);
    for (index, email) in lead.emails.iter().enumerate() {
        draft.email(&format!("emails[{index}]"), email);
    }
    for (index, phone) in lead.phones.iter().enumerate() {
        draft.phone(&format!("phones[{index}]"), phone);
    }
    draft.evidence.organisation = draft.line(&lead.organisation);
    draft.evidence.city = draft.line(&lead.city);
    draft.evidence.sale_object = draft.line(&lead.sale_object);
    if !lead.topic.trim().is_empty() {
        draft.evidence.topic = draft.line(&lead.topic);
    }
    draft.evidence.message = draft.block(&lead.message);
    draft.evidence.private_person = lead.private_person;
    if !lead.campaign_id.is_empty() && campaign(lead).is_none() {
        draft.evidence.flag(Flag::CampaignInvalid);
    }
    draft.occurred = lead.occurred_at.as_ref().map(|at| at.seconds);
    let name = PersonName {
        full: lead.full_name.clone(),
        given: lead.given_name.clone(),
        family: lead.family_name.clone(),
    };
    draft.finish(&name, key(lead), content(lead))
}

/// A record that broke a limit, for a stream that goes on.
pub fn refused(lead: &LeadInput, invalid: &Invalid) -> Read {
    let violations = invalid.violations();
    let any = |reason: &str| violations.iter().any(|it| it.reason == reason);
    let reason = if lead.external_id.trim().is_empty() {
        Reason::ExternalIdMissing
    } else if any("TOO_LONG") || any("TOO_MANY") {
        Reason::FieldLimit
    } else {
        Reason::FieldInvalid
    };
    let detail: Vec<String> = violations
        .iter()
        .map(|it| format!("{}: {}", it.field, it.reason))
        .collect();
    Read {
        key: key(lead),
        ..Read::refused(reason, detail.join("; "), content(lead))
    }
}

/// The campaign that the sender was told to name.
pub fn campaign(lead: &LeadInput) -> Option<ids::CampaignId> {
    lead.campaign_id.parse().ok()
}

/// The sender's name of the record, if it can be one.
pub fn key(lead: &LeadInput) -> Option<String> {
    let key = lead.external_id.trim();
    let fits = !key.is_empty() && key.chars().count() <= text::KEY_MAX && !text::has_control(key);
    fits.then(|| key.to_owned())
}

/// Campaign parameters in order.
pub fn utm(lead: &LeadInput) -> BTreeMap<String, String> {
    lead.utm
        .iter()
        .take(UTM_MAX)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// What the record says, without the name it goes by.
fn content(lead: &LeadInput) -> ContentHash {
    let occurred = lead
        .occurred_at
        .as_ref()
        .map(|at| format!("{}.{}", at.seconds, at.nanos));
    let utm: BTreeMap<&String, &String> = lead.utm.iter().collect();
    let digest = Digest::new()
        .parts([
            &lead.full_name,
            &lead.given_name,
            &lead.family_name,
            &lead.organisation,
            &lead.city,
            &lead.country,
            &lead.locale,
            &lead.message,
            &lead.topic,
            &lead.sale_object,
            &lead.referrer,
            &lead.campaign_id,
        ])
        .parts(&lead.emails)
        .parts(&lead.phones)
        .parts(utm.iter().flat_map(|(name, value)| [name, value]))
        .part(occurred.unwrap_or_default())
        .part([u8::from(lead.private_person)]);
    // Without a code the hash is what it was before there were codes.
    match lead.referral_code.as_str() {
        "" => digest.finish(),
        code => digest.part(code).finish(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> LeadInput {
        LeadInput {
            external_id: "r-1".to_owned(),
            full_name: "Nora Field".to_owned(),
            emails: vec!["nora@field.eu".to_owned()],
            utm: [("utm_source", "a"), ("utm_medium", "b")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            ..LeadInput::default()
        }
    }

    #[test]
    fn the_name_of_a_record_is_not_its_content() {
        let other = LeadInput {
            external_id: "r-2".to_owned(),
            ..record()
        };
        assert_eq!(content(&record()), content(&other));
        let changed = LeadInput {
            message: "x".to_owned(),
            ..record()
        };
        assert_ne!(content(&record()), content(&changed));
        let moved = LeadInput {
            emails: Vec::new(),
            phones: record().emails,
            ..record()
        };
        assert_ne!(content(&record()), content(&moved));
    }

    #[test]
    fn all_that_breaks_a_limit_is_named() {
        let bad = LeadInput {
            external_id: String::new(),
            full_name: "n".repeat(1_000_000),
            organisation: "a\0b".to_owned(),
            emails: vec!["x".to_owned(); 11],
            ..record()
        };
        let invalid = check(&bad, Sender::Partner).unwrap_err();
        let found: Vec<String> = invalid
            .violations()
            .iter()
            .map(|it| format!("{} {}", it.field, it.reason))
            .collect();
        assert_eq!(
            found,
            [
                "lead.external_id REQUIRED",
                "lead.full_name TOO_LONG",
                "lead.organisation CONTROL_CHARACTER",
                "lead.emails TOO_MANY"
            ]
        );
        assert!(check(&record(), Sender::Partner).is_ok());
        let unnamed = LeadInput {
            external_id: String::new(),
            ..record()
        };
        assert!(check(&unnamed, Sender::Staff).is_ok());
    }

    #[test]
    fn a_stream_hears_the_reason_of_a_bad_record() {
        for (bad, reason) in [
            (
                LeadInput {
                    external_id: String::new(),
                    ..record()
                },
                Reason::ExternalIdMissing,
            ),
            (
                LeadInput {
                    full_name: "n".repeat(300),
                    ..record()
                },
                Reason::FieldLimit,
            ),
            (
                LeadInput {
                    full_name: "a\0".to_owned(),
                    ..record()
                },
                Reason::FieldInvalid,
            ),
        ] {
            let invalid = check(&bad, Sender::Partner).unwrap_err();
            let read = refused(&bad, &invalid);
            let crate::domain::evidence::Reading::Refused { reason: found, .. } = read.reading
            else {
                panic!("{reason} was read");
            };
            assert_eq!(found, reason);
        }
    }
}
