//! What speaks for or against one person beside names and shared contacts.

use strsim::osa_distance;

use super::{Candidate, Judged, Standing};
use crate::{
    address::Agreement,
    level::{Country, Mailbox, Mobile, NameLevel, Organisation, Spelling, Town},
    name::{Name, Role, given, letters},
    organisation,
    record::{Contact, Kind, Record},
};

/// Shortest mailbox name in which a differing letter can be a typing error.
const MISTYPED_MIN: usize = 5;
/// Of so many letters of a town's name one may be wrong.
const LETTERS_PER_ERROR: usize = 4;
/// Most letters by which a mistyped domain differs.
const DOMAIN_ROOM: usize = 2;
/// Fewest letters of a family name that a mailbox is searched for.
const FAMILY_MIN: usize = 4;
/// Fewest letters of a given name that a mailbox is searched for.
const GIVEN_MIN: usize = 3;

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

/// Compares personal mailboxes that are not shared.
pub(super) fn mailboxes<P>(record: &Record, candidate: &Candidate<'_, P>) -> Mailbox {
    let mut best = Mailbox::Silent;
    let mut rival = false;
    for one in record.contacts.iter().filter(|c| is_personal_mailbox(c)) {
        for other in candidate.contacts().filter(|c| is_personal_mailbox(c)) {
            if one.value == other.value {
                continue;
            }
            match alike(one, other) {
                Some(level) => best = best.min(level),
                None => rival |= one.kind == other.kind,
            }
        }
    }
    if best == Mailbox::Silent && rival {
        Mailbox::Rival
    } else {
        best
    }
}

fn is_personal_mailbox(contact: &Contact) -> bool {
    matches!(contact.kind, Kind::Mailbox | Kind::WorkMailbox)
}

fn alike(one: &Contact, other: &Contact) -> Option<Mailbox> {
    let ((name, domain), (other_name, other_domain)) = (one.mailbox()?, other.mailbox()?);
    if name == other_name {
        let mistyped = osa_distance(domain, other_domain) <= DOMAIN_ROOM;
        return Some(if mistyped {
            Mailbox::MistypedDomain
        } else {
            Mailbox::OtherProvider
        });
    }
    if name.len() < MISTYPED_MIN
        || name.len().abs_diff(other_name.len()) > 1
        || osa_distance(name, other_name) != 1
    {
        return None;
    }
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    Some(if digits(name) != digits(other_name) {
        Mailbox::OtherNumber
    } else if domain == other_domain {
        Mailbox::MistypedName
    } else {
        Mailbox::NearElsewhere
    })
}

/// What the mailboxes of one side spell of the other's name, where a name is not shown in full.
pub(super) fn spelling<P>(
    record: &Record,
    candidate: &Candidate<'_, P>,
    level: NameLevel,
) -> Spelling {
    if !matches!(
        level,
        NameLevel::Given | NameLevel::Silent | NameLevel::Family
    ) {
        return Spelling::Idle;
    }
    let mine = record.contacts.iter().filter(|c| is_personal_mailbox(c));
    let of_theirs =
        mine.flat_map(|contact| candidate.names.iter().map(move |name| (contact, *name)));
    let theirs = candidate.contacts().filter(|c| is_personal_mailbox(c));
    let of_mine = theirs.map(|contact| (contact, &record.name));
    of_theirs
        .chain(of_mine)
        .filter_map(|(contact, name)| Some(spelled(contact.mailbox()?.0, name)))
        .min()
        .unwrap_or(Spelling::Nothing)
}

/// What a mailbox's name spells of a person's.
pub fn spelled(local: &str, name: &Name) -> Spelling {
    let letters_only: String = local.chars().filter(|c| c.is_alphabetic()).collect();
    let whole = letters::fold(&letters_only);
    let parts: Vec<String> = local
        .split(|c: char| !c.is_alphabetic())
        .filter(|part| !part.is_empty())
        .map(letters::fold)
        .collect();
    let means = |part: &String, word: &str| {
        let meanings = given::meanings(word);
        given::meanings(part)
            .iter()
            .any(|meaning| meanings.contains(meaning))
    };
    let (mut given, mut family) = (false, false);
    for word in name.words() {
        let text = word.text.as_str();
        match word.role {
            Role::Given => {
                given |= (text.len() >= GIVEN_MIN && whole.contains(text))
                    || parts.iter().any(|part| means(part, text));
            }
            Role::Other => family |= text.len() >= FAMILY_MIN && whole.contains(text),
            Role::Patronymic | Role::Initial => {}
        }
    }
    match (given, family) {
        (true, true) => Spelling::Full,
        (false, true) => Spelling::Family,
        (true, false) => Spelling::Given,
        (false, false) => Spelling::Nothing,
    }
}
