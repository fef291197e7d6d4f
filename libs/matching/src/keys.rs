//! The keys under which a record is found, and the counters that tell how common its parts are.

use std::collections::HashMap;

use crate::{
    name::{Role, Token, given},
    organisation,
    record::{Contact, Record},
};

/// Keys of more records than this are no longer followed by themselves: whoever is behind them is
/// found by a rarer key.
pub const FOLLOWED_MAX: u32 = 64;
/// Most records that one decision compares.
pub const CANDIDATES_MAX: usize = 200;
/// Most keys of one record.
pub const KEYS_MAX: usize = 14;
/// Most meanings of a short name that are followed.
const MEANINGS_MAX: usize = 2;

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A mailbox, or a number with its extension.
    Contact,
    /// The number before an extension.
    Line,
    /// Given and family name.
    Name,
    /// A name and an organisation or its domain.
    Colleague,
    /// The name of a mailbox without its provider.
    Local,
    /// A counter, never followed: a word of a name.
    Word,
    /// A counter, never followed: the domain of a company.
    Domain,
    /// A counter, never followed: all persons.
    Everybody,
}

/// One row of the index: `(kind, hash) → record`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What the key is made of.
    pub kind: Kind,
    /// 64-bit hash of the value.
    pub hash: u64,
}

/// How common a key is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Records that carry it.
    pub records: u32,
    /// Persons that carry it.
    pub persons: u32,
}

/// The counts of keys, as loaded for one decision.
pub type Counts = HashMap<Key, Count>;

impl Key {
    /// The key of a value.
    pub fn of(kind: Kind, value: &str) -> Self {
        Self {
            kind,
            hash: hash(value),
        }
    }

    /// The counter of all persons.
    pub fn everybody() -> Self {
        Self::of(Kind::Everybody, "")
    }
}

/// Keys under which the record is stored and looked up, the most telling first.
pub fn keys(record: &Record) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::with_capacity(KEYS_MAX);
    for contact in record.telling_contacts() {
        keys.push(contact_key(contact));
        if let Some(line) = contact.line().filter(|line| *line != contact.value) {
            keys.push(Key::of(Kind::Line, line));
        }
        if contact.line().is_some_and(|line| line == contact.value) {
            keys.push(Key::of(Kind::Line, &contact.value));
        }
    }
    keys.extend(
        names(record)
            .into_iter()
            .map(|name| Key::of(Kind::Name, &name)),
    );
    keys.extend(colleagues(record));
    for contact in record.telling_contacts() {
        if let Some((local, _)) = contact.mailbox()
            && contact.is_personal()
        {
            keys.push(Key::of(Kind::Local, &skeleton(local)));
        }
    }
    let mut unique: Vec<Key> = Vec::with_capacity(keys.len());
    for key in keys {
        if !unique.contains(&key) && unique.len() < KEYS_MAX {
            unique.push(key);
        }
    }
    unique
}

/// The key of a contact.
pub fn contact_key(contact: &Contact) -> Key {
    Key::of(Kind::Contact, &contact.value)
}

/// Counters of the record's words and domains, one step each for a new person.
pub fn counters(record: &Record) -> Vec<Key> {
    let words = record
        .name
        .words()
        .iter()
        .filter(|word| word.role != Role::Initial)
        .map(|word| word_key(word));
    let domains = record
        .contacts
        .iter()
        .filter_map(Contact::company_domain)
        .map(|domain| Key::of(Kind::Domain, domain));
    words.chain(domains).collect()
}

/// The counter of a word; short forms of one given name count together.
pub(crate) fn word_key(word: &Token) -> Key {
    match given::meanings(&word.text).first() {
        Some(meaning) => Key::of(Kind::Word, &format!("#{meaning}")),
        None => Key::of(Kind::Word, &word.text),
    }
}

/// Given and family name in one text, one for each meaning of a short name.
fn names(record: &Record) -> Vec<String> {
    let given: Vec<&Token> = with_role(record, Role::Given);
    let family: Vec<&Token> = with_role(record, Role::Other);
    match (given.as_slice(), family.as_slice()) {
        ([first, ..], [last, ..]) => meanings(first)
            .into_iter()
            .map(|meaning| format!("{meaning} {}", loose(&last.text)))
            .collect(),
        ([first, second, ..], []) => {
            let mut both = vec![meanings(first).remove(0), meanings(second).remove(0)];
            both.sort();
            vec![both.join(" ")]
        }
        ([], [first, second, ..]) => {
            let mut both = [loose(&first.text), loose(&second.text)];
            both.sort();
            vec![both.join(" ")]
        }
        _ => Vec::new(),
    }
}

fn with_role(record: &Record, role: Role) -> Vec<&Token> {
    record
        .name
        .words()
        .iter()
        .filter(|word| word.role == role)
        .collect()
}

fn meanings(word: &Token) -> Vec<String> {
    let known = given::meanings(&word.text);
    if known.is_empty() {
        return vec![loose(&word.text)];
    }
    known
        .iter()
        .take(MEANINGS_MAX)
        .map(|meaning| format!("#{meaning}"))
        .collect()
}

/// Consonants only, so that most typing errors and endings do not matter.
fn loose(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for (index, c) in word.chars().enumerate() {
        let c = if c == 'g' { 'h' } else { c };
        let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
        if (index == 0 || !vowel) && !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// The letters of a mailbox's name.
fn skeleton(local: &str) -> String {
    local.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn colleagues(record: &Record) -> Vec<Key> {
    let places: Vec<String> = record
        .contacts
        .iter()
        .filter_map(Contact::company_label)
        .map(organisation::core_of_label)
        .chain(record.organisation.clone())
        .map(|core| core.chars().take(6).collect())
        .collect();
    let mut keys = Vec::new();
    for word in record.name.words() {
        let names = match word.role {
            Role::Given | Role::Other => meanings(word),
            Role::Patronymic | Role::Initial => continue,
        };
        for place in &places {
            for name in &names {
                let key = Key::of(Kind::Colleague, &format!("{name}@{place}"));
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
    }
    keys
}

/// FNV-1a over the bytes, then mixed once: the same on every machine and in every version.
fn hash(value: &str) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in value.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state ^= state >> 32;
    state = state.wrapping_mul(0xd6e8_feb8_6659_fd93);
    state ^ (state >> 32)
}
