//! What speaks for or against one person beside names and shared contacts.

use strsim::osa_distance;

use super::{Candidate, Judged, Standing};
use crate::{
    address::Agreement,
    level::{Country, Mobile, Organisation, Town},
    organisation,
    record::{Contact, Kind, Record},
};

/// Of so many letters of a town's name one may be wrong.
const LETTERS_PER_ERROR: usize = 4;

/// Compares organisations, by name and by domain; domains of crowds' contacts prove nothing.
pub(super) fn organisations<P>(
    record: &Record,
    judged: &[Judged<'_>],
    candidate: &Candidate<'_, P>,
) -> Organisation {
    let domains: Vec<&str> = judged
        .iter()
        .filter(|judged| judged.standing != Standing::Nobody)
        .filter_map(|judged| judged.contact.company_domain())
        .collect();
    candidate
        .records
        .iter()
        .map(|other| employer(record.organisation.as_deref(), &domains, other))
        .min()
        .unwrap_or(Organisation::Silent)
}

fn employer(name: Option<&str>, domains: &[&str], other: &Record) -> Organisation {
    let mut theirs = other.contacts.iter().filter_map(Contact::company_domain);
    if theirs.clone().any(|domain| domains.contains(&domain)) {
        return Organisation::Domain;
    }
    let other_name = other.organisation.as_deref();
    if let (Some(name), Some(other_name)) = (name, other_name)
        && organisation::alike(name, other_name)
    {
        return Organisation::Name;
    }
    let owns = |name: &str, domain: &str| {
        organisation::owns_domain(name, domain.split('.').next().unwrap_or(domain))
    };
    let spelled = other_name.is_some_and(|name| domains.iter().any(|domain| owns(name, domain)))
        || name.is_some_and(|name| theirs.any(|domain| owns(name, domain)));
    if spelled {
        Organisation::Spelled
    } else if other_name.is_some() && (name.is_some() || !domains.is_empty()) {
        Organisation::Differs
    } else {
        Organisation::Silent
    }
}

/// Compares towns; one letter may be mistyped.
pub(super) fn towns<P>(record: &Record, candidate: &Candidate<'_, P>) -> Town {
    let Some(town) = record.city.as_deref() else {
        return Town::Silent;
    };
    let theirs = candidate
        .records
        .iter()
        .filter_map(|other| other.city.as_deref());
    theirs
        .map(|other| {
            if other == town || osa_distance(other, town) <= mistyped(other, town) {
                Town::Same
            } else {
                Town::Differs
            }
        })
        .min()
        .unwrap_or(Town::Silent)
}

/// Letters of a town's name that may be wrong.
fn mistyped(one: &str, other: &str) -> usize {
    (one.len().min(other.len()) / LETTERS_PER_ERROR).max(1)
}

/// The best agreement with an address of the person.
pub(super) fn addresses<P>(record: &Record, candidate: &Candidate<'_, P>) -> Agreement {
    let Some(address) = &record.address else {
        return Agreement::SILENT;
    };
    candidate
        .records
        .iter()
        .filter_map(|other| other.address.as_ref())
        .map(|other| address.agreement(other))
        .max_by_key(|agreement| agreement.strength())
        .unwrap_or(Agreement::SILENT)
}

/// Compares countries.
pub(super) fn countries<P>(record: &Record, candidate: &Candidate<'_, P>) -> Country {
    let Some(country) = record.country.as_deref() else {
        return Country::Silent;
    };
    let theirs = candidate
        .records
        .iter()
        .filter_map(|other| other.country.as_deref());
    theirs
        .map(|other| {
            if other == country {
                Country::Same
            } else {
                Country::Differs
            }
        })
        .min()
        .unwrap_or(Country::Silent)
}

/// Whether each side has a mobile of its own.
pub(super) fn mobiles<P>(record: &Record, candidate: &Candidate<'_, P>) -> Mobile {
    let is_mobile = |contact: &&Contact| contact.kind == Kind::Mobile;
    let mine: Vec<&Contact> = record.contacts.iter().filter(is_mobile).collect();
    let theirs: Vec<&Contact> = candidate.contacts().filter(is_mobile).collect();
    let pairs = || {
        mine.iter()
            .flat_map(|one| theirs.iter().map(move |other| (one, other)))
    };
    if pairs().next().is_none() || pairs().any(|(one, other)| one.value == other.value) {
        Mobile::Silent
    } else if pairs().any(|(one, other)| osa_distance(&one.value, &other.value) == 1) {
        Mobile::Mistyped
    } else {
        Mobile::Rival
    }
}
