//! Persons and firms, each made again from its number whenever it is asked for.

use super::{
    dice::{Dice, mixed},
    language::{Given, Language, language},
    script,
};

const PERSON: u64 = 1;
const FIRM: u64 = 2;
const FAMILY: u64 = 3;
/// Family names of one language that are not in its list.
const RARE_FAMILIES: u64 = 1_500_000;
/// Firms' own words of one language.
const FIRM_WORDS: u64 = 400_000;
/// Seven digits.
const NUMBERS: u64 = 10_000_000;

/// A firm with what its people share.
#[derive(Clone, Debug)]
pub(super) struct Firm {
    pub(super) name: String,
    pub(super) form: &'static str,
    pub(super) domain: String,
    /// The number of its reception, without the country's code.
    pub(super) line: String,
}

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) language: &'static Language,
    pub(super) woman: bool,
    pub(super) given: Given,
    pub(super) family: String,
    pub(super) patronymic: Option<String>,
    /// Without the country's code.
    pub(super) mobile: String,
    pub(super) mailbox: String,
    pub(super) city: &'static str,
    pub(super) firm: Option<Firm>,
}

impl Person {
    /// The person of a number, in a population with that many firms.
    pub(super) fn of(seed: u64, number: u64, firms: u64) -> Self {
        let mut dice = Dice::of(seed, PERSON, number);
        let language = spoken(&mut dice);
        let woman = dice.chance(0.48);
        let given = dice.pick_skewed(if woman {
            &language.women
        } else {
            &language.men
        });
        let mut family = family(seed, language, &mut dice);
        if woman {
            family = language.womans(&family);
        }
        let (father, _) = dice.pick_skewed(&language.men);
        let mobile = mobile(language, number, &mut dice);
        let mailbox = mailbox(language, given, &family, number, &mut dice);
        let firm = dice
            .chance(0.42)
            .then(|| Firm::of(seed, dice.skewed(firms.max(1)), language));
        Self {
            language,
            woman,
            given,
            family,
            patronymic: language.patronymic(father, woman),
            mobile,
            mailbox,
            city: dice.pick_skewed(&language.cities),
            firm,
        }
    }

    /// The person as a relative of another: the family's name, number and town.
    pub(super) fn related(mut self, other: &Self) -> Self {
        let mans = self.language.locale == other.language.locale && !other.woman;
        if mans {
            self.family = if self.woman {
                self.language.womans(&other.family)
            } else {
                other.family.clone()
            };
            self.mobile.clone_from(&other.mobile);
            self.city = other.city;
        }
        self
    }

    pub(super) fn work_mailbox(&self) -> Option<String> {
        let firm = self.firm.as_ref()?;
        let given = script::label(self.given.0);
        let family = script::label(&self.family);
        let initial = given.get(..1).unwrap_or("x");
        Some(format!("{initial}.{family}@{}", firm.domain))
    }
}

impl Firm {
    fn of(seed: u64, number: u64, language: &'static Language) -> Self {
        let mut dice = Dice::of(seed, FIRM, number);
        let word = rare(language, dice.skewed(FIRM_WORDS), &[]);
        let (trade, form) = (dice.pick(&language.trades), dice.pick(&language.forms));
        let twin = if dice.chance(0.1) { "-2" } else { "" };
        let digits = language.numbers.line_digits;
        let area = dice.pick(&language.numbers.lines);
        let number = mixed(number) % NUMBERS;
        let local = format!("{number:07}");
        Self {
            domain: format!(
                "{}{}{twin}.{}",
                script::label(&word),
                script::label(trade),
                language.top
            ),
            name: format!("{word} {trade}"),
            form,
            line: format!("{area}{}", local.get(..digits).unwrap_or(&local)),
        }
    }
}

/// In the shares of the labelled streams.
fn spoken(dice: &mut Dice) -> &'static Language {
    language(match dice.below(100) {
        0..31 => 0,
        31..52 => 1,
        52..71 => 2,
        71..87 => 3,
        _ => 4,
    })
}

/// A third of all people have one of a few names; the names of the others are many.
fn family(seed: u64, language: &'static Language, dice: &mut Dice) -> String {
    if dice.chance(0.35) {
        return dice.pick_skewed(&language.families).to_owned();
    }
    let number = dice.skewed(RARE_FAMILIES);
    rare(
        language,
        mixed(seed ^ FAMILY).wrapping_add(number),
        &language.ends,
    )
}

/// A word of syllables, the same for the same number.
fn rare(language: &Language, number: u64, ends: &[&'static str]) -> String {
    let mut dice = Dice(mixed(number));
    let mut word = script::capital(dice.pick(&language.starts));
    let syllables = 1 + dice.below(3).min(1);
    for _ in 0..syllables {
        word.push_str(dice.pick(&language.vowels));
        word.push_str(dice.pick(&language.middles));
    }
    let end = dice.pick(ends);
    if end.is_empty() {
        word.push_str(dice.pick(&language.vowels));
        word.push_str(dice.pick(&language.middles));
        word.push_str(dice.pick(&language.vowels));
    }
    word.push_str(end);
    word
}

/// A number that nobody else has, but for the one in a hundred that was another's before.
fn mobile(language: &Language, number: u64, dice: &mut Dice) -> String {
    /// Has no factor in common with the count of numbers.
    const STEP: u64 = 7_368_787;
    let owner = if dice.chance(0.01) {
        number / 2
    } else {
        number
    };
    let local = (owner % NUMBERS) * STEP % NUMBERS;
    // Of the owner, so that a number that changed hands is one number.
    let mobiles = &language.numbers.mobiles;
    let beginning = Dice(mixed(owner)).pick(mobiles);
    format!("{beginning}{local:07}")
}

fn mailbox(
    language: &Language,
    (full, short): Given,
    family: &str,
    number: u64,
    dice: &mut Dice,
) -> String {
    let (given, family) = (script::label(full), script::label(family));
    let initial = given.get(..1).unwrap_or("x");
    let year = 50 + mixed(number) % 50;
    let wide = mixed(number) % 100_000;
    let local = match dice.below(10) {
        0 => format!("{given}.{family}"),
        1 => format!("{initial}{family}{year}"),
        2 => format!("{family}.{initial}"),
        3 | 4 => format!("{given}.{family}{year}"),
        5 => format!("{family}{wide}"),
        6 => format!("{given}{wide}"),
        7 => format!("{}{wide}", script::label(short)),
        8 => format!("{family}{given}{year}"),
        _ => format!(
            "{}{wide}",
            script::label(&rare(language, mixed(number), &[]))
        ),
    };
    format!("{local}@{}", dice.pick_skewed(&language.providers))
}
