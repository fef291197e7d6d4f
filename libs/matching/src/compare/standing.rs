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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Received;

    fn record(name: &str, email: &str, phone: &str, organisation: &str) -> Record {
        let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
        Record::read(&Received {
            full_name: given(name),
            organisation: given(organisation),
            emails: given(email).into_iter().collect(),
            phones: given(phone).into_iter().collect(),
            ..Received::default()
        })
    }

    fn check(record: &Record, known: &[Record], expected: Standing) {
        let candidates: Vec<Candidate<'_, usize>> = known
            .iter()
            .enumerate()
            .map(|(person, record)| Candidate::new(person, vec![record]))
            .collect();
        let judged = judge(record, &candidates, &Counts::new());
        assert_eq!(judged.first().unwrap().standing, expected, "{record}");
    }

    #[test]
    fn a_contact_is_its_persons_until_unlike_names_use_it() {
        let mobile = "+37126555142";
        let nora = record("Nora Field", "", mobile, "");
        let peter = record("Peter Field", "", mobile, "");
        let short = record("N. Field", "", mobile, "");
        check(&nora, std::slice::from_ref(&short), Standing::Own);
        check(&peter, std::slice::from_ref(&nora), Standing::Shared);
        check(
            &record("", "", mobile, ""),
            &[nora, peter],
            Standing::Shared,
        );
        check(&short, &[], Standing::Own);
    }

    #[test]
    fn lines_and_roles_are_known_by_their_kind() {
        check(&record("Nora", "", "+37167555142", ""), &[], Standing::Line);
        check(&record("Nora", "info@mill.lv", "", ""), &[], Standing::Role);
        check(
            &record("Nora", "test@test.com", "", ""),
            &[],
            Standing::Nobody,
        );
    }

    #[test]
    fn a_crowd_of_many_employers_makes_a_partners_contact() {
        let known: Vec<Record> = [
            ("Nora Field", "Mill"),
            ("Peter Harrow", "Quarry"),
            ("Agnes Hill", "Brewery"),
            ("Ivan Koval", "Bakery"),
        ]
        .iter()
        .map(|(name, employer)| record(name, "leads@hub.io", "", employer))
        .collect();
        let next = record("Olga Bondar", "leads@hub.io", "", "");
        check(&next, &known, Standing::Nobody);
        check(&next, known.get(..2).unwrap(), Standing::Role);
    }
}
