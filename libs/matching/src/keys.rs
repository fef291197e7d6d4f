//! The keys under which a record is found, and the counters that tell how common its parts are.
//!
//! Two tables hold them: `(kind, hash) → record`, and `(kind, hash) → count`. A decision asks the
//! second one once for [`Lookup::counted`], and then the first one once for [`Lookup::followed`].

mod parts;

use std::collections::HashMap;

use crate::record::{Contact, Record};

pub(crate) use parts::word;

/// Persons under one key from which on it is no longer followed: whoever is behind it is found by
/// a rarer key.
pub const FOLLOWED_MAX: u32 = 64;
/// Most records that one decision compares.
pub const CANDIDATES_MAX: usize = 200;
/// Most records of one person that a decision looks at: the latest.
pub const RECORDS_PER_PERSON_MAX: usize = 32;
/// Most keys of one record.
pub const KEYS_MAX: usize = 16;

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A mailbox, a number, or a number with its extension.
    Contact,
    /// Given and family name.
    Name,
    /// A word of the name and an organisation or its domain.
    Colleague,
    /// The name of a mailbox without its provider.
    Mailbox,
    /// Two parts of a postal address, or one and a word of the name.
    Address,
    /// Only counted: a word of a name.
    Word,
    /// Only counted: all persons, and the records of each day.
    Everybody,
}

impl Kind {
    /// All kinds with the number under which each is stored.
    pub const ALL: [(Self, i16); 7] = [
        (Self::Contact, 1),
        (Self::Name, 2),
        (Self::Colleague, 3),
        (Self::Mailbox, 4),
        (Self::Address, 5),
        (Self::Word, 6),
        (Self::Everybody, 7),
    ];

    /// The number under which the kind is stored.
    pub fn number(self) -> i16 {
        let stored = Self::ALL.iter().find(|(kind, _)| *kind == self);
        stored.map_or(0, |(_, number)| *number)
    }

    /// The kind that is stored under a number.
    pub fn of_number(number: i16) -> Option<Self> {
        let stored = Self::ALL.iter().find(|(_, known)| *known == number);
        stored.map(|(kind, _)| *kind)
    }
}

/// A key: ten bytes in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What it is made of.
    pub kind: Kind,
    /// Hash of what it is made of, the same on every machine and in every version.
    pub hash: u64,
}

/// How many persons have each key or word, and how many records came on a day.
pub type Counts = HashMap<Key, u32>;

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

    /// The counter of the records of a day.
    pub fn of_day(day: i32) -> Self {
        Self::of(Kind::Everybody, &format!("day {day}"))
    }

    /// The key of a contact.
    pub fn of_contact(contact: &Contact) -> Self {
        Self::of(Kind::Contact, &contact.value)
    }
}

/// What a decision about one record asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    keys: Vec<Key>,
    words: Vec<Key>,
    day: Option<Key>,
}

impl Lookup {
    /// The keys and counters of a record.
    pub fn of(record: &Record) -> Self {
        let mut keys: Vec<Key> = Vec::with_capacity(KEYS_MAX);
        for key in parts::of(record) {
            if keys.len() < KEYS_MAX && !keys.contains(&key) {
                keys.push(key);
            }
        }
        let words = record.name.words().iter();
        Self {
            keys,
            words: words.filter_map(parts::word).collect(),
            day: record.day.map(Key::of_day),
        }
    }

    /// The rows of the index under which the record is stored, the most telling first.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The counters to read.
    pub fn counted(&self) -> Vec<Key> {
        let mut counted = self.keys.clone();
        counted.extend(&self.words);
        counted.push(Key::everybody());
        counted.extend(self.day);
        counted
    }

    /// The keys to follow to candidates: those that are not too common.
    pub fn followed(&self, counts: &Counts) -> Vec<Key> {
        let known = |key: &&Key| counts.get(key).copied().unwrap_or(0);
        self.keys
            .iter()
            .filter(|key| (1..=FOLLOWED_MAX).contains(&known(key)))
            .copied()
            .collect()
    }

    /// The counters that go up by one when the record is stored, for a person who is new or known.
    /// `is_held` tells whether a record of the person is under a key already.
    pub fn steps(&self, is_new_person: bool, is_held: impl Fn(Key) -> bool) -> Vec<Key> {
        let known = |key: &&Key| is_new_person || !is_held(**key);
        let mut steps: Vec<Key> = self.keys.iter().filter(known).copied().collect();
        if is_new_person {
            steps.extend(&self.words);
            steps.push(Key::everybody());
        }
        steps.extend(self.day);
        steps
    }
}

/// FNV-1a over the bytes, then mixed once.
pub(crate) fn hash(value: &str) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    const MIX: u64 = 0xd6e8_feb8_6659_fd93;
    let mut state = OFFSET;
    for byte in value.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(PRIME);
    }
    state ^= state >> 32;
    state = state.wrapping_mul(MIX);
    state ^ (state >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Received;

    fn lookup(name: &str, email: &str, organisation: &str) -> Lookup {
        Lookup::of(&Record::read(&Received {
            full_name: Some(name),
            organisation: Some(organisation),
            emails: vec![email],
            ..Received::default()
        }))
    }

    #[test]
    fn spellings_of_one_person_share_a_key() {
        for (one, other) in [
            ("Nora Field", "Field, N. Nora"),
            ("Саша Мельников", "Aleksandr Melnikov"),
            ("Bill Harrow", "William Harow"),
            ("Kovács Pista", "István Kovács"),
        ] {
            let (a, b) = (lookup(one, "", ""), lookup(other, "", ""));
            assert!(
                a.keys().iter().any(|key| b.keys().contains(key)),
                "{one} and {other} share none"
            );
        }
    }

    #[test]
    fn a_common_key_is_not_followed() {
        let lookup = lookup("Nora Field", "info@mill.lv", "");
        let count =
            |records| -> Counts { lookup.keys().iter().map(|key| (*key, records)).collect() };
        assert_eq!(lookup.followed(&count(FOLLOWED_MAX)), lookup.keys());
        assert!(lookup.followed(&count(FOLLOWED_MAX + 1)).is_empty());
        assert!(lookup.followed(&Counts::new()).is_empty());
    }

    #[test]
    fn words_are_counted_once_for_each_person() {
        let lookup = lookup("Nora Field", "nora@mill.lv", "");
        let words = lookup.steps(true, |_| false).len() - lookup.steps(false, |_| false).len();
        assert_eq!(words, "Nora Field everybody".split(' ').count());
    }

    #[test]
    fn junk_is_no_key() {
        assert!(lookup("", "test@test.com", "").keys().is_empty());
    }

    #[test]
    fn hashes_are_stable() {
        // A stored index depends on them.
        let stored = 10_468_039_062_445_555_655;
        assert_eq!(Key::of(Kind::Contact, "nora@field.eu").hash, stored);
    }
}
