//! How a record compares with a whole person, as levels of the model.

mod context;
mod mailbox;
mod name;
mod standing;

use crate::{
    address::Agreement,
    keys::{self, Counts, Key},
    level::{
        Bond, Country, Gap, Mailbox, Mobile, NameLevel, Namesakes, Organisation, Spelling, Town,
    },
    name::{Name, Role, Token},
    record::{Contact, Kind, Record},
};

pub use mailbox::spelled;
pub use name::names;
pub use standing::{Judged, Standing};

/// How often one initial stands for a given word: the share of names that begin with a letter.
const INITIAL_SHARE: f64 = 0.06;
/// So many records on one day, and one for so many of all known persons: then the day tells nothing.
const CROWD_OF_A_DAY: u32 = 200;
const CROWDED_SHARE: u64 = 20;
/// Fewest and most bits that the rarity of a name may count.
const RARITY_BITS: (f64, f64) = (-4.0, 8.0);

/// A known person with the records that are looked at.
#[derive(Clone, Debug)]
pub struct Candidate<'a, P> {
    /// The caller's own identifier.
    pub person: P,
    /// The person's records, or the latest of them.
    pub records: Vec<&'a Record>,
    /// The different names of the records.
    pub(crate) names: Vec<&'a Name>,
}

impl<'a, P> Candidate<'a, P> {
    /// A person with some records, one at least.
    pub fn new(person: P, records: Vec<&'a Record>) -> Self {
        let mut names: Vec<&Name> = Vec::new();
        for record in &records {
            if !record.name.is_empty() && !names.contains(&&record.name) {
                names.push(&record.name);
            }
        }
        Self {
            person,
            records,
            names,
        }
    }

    /// The contacts of all records.
    pub fn contacts(&self) -> impl Iterator<Item = &'a Contact> + '_ {
        self.records.iter().flat_map(|record| &record.contacts)
    }

    /// Whether the names of two persons may be one person's: no name of one contradicts those of
    /// the other.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        self.names.iter().all(|name| {
            let (level, conflict) = name::against_all(name, &other.names);
            conflict.is_none() && level != NameLevel::FamilyChanged
        })
    }

    fn carries(&self, contact: &Contact) -> bool {
        self.contacts().any(|own| touches(own, contact))
    }
}

/// One contact, or two of one line.
fn touches(one: &Contact, other: &Contact) -> bool {
    one.value == other.value
        || one
            .line()
            .zip(other.line())
            .is_some_and(|(one, other)| one == other)
}

/// All levels of one comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The best agreement with a name of the person.
    pub name: NameLevel,
    /// A name of the person that cannot be the record's: no such merge is made.
    pub conflict: Option<NameLevel>,
    /// The strongest shared contact.
    pub bond: Bond,
    /// Organisations.
    pub organisation: Organisation,
    /// Towns.
    pub town: Town,
    /// Countries.
    pub country: Country,
    /// Mobiles that are not shared.
    pub mobile: Mobile,
    /// Mailboxes that are not shared.
    pub mailbox: Mailbox,
    /// What mailboxes spell of names.
    pub spelling: Spelling,
    /// Time since the person's nearest record.
    pub gap: Gap,
    /// Other persons of the name.
    pub namesakes: Namesakes,
    /// Bits of information in the name: the negative logarithm of how many namesakes are expected.
    pub rarity_bits: f64,
    /// Postal addresses.
    pub address: Agreement,
    /// Two extensions of one line.
    pub extensions_differ: bool,
}

/// Compares a record with all candidates. The order is that of the candidates.
pub fn compare<'a, P>(
    record: &'a Record,
    candidates: &[Candidate<'a, P>],
    counts: &Counts,
) -> (Vec<Judged<'a>>, Vec<Comparison>) {
    let judged = standing::judge(record, candidates, counts);
    let mut comparisons: Vec<Comparison> = candidates
        .iter()
        .map(|candidate| against(record, &judged, candidate, counts))
        .collect();
    count_namesakes(&mut comparisons);
    (judged, comparisons)
}

fn against<P>(
    record: &Record,
    judged: &[Judged<'_>],
    candidate: &Candidate<'_, P>,
    counts: &Counts,
) -> Comparison {
    let (name, conflict) = name::against_all(&record.name, &candidate.names);
    let (bond, extensions_differ) = if is_addressed(record, candidate) {
        (Bond::Addressed, false)
    } else {
        bond(judged, candidate)
    };
    let address = context::addresses(record, candidate);
    Comparison {
        name,
        conflict,
        bond,
        organisation: context::organisations(record, judged, candidate),
        town: context::towns(record, candidate),
        country: context::countries(record, candidate),
        mobile: context::mobiles(record, candidate),
        mailbox: mailbox::mailboxes(record, candidate),
        spelling: mailbox::spelling(record, candidate, name),
        gap: gap(record, candidate, counts),
        namesakes: Namesakes::Nobody,
        rarity_bits: rarity_bits(record, name, counts),
        address,
        extensions_differ,
    }
}

/// The contacts decide; without any on either side, the address is what remains.
fn is_addressed<P>(record: &Record, candidate: &Candidate<'_, P>) -> bool {
    record.address.is_some()
        && candidate
            .records
            .iter()
            .any(|other| other.address.is_some())
        && record.contacts.is_empty()
        && candidate.contacts().next().is_none()
}

/// The strongest shared contact, and whether two extensions of one line are told.
fn bond<P>(judged: &[Judged<'_>], candidate: &Candidate<'_, P>) -> (Bond, bool) {
    let (mut mail, mut number) = (Standing::Nobody, Standing::Nobody);
    let mut extensions_differ = false;
    for Judged { contact, standing } in judged {
        let touching: Vec<&Contact> = candidate
            .contacts()
            .filter(|own| touches(own, contact))
            .collect();
        let exact = touching.iter().any(|own| own.value == contact.value);
        let shown = match touching.as_slice() {
            [] => continue,
            _ if exact => *standing,
            _ => (*standing).max(Standing::Shared),
        };
        extensions_differ |= !exact
            && contact.kind == Kind::Extension
            && touching.iter().any(|own| own.kind == Kind::Extension);
        let best = if contact.mailbox().is_some() {
            &mut mail
        } else {
            &mut number
        };
        *best = (*best).min(shown);
    }
    let bond = match (mail, number) {
        (Standing::Own, Standing::Own) => Bond::Both,
        (one, other) => match one.min(other) {
            Standing::Own => Bond::Own,
            Standing::Line => Bond::Line,
            Standing::Shared => Bond::Shared,
            Standing::Role => Bond::Role,
            Standing::Nobody => Bond::Alone,
        },
    };
    (bond, extensions_differ)
}

/// The time since the person's nearest record. That two came on one day tells something only as long
/// as few come on a day: in the hours of a large import, all do.
fn gap<P>(record: &Record, candidate: &Candidate<'_, P>, counts: &Counts) -> Gap {
    let days = candidate
        .records
        .iter()
        .filter_map(|other| Some(record.day?.saturating_sub(other.day?).saturating_abs()));
    match days.min().map(Gap::of_days) {
        Some(Gap::Day) if is_crowded(record, counts) => Gap::Silent,
        Some(gap) => gap,
        None => Gap::Silent,
    }
}

/// Much of all that is known came on the day of the record.
fn is_crowded(record: &Record, counts: &Counts) -> bool {
    let count = |key| counts.get(&key).copied().unwrap_or(0);
    let today = record.day.map_or(0, |day| count(Key::of_day(day)));
    today >= CROWD_OF_A_DAY && u64::from(today) * CROWDED_SHARE > u64::from(count(Key::everybody()))
}

/// How many bits the record's name carries: the logarithm of how many persons it would tell apart,
/// less that of how many there are. Frequencies are counted in the data itself.
fn rarity_bits(record: &Record, level: NameLevel, counts: &Counts) -> f64 {
    if level == NameLevel::Silent || level.is_conflict() {
        return 0.0;
    }
    let persons = |key: Key| f64::from(counts.get(&key).copied().unwrap_or(0)) + 1.0;
    let everybody = persons(Key::everybody());
    let share = |word: &Token| match (word.role, keys::word(word)) {
        (Role::Initial, _) => INITIAL_SHARE,
        (_, Some(key)) => persons(key) / everybody,
        (_, None) => 1.0,
    };
    let words = record.name.words().iter();
    let namesakes = words.fold(everybody, |expected, word| expected * share(word));
    (-namesakes.log2()).clamp(RARITY_BITS.0, RARITY_BITS.1)
}

/// Persons whose full name agrees stand in each other's way.
fn count_namesakes(comparisons: &mut [Comparison]) {
    let is_namesake =
        |comparison: &Comparison| comparison.name.is_full() && comparison.conflict.is_none();
    let all = comparisons.iter().filter(|one| is_namesake(one)).count();
    for comparison in comparisons {
        let others = all - usize::from(is_namesake(comparison));
        comparison.namesakes = match others {
            0 => Namesakes::Nobody,
            1 => Namesakes::One,
            _ => Namesakes::Several,
        };
    }
}
