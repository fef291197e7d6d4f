//! Which parts of a record make its keys.

use super::{Key, Kind};
use crate::{
    name::{Role, Token, given},
    organisation,
    record::{Contact, Record},
};

/// Most meanings of a short name that are followed.
const MEANINGS_MAX: usize = 2;
/// Letters of an organisation's name that make a key: the beginning is spelled alike most often.
const ORGANISATION_LETTERS: usize = 6;

/// The keys of a record, the most telling first; some may be there twice.
pub(super) fn of(record: &Record) -> Vec<Key> {
    let mut keys: Vec<Key> = record.telling_contacts().flat_map(contact).collect();
    keys.extend(names(record).iter().map(|name| Key::of(Kind::Name, name)));
    keys.extend(colleagues(record));
    keys.extend(record.telling_contacts().filter_map(mailbox));
    keys.extend(addresses(record));
    keys
}

/// The counter of a word; the short forms of one given name count together.
pub(crate) fn word(word: &Token) -> Option<Key> {
    let known = given::meanings(&word.text).first();
    match (word.role, known) {
        (Role::Initial | Role::Patronymic, _) => None,
        (_, Some(meaning)) => Some(Key::of(Kind::Word, &sign(*meaning))),
        (_, None) => Some(Key::of(Kind::Word, &word.text)),
    }
}

fn contact(contact: &Contact) -> Vec<Key> {
    let mut keys = vec![Key::of_contact(contact)];
    if let Some(line) = contact.line().filter(|line| *line != contact.value) {
        keys.push(Key::of(Kind::Contact, line));
    }
    keys
}

/// The letters of a personal mailbox's name.
fn mailbox(contact: &Contact) -> Option<Key> {
    let (local, _) = contact.mailbox().filter(|_| contact.is_personal())?;
    let letters: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    Some(Key::of(Kind::Mailbox, &letters))
}

/// Given and family name in one text, one for each meaning of a short name.
fn names(record: &Record) -> Vec<String> {
    let with_role = |role| {
        let words = record.name.words().iter();
        words
            .filter(|word| word.role == role)
            .collect::<Vec<&Token>>()
    };
    let (given, family) = (with_role(Role::Given), with_role(Role::Other));
    match (given.as_slice(), family.as_slice()) {
        ([first, ..], [last, ..]) => meanings(first)
            .map(|meaning| format!("{meaning} {}", loose(&last.text)))
            .collect(),
        ([one, other, ..], []) => {
            let first = |word| meanings(word).next().unwrap_or_default();
            vec![in_order(first(one), first(other))]
        }
        ([], [one, other, ..]) => vec![in_order(loose(&one.text), loose(&other.text))],
        _ => Vec::new(),
    }
}

fn in_order(one: String, other: String) -> String {
    let (first, second) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    format!("{first} {second}")
}

/// Each word of the name beside each organisation that the record shows.
fn colleagues(record: &Record) -> Vec<Key> {
    let labels = record.contacts.iter().filter_map(Contact::company_label);
    let organisations: Vec<String> = labels
        .map(organisation::core_of_label)
        .chain(record.organisation.clone())
        .map(|core| core.chars().take(ORGANISATION_LETTERS).collect())
        .collect();
    let words = record.name.words().iter();
    words
        .filter(|word| is_word(word))
        .flat_map(meanings)
        .flat_map(|name| {
            organisations
                .iter()
                .map(move |organisation| format!("{name}@{organisation}"))
        })
        .map(|pair| Key::of(Kind::Colleague, &pair))
        .collect()
}

/// Pairs of parts of an address, so that one part may be wrong. The second line and the street may
/// change places.
fn addresses(record: &Record) -> Vec<Key> {
    let Some(address) = &record.address else {
        return Vec::new();
    };
    let town = record.city.as_deref().unwrap_or("");
    let places = [address.postcode.as_str(), town];
    let lines = [loose(&address.street), loose(&address.building)];
    let words = record.name.words().iter();
    let words = words.filter(|word| is_word(word));
    let mut pairs: Vec<(String, &str)> = Vec::new();
    for place in places {
        pairs.extend(lines.iter().map(|line| (line.clone(), place)));
        pairs.push((address.number.clone(), place));
    }
    let number = address.number.as_str();
    pairs.extend(lines.iter().map(|line| (line.clone(), number)));
    for place in places {
        pairs.extend(words.clone().map(|word| (loose(&word.text), place)));
    }
    pairs
        .into_iter()
        .filter(|(one, other)| !one.is_empty() && !other.is_empty())
        .map(|(one, other)| Key::of(Kind::Address, &format!("{one}/{other}")))
        .collect()
}

fn is_word(word: &Token) -> bool {
    matches!(word.role, Role::Given | Role::Other)
}

/// The names that a word may mean; of a word that is not in the table, the word itself.
fn meanings(word: &Token) -> impl Iterator<Item = String> {
    let known = given::meanings(&word.text);
    let unknown = known.is_empty().then(|| loose(&word.text));
    known
        .iter()
        .take(MEANINGS_MAX)
        .map(|meaning| sign(*meaning))
        .chain(unknown)
}

fn sign(meaning: u16) -> String {
    format!("#{meaning}")
}

/// The first letter and the consonants, so that most typing errors and endings do not matter.
fn loose(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for (index, c) in word.chars().enumerate() {
        // Ukrainian and Russian spellings exchange the two.
        let c = if c == 'g' { 'h' } else { c };
        let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
        if (index == 0 || !vowel) && !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}
