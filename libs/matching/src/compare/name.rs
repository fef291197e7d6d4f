//! How two names compare.

use crate::{
    level::NameLevel,
    name::{
        Name, Role, Token,
        agreement::{Likeness, Pairing},
    },
};

/// Compares two names.
pub fn names(one: &Name, other: &Name) -> NameLevel {
    if one.is_empty() || other.is_empty() {
        return NameLevel::Silent;
    }
    let pairing = Pairing::of(one.words(), other.words());
    if pairing.fathers == Some(false) {
        return NameLevel::FatherDiffers;
    }
    match (pairing.pairs.as_slice(), pairing.is_contradicted()) {
        ([], _) if pairing.only_given_and_only_family() => NameLevel::Silent,
        ([], _) => NameLevel::Unlike,
        (_, true) => contradicted(&pairing),
        ([(one, other, likeness)], false) => one_word(one, other, *likeness),
        (pairs, false) => pairs
            .iter()
            .map(|(_, _, likeness)| full(*likeness))
            .max()
            .unwrap_or(NameLevel::Silent),
    }
}

/// The name of a record against all names of a person: the best agreement, and the conflict if
/// names that cannot be one person's are not outnumbered by names that are.
///
/// A person's names need not all agree with each other: `Шура` and the misspelled `Аликсандр` are
/// held together by `Александр`.
pub(super) fn against_all(name: &Name, known: &[&Name]) -> (NameLevel, Option<NameLevel>) {
    let levels = known.iter().map(|other| names(name, other));
    let told: Vec<NameLevel> = levels.filter(|level| *level != NameLevel::Silent).collect();
    let best = told.iter().min().copied().unwrap_or(NameLevel::Silent);
    let conflicts = told.iter().filter(|level| level.is_conflict());
    let agreeing = told.len() - conflicts.clone().count();
    let outnumbered = best.is_full() || told.len() < 2 * agreeing;
    let conflict = conflicts
        .filter(|level| **level == NameLevel::FatherDiffers || !outnumbered)
        .min()
        .copied();
    (best, conflict)
}

/// Both sides show a word that the other does not have.
fn contradicted(pairing: &Pairing<'_>) -> NameLevel {
    let is_family = |(one, other, likeness): &(&Token, &Token, Likeness)| {
        *likeness != Likeness::Initial && one.role == Role::Other && other.role == Role::Other
    };
    if pairing.only_family_differs() {
        NameLevel::FamilyChanged
    } else if pairing.pairs.iter().any(is_family) {
        NameLevel::Relative
    } else {
        NameLevel::Unlike
    }
}

/// One word is all that both show.
fn one_word(one: &Token, other: &Token, likeness: Likeness) -> NameLevel {
    match likeness {
        Likeness::Initial => NameLevel::Silent,
        _ if one.role == Role::Given || other.role == Role::Given => NameLevel::Given,
        _ => NameLevel::Family,
    }
}

fn full(likeness: Likeness) -> NameLevel {
    match likeness {
        Likeness::Equal => NameLevel::Same,
        Likeness::Meaning => NameLevel::Alike,
        Likeness::Near => NameLevel::Near,
        Likeness::Initial => NameLevel::Initial,
    }
}
