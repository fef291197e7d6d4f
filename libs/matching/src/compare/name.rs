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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::fold;

    fn check(expected: NameLevel, pairs: &[(&str, &str)]) {
        for (one, other) in pairs {
            let (a, b) = (fold(one), fold(other));
            assert_eq!(names(&a, &b), expected, "{one} ({a}) and {other} ({b})");
            assert_eq!(names(&b, &a), expected, "{other} ({b}) and {one} ({a})");
        }
    }

    #[test]
    fn one_person_in_many_spellings() {
        check(
            NameLevel::Same,
            &[
                ("Юрий Щербаков", "SCERBAKOVS, Jurijs"),
                ("Nora Field", "Field  nora"),
                ("Гречаник Тетяна", "Ntnzyf Uhtxfybr"),
                ("Gtnhjdf Rhbcnbyf", "Кристина Петрова"),
                ("Cтeпaн Koвaль", "Stepan Koval"),
            ],
        );
        check(
            NameLevel::Alike,
            &[
                ("Саша Мельников", "Aleksandr Melnikov"),
                ("Тоха Мельников", "Антон Мельников"),
                ("Penny Harrow", "Mrs Penelope Harrow"),
                ("Kovács Pista", "Istvan Kovacs"),
            ],
        );
        check(
            NameLevel::Near,
            &[
                ("Nora Feild", "Nora Field"),
                ("Bērziņu Daigu", "Daiga Berzina"),
                ("Алексея Попова", "Aleksey Popov"),
            ],
        );
        check(
            NameLevel::Initial,
            &[
                ("N. Field", "Nora Field"),
                ("Л. Иванова", "Елена Иванова"),
                ("B. Smith", "William Smith"),
                ("Ю. Ткаченко", "Юрий Ткаченко"),
            ],
        );
    }

    #[test]
    fn one_word_agrees_in_part() {
        check(NameLevel::Given, &[("Саша", "Александр Мельников")]);
        check(NameLevel::Family, &[("Field", "Nora Field")]);
        check(
            NameLevel::Silent,
            &[("", "Nora Field"), ("Nora", "Harrow"), ("N.", "Nora")],
        );
    }

    #[test]
    fn contradictions_have_degrees() {
        check(NameLevel::FamilyChanged, &[("Nora Field", "Nora Harrow")]);
        check(NameLevel::Relative, &[("Nora Field", "Peter Field")]);
        check(NameLevel::Unlike, &[("Nora Field", "Peter Harrow")]);
        check(
            NameLevel::FatherDiffers,
            &[("Иван Петрович Коваль", "Иван Олегович Коваль")],
        );
    }

    #[test]
    fn a_person_may_have_spellings_that_do_not_meet() {
        let known = [fold("Александр Алексеев"), fold("Шура Алексеев")];
        let known: Vec<&Name> = known.iter().collect();
        let check = |name: &str, expected| {
            assert_eq!(against_all(&fold(name), &known), expected, "{name}");
        };
        check("Aleksandt Alekseev", (NameLevel::Near, None));
        check(
            "Пётр Алексеев",
            (NameLevel::Relative, Some(NameLevel::Relative)),
        );
    }
}
