//! What mailboxes tell beside being shared: they look alike, or spell a name.

use strsim::osa_distance;

use super::Candidate;
use crate::{
    level::{Mailbox, NameLevel, Spelling},
    name::{Name, Role, given, letters},
    record::{Contact, Kind, Record},
};

/// Shortest mailbox name in which a differing letter can be a typing error.
const MISTYPED_MIN: usize = 5;
/// Most letters by which a mistyped domain differs.
const DOMAIN_ROOM: usize = 2;
/// Fewest letters of a family name that a mailbox is searched for.
const FAMILY_MIN: usize = 4;
/// Fewest letters of a given name that a mailbox is searched for.
const GIVEN_MIN: usize = 3;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{email, name::fold};

    #[test]
    fn mailboxes_of_one_name_are_told_apart_by_what_differs() {
        let check = |one: &str, other: &str, expected: Option<Mailbox>| {
            let of = |raw| Contact::of_email(&email::canonical(raw).unwrap());
            assert_eq!(alike(&of(one), &of(other)), expected, "{one} {other}");
        };
        check("nora@mill.lv", "nora@mil.lv", Some(Mailbox::MistypedDomain));
        check(
            "n.field@mail.ru",
            "n.field@ukr.net",
            Some(Mailbox::OtherProvider),
        );
        check(
            "nfield@mail.ru",
            "nfeld@mail.ru",
            Some(Mailbox::MistypedName),
        );
        check(
            "nfield@mail.ru",
            "nfeld@ukr.net",
            Some(Mailbox::NearElsewhere),
        );
        check(
            "nora85@mail.ru",
            "nora86@mail.ru",
            Some(Mailbox::OtherNumber),
        );
        check("nora@mail.ru", "agnes@mail.ru", None);
    }

    #[test]
    fn a_mailbox_spells_a_name_across_scripts() {
        for (local, name, expected) in [
            ("svetlana.lapsina", "Светлана Лапшина", Spelling::Full),
            ("lapsina", "Светлана Лапшина", Spelling::Family),
            ("bill99", "William Harrow", Spelling::Given),
            ("owl4711", "William Harrow", Spelling::Nothing),
        ] {
            assert_eq!(spelled(local, &fold(name)), expected, "{local} {name}");
        }
    }
}
