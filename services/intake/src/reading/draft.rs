//! Evidence in the making: each fact is cleaned, canonical and flagged as it is added.

use std::sync::Arc;

use matching::{
    email, name,
    organisation::is_organisation,
    phone::{self, Hint},
    place,
    record::{Contact, Kind, Received, Record},
};

use super::{ContentHash, Place, Read, text};
use crate::domain::{
    contact::{Email, Line, PersonName, Phone},
    evidence::{Evidence, Flag, Reading, Unusable},
};

const SECONDS_PER_DAY: i64 = 86_400;
/// Contact points taken from one submission, of each kind.
pub(super) const CONTACTS_MAX: usize = 10;

/// Evidence in the making.
#[derive(Debug, Default)]
pub struct Draft {
    pub evidence: Evidence,
    /// When it happened, in Unix seconds, where that is told: a file holds what is old.
    pub occurred: Option<i64>,
    emails: Vec<email::Email>,
    phones: Vec<phone::Phone>,
    country: String,
    partner: bool,
    given: usize,
}

impl Draft {
    /// Evidence of something written at a place.
    pub fn at(place: Place<'_>) -> Self {
        let mut draft = Self {
            country: country(place.country),
            partner: place.partner,
            ..Self::default()
        };
        draft.evidence.locale = locale(place.locale);
        draft.evidence.topic = draft.line(place.topic);
        draft
    }

    /// Takes over language and country that the submission names itself.
    pub fn place(&mut self, own_country: &str, own_locale: &str) {
        let own_country = country(own_country);
        if !own_country.is_empty() {
            self.evidence.country.clone_from(&own_country);
            self.country = own_country;
        }
        let own_locale = locale(own_locale);
        if !own_locale.is_empty() {
            self.evidence.locale = own_locale;
        }
    }

    /// A line of text for the card.
    pub fn line(&mut self, raw: &str) -> String {
        let cleaned = text::line(raw, text::NAME_MAX);
        self.note(cleaned)
    }

    /// A longer text for the card.
    pub fn block(&mut self, raw: &str) -> String {
        let cleaned = text::block(raw, text::TEXT_MAX);
        self.note(cleaned)
    }

    fn note(&mut self, cleaned: text::Cleaned) -> String {
        if cleaned.cut {
            self.evidence.flag(Flag::TextCut);
        }
        if cleaned.dirty {
            self.evidence.flag(Flag::TextCleaned);
        }
        cleaned.text
    }

    /// Adds an address as received; `field` names it in a complaint.
    pub fn email(&mut self, field: &str, raw: &str) {
        let Some(field) = self.next(field, raw) else {
            return;
        };
        match email::canonical(raw) {
            Ok(email) => self.found_email(email),
            Err(invalid) => {
                self.evidence.flag(Flag::EmailInvalid);
                self.evidence.unusable.push(Unusable {
                    field,
                    reason: invalid.reason(),
                });
            }
        }
    }

    /// Adds an address that is known to be one.
    pub fn found_email(&mut self, email: email::Email) {
        if self.emails.len() >= CONTACTS_MAX
            || self
                .emails
                .iter()
                .any(|known| known.canonical == email.canonical)
        {
            return;
        }
        for (told, flag) in [
            (email.corrected, Flag::EmailCorrected),
            (email.junk, Flag::EmailJunk),
            (email.role, Flag::EmailRole),
        ] {
            if told {
                self.evidence.flag(flag);
            }
        }
        self.evidence.emails.push(Email {
            canonical: email.canonical.clone(),
            address: email.address.clone(),
            role: email.role,
            free_provider: email.free_provider,
            junk: email.junk,
            partner: false,
        });
        self.emails.push(email);
    }

    /// Adds a number as received.
    pub fn phone(&mut self, field: &str, raw: &str) {
        let Some(field) = self.next(field, raw) else {
            return;
        };
        match phone::e164(raw, hint(&self.country, &self.evidence.locale)) {
            Ok(phone) => self.found_phone(phone),
            Err(invalid) => {
                self.evidence.flag(Flag::PhoneInvalid);
                self.evidence.unusable.push(Unusable {
                    field,
                    reason: invalid.reason(),
                });
            }
        }
    }

    /// Adds a number that is known to be one.
    pub fn found_phone(&mut self, phone: phone::Phone) {
        if self.phones.len() >= CONTACTS_MAX
            || self.phones.iter().any(|known| known.key() == phone.key())
        {
            return;
        }
        if phone.junk {
            self.evidence.flag(Flag::PhoneJunk);
        } else if !phone.valid {
            self.evidence.flag(Flag::PhoneUnknown);
        }
        let line = match phone.kind {
            _ if phone.extension.is_some() => Line::Personal,
            phone::Kind::Fixed => Line::Fixed,
            phone::Kind::Service => Line::Service,
            _ => Line::Personal,
        };
        self.evidence.phones.push(Phone {
            e164: phone.e164.clone(),
            line,
            junk: phone.junk,
        });
        self.phones.push(phone);
    }

    /// How national numbers are read here.
    pub fn signature(&self, body: &str) -> matching::signature::Contacts {
        matching::signature::contacts(body, hint(&self.country, &self.evidence.locale))
    }

    /// Contacts are counted before they are read, so that ten thousand broken ones cost little.
    fn next(&mut self, field: &str, raw: &str) -> Option<String> {
        if raw.trim().is_empty() || self.given >= 2 * CONTACTS_MAX {
            return None;
        }
        self.given += 1;
        Some(field.to_owned())
    }

    /// Completes the evidence. A name that is no person's is left out, a firm's becomes the
    /// organisation; it is folded only now because a handle is known by its mailbox.
    pub fn finish(
        mut self,
        raw_name: &PersonName,
        key: Option<String>,
        content_hash: ContentHash,
    ) -> Read {
        let cleaned = PersonName {
            full: self.line(&raw_name.full),
            given: self.line(&raw_name.given),
            family: self.line(&raw_name.family),
        };
        let shown = cleaned.shown();
        let mailboxes: Vec<&str> = self
            .emails
            .iter()
            .map(|email| email.local.as_str())
            .collect();
        let folded = name::fold_beside(&shown, &mailboxes);
        if folded.is_empty() {
            if self.evidence.organisation.is_empty() && is_organisation(&shown) {
                self.evidence.organisation = shown;
            }
            self.evidence.flag(Flag::NameMissing);
        } else {
            self.evidence.name = PersonName {
                full: shown,
                ..cleaned.clone()
            };
        }
        if !self.evidence.has_contact() {
            self.evidence.flag(Flag::ContactMissing);
        }
        let record = self.record(&cleaned);
        for email in &mut self.evidence.emails {
            let own = |it: &&Contact| it.value == email.canonical;
            let contact = record.contacts.iter().find(own);
            email.partner = contact.is_some_and(|it| it.kind == Kind::Partner);
        }
        self.evidence.flags.sort();
        Read {
            reading: Reading::Evidence(Box::new(self.evidence)),
            record: Arc::new(record),
            key,
            content_hash,
        }
    }

    /// The form by which it is compared. The name goes in as it was written: a firm's tells the
    /// organisation, a handle spells a name.
    fn record(&self, name: &PersonName) -> Record {
        let evidence = &self.evidence;
        let received = Received {
            full_name: given(&name.full),
            given_name: given(&name.given),
            family_name: given(&name.family),
            organisation: given(&evidence.organisation),
            city: given(&evidence.city),
            country: given(&self.country),
            message: given(&evidence.message),
            locale: given(&evidence.locale),
            from_partner: self.partner,
            day: self.occurred.and_then(day_of),
            ..Received::default()
        };
        let record = Record::of(&received, &self.emails, &self.phones);
        // The door's country tells how numbers are read, not where somebody is.
        Record {
            country: place::country(&evidence.country),
            ..record
        }
    }
}

/// The day of an instant in Unix seconds, in days since 1970-01-01.
pub fn day_of(seconds: i64) -> Option<i32> {
    i32::try_from(seconds.div_euclid(SECONDS_PER_DAY)).ok()
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn hint<'a>(country: &'a str, locale: &'a str) -> Hint<'a> {
    Hint {
        country: given(country),
        locale: given(locale),
    }
}

/// Two letters, or nothing.
fn country(raw: &str) -> String {
    let code = raw.trim().to_ascii_uppercase();
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    if is_code { code } else { String::new() }
}

/// The language of `ru-RU`, or nothing.
fn locale(raw: &str) -> String {
    let language = raw
        .trim()
        .split(['-', '_', ',', ';'])
        .next()
        .unwrap_or_default();
    let language = language.to_ascii_lowercase();
    let is_code = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if is_code { language } else { String::new() }
}
