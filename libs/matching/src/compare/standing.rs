//! What a contact is, judged by who uses it before any pair is compared.

use super::{Candidate, name::against_all};
use crate::{
    keys::{Counts, FOLLOWED_MAX, Key},
    name::Name,
    organisation,
    record::{Contact, Kind, Record},
};

/// Persons on one contact from which on it may be nobody's own.
const CROWD: usize = 4;
/// Organisations named beside one contact from which on a crowd's contact is a partner's.
const EMPLOYERS: usize = 3;

/// What a contact is, after it is known who uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// One person's mobile, mailbox or extension.
    Own,
    /// A fixed line on which no two unlike names were seen.
    Line,
    /// Used by two unlike names at least: an organisation's or a household's.
    Shared,
    /// A role's mailbox.
    Role,
    /// Junk, a partner's own, or a crowd's.
    Nobody,
}

impl Standing {
    /// Stable name, as shown in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Line => "line",
            Self::Shared => "shared",
            Self::Role => "role",
            Self::Nobody => "nobody",
        }
    }
}

/// A contact of the record with its standing.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The contact.
    pub contact: &'a Contact,
    /// What it is.
    pub standing: Standing,
}

/// Judges the contacts of a record by the persons who use them.
pub(super) fn judge<'a, P>(
    record: &'a Record,
    candidates: &[Candidate<'a, P>],
    counts: &Counts,
) -> Vec<Judged<'a>> {
    record
        .contacts
        .iter()
        .map(|contact| Judged {
            contact,
            standing: standing(record, contact, candidates, counts),
        })
        .collect()
}

fn standing<P>(
    record: &Record,
    contact: &Contact,
    candidates: &[Candidate<'_, P>],
    counts: &Counts,
) -> Standing {
    let records = counts.get(&Key::of_contact(contact)).copied();
    let holders: Vec<&Candidate<'_, P>> = candidates
        .iter()
        .filter(|candidate| candidate.carries(contact))
        .collect();
    if matches!(contact.kind, Kind::Junk | Kind::Partner)
        || records > Some(FOLLOWED_MAX)
        || (holders.len() >= CROWD && employers(contact, &holders) >= EMPLOYERS)
    {
        Standing::Nobody
    } else if contact.kind == Kind::Role {
        Standing::Role
    } else if is_shared(&record.name, &holders) {
        Standing::Shared
    } else if contact.kind == Kind::Line {
        Standing::Line
    } else {
        Standing::Own
    }
}

/// Unlike organisations that are named beside the contact.
fn employers<P>(contact: &Contact, holders: &[&Candidate<'_, P>]) -> usize {
    let named = holders
        .iter()
        .flat_map(|holder| &holder.records)
        .filter(|record| record.contacts.iter().any(|c| c.value == contact.value))
        .filter_map(|record| record.organisation.as_deref());
    let mut unlike: Vec<&str> = Vec::new();
    for name in named {
        if !unlike.iter().any(|known| organisation::alike(known, name)) {
            unlike.push(name);
        }
    }
    unlike.len()
}

/// Two unlike names use the contact, the record's own among them.
fn is_shared<P>(name: &Name, holders: &[&Candidate<'_, P>]) -> bool {
    let is_stranger = |holder: &&Candidate<'_, P>| against_all(name, &holder.names).1.is_some();
    holders.iter().any(is_stranger)
        || holders.iter().enumerate().any(|(index, one)| {
            let mut later = holders.iter().skip(index + 1);
            later.any(|other| !one.agrees_with(other))
        })
}
