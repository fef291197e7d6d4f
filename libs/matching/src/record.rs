//! A submission in the form by which it is compared: what [`Record::read`] makes of the fields as
//! received, and what is stored of it.

mod contact;
mod text;

use crate::{
    address::{self, Address},
    email::{self, Email},
    name::{self, Name},
    organisation,
    phone::{self, Hint, Phone},
    place, signature,
};

pub use contact::{Contact, Kind};
pub use text::Unreadable;

/// Most contacts of one record that are kept.
const CONTACTS_MAX: usize = 6;

/// The fields of a submission, as received.
#[derive(Clone, Debug, Default)]
pub struct Received<'a> {
    /// The whole name, in any order and script.
    pub full_name: Option<&'a str>,
    /// The given name, where the channel sends it apart.
    pub given_name: Option<&'a str>,
    /// The family name, where the channel sends it apart.
    pub family_name: Option<&'a str>,
    /// The organisation's name.
    pub organisation: Option<&'a str>,
    /// E-mail addresses.
    pub emails: Vec<&'a str>,
    /// Telephone numbers.
    pub phones: Vec<&'a str>,
    /// Town.
    pub city: Option<&'a str>,
    /// ISO 3166 alpha-2 code.
    pub country: Option<&'a str>,
    /// The postal address beside the town.
    pub address: address::Received<'a>,
    /// Free text, whose signature may hold a name and contacts.
    pub message: Option<&'a str>,
    /// Language of the channel: `ru`, `uk-UA`.
    pub locale: Option<&'a str>,
    /// A partner's file, which may carry the partner's contacts in place of the person's.
    pub from_partner: bool,
    /// When it arrived, in days since 1970-01-01; `None` when that tells nothing, as of a row of an
    /// old list.
    pub day: Option<i32>,
}

/// A normalised submission. Compact: it is stored beside its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The sender's name, folded; empty when none was given.
    pub name: Name,
    /// Addresses before numbers, each once.
    pub contacts: Vec<Contact>,
    /// The telling words of the organisation's name, folded.
    pub organisation: Option<String>,
    /// The town, folded.
    pub city: Option<String>,
    /// ISO 3166 alpha-2 code in upper case.
    pub country: Option<String>,
    /// The postal address beside the town.
    pub address: Option<Address>,
    /// When it arrived, in days since 1970-01-01; `None` when that tells nothing, as of a row of an
    /// old list.
    pub day: Option<i32>,
}

impl Record {
    /// Normalises a submission. What cannot be read is left out; nothing fails.
    pub fn read(received: &Received<'_>) -> Self {
        let hint = Hint {
            country: received.country,
            locale: received.locale,
        };
        let emails = received.emails.iter();
        let emails = emails.filter_map(|raw| email::canonical(raw).ok());
        let phones = received.phones.iter();
        let phones = phones.filter_map(|raw| phone::e164(raw, hint).ok());
        Self::of(
            received,
            &emails.collect::<Vec<_>>(),
            &phones.collect::<Vec<_>>(),
        )
    }

    /// As [`Record::read`], of contacts that were read already; those of `received` are not looked at.
    pub fn of(received: &Received<'_>, emails: &[Email], phones: &[Phone]) -> Self {
        let hint = Hint {
            country: received.country,
            locale: received.locale,
        };
        let signed = signature::contacts(received.message.unwrap_or(""), hint);
        let emails: Vec<Email> = emails.iter().cloned().chain(signed.emails).collect();
        let phones = phones.iter().chain(&signed.phones);
        let organisation = received.organisation.or_else(|| {
            received
                .full_name
                .filter(|name| organisation::is_organisation(name))
        });
        let mut record = Self {
            name: sender(received, signed.name.as_deref(), &emails),
            contacts: Vec::new(),
            organisation: organisation.and_then(organisation::core),
            city: received.city.and_then(place::city),
            country: received.country.and_then(place::country),
            address: Address::read(&received.address),
            day: received.day,
        };
        for email in &emails {
            record.add(Contact::of_email(email));
        }
        for phone in phones {
            record.add(Contact::of_phone(phone));
        }
        if received.from_partner {
            record.distrust_role_mailboxes();
        }
        record
    }

    /// Marks contacts that are known to be nobody's own, such as those of the partner who sent the
    /// record.
    pub fn disown(&mut self, is_known: impl Fn(&Contact) -> bool) {
        for contact in &mut self.contacts {
            if is_known(contact) {
                contact.kind = Kind::Partner;
            }
        }
    }

    /// Contacts that can prove something.
    pub fn telling_contacts(&self) -> impl Iterator<Item = &Contact> {
        self.contacts
            .iter()
            .filter(|contact| !matches!(contact.kind, Kind::Junk | Kind::Partner))
    }

    /// Whether this record tells all that another one does, but for the day.
    pub fn covers(&self, other: &Self) -> bool {
        let known = |contact: &Contact| self.contacts.iter().any(|own| own.value == contact.value);
        let same = |own: &Option<String>, other: &Option<String>| other.is_none() || own == other;
        self.name == other.name
            && same(&self.organisation, &other.organisation)
            && same(&self.city, &other.city)
            && same(&self.country, &other.country)
            && (other.address.is_none() || self.address == other.address)
            && other.contacts.iter().all(known)
    }

    fn add(&mut self, contact: Contact) {
        let known = self.contacts.iter().any(|old| old.value == contact.value);
        if !known && self.contacts.len() < CONTACTS_MAX {
            self.contacts.push(contact);
        }
    }

    /// A partner's role mailbox of a domain that is not the organisation's is the partner's own.
    fn distrust_role_mailboxes(&mut self) {
        let organisation = self.organisation.as_deref();
        for contact in &mut self.contacts {
            let theirs = contact
                .company_label()
                .zip(organisation)
                .is_some_and(|(label, core)| organisation::owns_domain(core, label));
            if contact.kind == Kind::Role && !theirs {
                contact.kind = Kind::Partner;
            }
        }
    }
}

fn sender(received: &Received<'_>, signed: Option<&str>, emails: &[Email]) -> Name {
    let apart = format!(
        "{} {}",
        received.given_name.unwrap_or(""),
        received.family_name.unwrap_or("")
    );
    let mailboxes: Vec<&str> = emails.iter().map(|email| email.local.as_str()).collect();
    let named = name::of_fields(
        &[
            received.full_name.unwrap_or(""),
            &apart,
            signed.unwrap_or(""),
        ],
        &mailboxes,
    );
    emails
        .iter()
        .filter(|email| !email.role && !email.junk)
        .fold(named, |name, email| name.completed(&email.local))
}
