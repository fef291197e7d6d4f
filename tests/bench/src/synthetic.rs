//! A stream of leads of any length, made up in the image of the labelled streams: five languages,
//! several leads of a person, and what people do to names and numbers.
//!
//! Nothing is kept: who a lead is from follows from its number, and what the person is like from
//! the person's. The same seed and size give the same stream.

mod dice;
mod language;
mod person;
mod script;

use chrono::DateTime;

use crate::labelled::Lead;

use dice::Dice;
use language::Language;
use person::Person;

const FIRST: u64 = 11;
const RETURN: u64 = 12;
const SHOWN: u64 = 13;
const KIN: u64 = 14;
const ZEAL: u64 = 15;

/// Share of leads that are the first ones of their persons.
const FIRST_SHARE: f64 = 0.43;
/// Days that the whole stream takes, from 2021-01-01.
const DAYS: f64 = 1_800.0;
const FIRST_SECOND: i64 = 1_609_459_200;
const SECONDS_PER_DAY: f64 = 86_400.0;
/// Longest time after which somebody comes back, in days.
const RETURN_DAYS: f64 = 540.0;
/// Steps back to somebody who comes back; after that it is somebody new.
const STEPS_MAX: u64 = 64;
/// Leads for each firm.
const LEADS_PER_FIRM: u64 = 20;
/// Partners whose own contacts stand in their files.
const PARTNERS: u64 = 40;

/// A stream.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    seed: u64,
    size: u64,
}

impl Stream {
    /// The stream of a seed. Its size is the scale of times and firms; it goes on after it.
    pub fn new(seed: u64, size: u64) -> Self {
        Self {
            seed,
            size: size.max(1),
        }
    }

    /// The person that a lead is from: the number of the person's first lead.
    pub fn person(&self, lead: u64) -> u64 {
        if lead == 0 || self.is_first(lead) {
            return lead;
        }
        let mut dice = Dice::of(self.seed, RETURN, lead);
        let days = RETURN_DAYS * dice.unit().powi(3);
        let Some(before) = lead.checked_sub(1 + self.leads_in(days)) else {
            return lead;
        };
        // Some come back more often than others.
        (before.saturating_sub(STEPS_MAX)..=before)
            .rev()
            .find(|first| self.is_first(*first) && dice.chance(self.zeal(*first)))
            .unwrap_or(lead)
    }

    /// A lead, with the person for a label.
    pub fn lead(&self, number: u64) -> Lead {
        let first = self.person(number);
        let person = self.known(first);
        let mut dice = Dice::of(self.seed, SHOWN, number);
        // Sent once more, word for word.
        let again = first != number && dice.chance(0.03);
        if again {
            dice = Dice::of(self.seed, SHOWN, first);
        }
        let locale = if dice.chance(0.93) {
            person.language.locale
        } else {
            "en"
        };
        let channel = match dice.below(100) {
            0..42 => "form",
            42..66 => "email",
            66..86 => "call",
            _ => "partner",
        };
        let mut lead = Lead {
            lead_id: format!("L{number:08}"),
            true_person_id: format!("P{first:08}"),
            true_org_id: person.firm.as_ref().map(|firm| firm.domain.clone()),
            channel: channel.to_owned(),
            received_at: self.received_at(number),
            full_name: None,
            given_name: None,
            family_name: None,
            organisation: None,
            emails: Vec::new(),
            phones: Vec::new(),
            city: None,
            country: None,
            message: None,
            locale: locale.to_owned(),
        };
        fill(&mut lead, &person, &mut dice);
        lead
    }

    fn known(&self, number: u64) -> Person {
        let firms = self.size / LEADS_PER_FIRM;
        let person = Person::of(self.seed, number, firms);
        let mut dice = Dice::of(self.seed, KIN, number);
        let kin = dice
            .chance(0.06)
            .then(|| number.checked_sub(1 + dice.below(50)));
        match kin.flatten() {
            Some(kin) => person.related(&Person::of(self.seed, kin, firms)),
            None => person,
        }
    }

    fn is_first(&self, lead: u64) -> bool {
        Dice::of(self.seed, FIRST, lead).chance(FIRST_SHARE)
    }

    /// How likely somebody is to come back.
    fn zeal(&self, first: u64) -> f64 {
        let mut dice = Dice::of(self.seed, ZEAL, first);
        let unit = dice.unit();
        unit * unit
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes far below 2^52"
    )]
    fn leads_in(&self, days: f64) -> u64 {
        (self.size as f64 * days / DAYS) as u64
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "sizes far below 2^52"
    )]
    fn received_at(&self, number: u64) -> DateTime<chrono::Utc> {
        let days = DAYS * number as f64 / self.size as f64;
        let second = FIRST_SECOND + (days * SECONDS_PER_DAY) as i64;
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }
}

/// What a channel shows of a person.
fn fill(lead: &mut Lead, person: &Person, dice: &mut Dice) {
    // Shares of what a channel shows: a whole name, any name, address, number, firm, town.
    let [whole, any, address, number, firm, town] = match lead.channel.as_str() {
        "form" => [0.82, 0.93, 0.85, 0.75, 0.45, 0.3],
        "email" => [0.7, 0.85, 1.0, 0.0, 0.3, 0.1],
        "call" => [0.25, 0.5, 0.0, 1.0, 0.1, 0.4],
        _ => [0.85, 0.97, 0.65, 0.8, 0.7, 0.6],
    };
    if dice.chance(any) {
        let is_whole = dice.chance(whole / any);
        name(lead, person, is_whole, dice);
    }
    if dice.chance(address) {
        lead.emails.push(email(person, dice));
    }
    if dice.chance(number) {
        lead.phones.push(phone(person, dice));
    }
    if let Some(firm) = person.firm.as_ref().filter(|_| dice.chance(firm)) {
        let written = format!("{} {}", firm.form, firm.name);
        lead.organisation = Some(in_some_script(written.trim(), dice));
    }
    if dice.chance(town) {
        lead.city = Some(in_some_script(person.city, dice));
    }
    if dice.chance(0.5) {
        lead.country = Some(person.language.country.to_owned());
    }
    if lead.channel == "partner" && dice.chance(0.05) {
        let partner = dice.below(PARTNERS);
        lead.emails = vec![format!("leads@partner{partner}.com")];
    }
    if lead.channel != "partner" && dice.chance(0.55) {
        lead.message = Some(message(lead, person, dice));
    }
}

/// A name as people write it: in any order and script, short, or with a slip.
fn name(lead: &mut Lead, person: &Person, is_whole: bool, dice: &mut Dice) {
    let (full, short) = person.given;
    let nick = !is_whole || dice.chance(0.5);
    let mut given = if nick && dice.chance(0.2) {
        short
    } else {
        full
    }
    .to_owned();
    let mut family = person.family.clone();
    if dice.chance(0.06) {
        family = script::mistyped(&family, dice);
    }
    if dice.chance(0.15) {
        (given, family) = (script::latin(&given), script::latin(&family));
        if person.language.locale == "ru" && lead.locale == "lv" && !person.woman {
            family.push('s');
        }
    }
    if !is_whole {
        lead.full_name = Some(given);
        return;
    }
    if lead.channel != "email" && dice.chance(0.4) {
        let swapped = dice.chance(0.05);
        (lead.given_name, lead.family_name) = if swapped {
            (Some(family), Some(given))
        } else {
            (Some(given), Some(family))
        };
        return;
    }
    let initial: String = given.chars().take(1).chain(['.']).collect();
    let is_hungarian = person.language.locale == "hu";
    let text = match dice.below(20) {
        0 => format!("{initial} {family}"),
        1 => format!("{family} {initial}"),
        2 => format!("{family}, {given}"),
        3..7 => format!("{family} {given}"),
        7 | 8 => match &person.patronymic {
            Some(patronymic) => format!("{family} {given} {patronymic}"),
            None => format!("{given} {family}"),
        },
        _ if is_hungarian => format!("{family} {given}"),
        _ => format!("{given} {family}"),
    };
    lead.full_name = Some(match dice.below(25) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        _ => text,
    });
}

fn email(person: &Person, dice: &mut Dice) -> String {
    let role = if dice.chance(0.5) { "info" } else { "sales" };
    let address = match &person.firm {
        _ if dice.chance(0.005) => "test@test.com".to_owned(),
        Some(firm) if dice.chance(0.12) => format!("{role}@{}", firm.domain),
        Some(_) if dice.chance(0.5) => person.work_mailbox().unwrap_or_default(),
        _ => person.mailbox.clone(),
    };
    let (local, domain) = address.split_once('@').unwrap_or((&address, ""));
    match dice.below(40) {
        0 => format!("{}@{domain}", script::mistyped(local, dice)),
        1 => format!("mailto:{address}"),
        2 => format!("{local}+web@{domain}"),
        3 => address.to_uppercase(),
        4 | 5 => format!("{}@{domain}", script::capital(local)),
        _ => address,
    }
}

fn phone(person: &Person, dice: &mut Dice) -> String {
    let numbers = &person.language.numbers;
    let extension = dice.below(60);
    let national = match &person.firm {
        _ if dice.chance(0.007) => return "111111".to_owned(),
        Some(firm) if dice.chance(0.03) => format!("{} ext {extension:02}", firm.line),
        Some(firm) if dice.chance(0.15) => firm.line.clone(),
        _ => person.mobile.clone(),
    };
    let (start, rest) = national.split_at_checked(2).unwrap_or((&national, ""));
    match dice.below(10) {
        0..4 => format!("+{}{national}", numbers.code),
        4 => format!("00{}{national}", numbers.code),
        5 => format!("+{} ({start}) {rest}", numbers.code),
        6 => format!("+{}-{start}-{rest}", numbers.code),
        _ => format!("{}{national}", numbers.trunk),
    }
}

fn message(lead: &Lead, person: &Person, dice: &mut Dice) -> String {
    let Language {
        messages, numbers, ..
    } = person.language;
    let asked = dice.pick(messages);
    if lead.channel == "email" && dice.chance(0.3) {
        let (given, _) = person.given;
        let (family, code, mobile) = (&person.family, numbers.code, &person.mobile);
        format!("{asked}\n\n-- \n{given} {family}\n+{code}{mobile}")
    } else {
        asked.to_owned()
    }
}

fn in_some_script(text: &str, dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => script::latin(text),
        1 => text.to_lowercase(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use matching::model::Model;

    use super::*;
    use crate::{quality::Pairs, stream};

    fn leads(size: u64) -> Vec<Lead> {
        let stream = Stream::new(7, size);
        (0..size).map(|number| stream.lead(number)).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_leads() {
        let shown = |seed| format!("{:?}", Stream::new(seed, 1_000).lead(900));
        assert_eq!(shown(7), shown(7));
        assert_ne!(shown(7), shown(8));
    }

    #[test]
    fn people_come_back_as_in_the_labelled_streams() {
        let stream = Stream::new(7, 20_000);
        let persons: HashSet<u64> = (0..20_000).map(|lead| stream.person(lead)).collect();
        assert!(
            (8_000..10_000).contains(&persons.len()),
            "{}",
            persons.len()
        );
        // The person of a person's first lead is the person.
        assert!(
            persons
                .iter()
                .all(|person| stream.person(*person) == *person)
        );
    }

    #[test]
    fn most_family_names_are_rare() {
        let stream = Stream::new(7, 10_000_000);
        let names: HashSet<String> = (0..20_000)
            .map(|number| stream.known(number * 500).family)
            .collect();
        assert!(names.len() > 10_000, "{} names", names.len());
    }

    #[test]
    fn a_synthetic_stream_is_decided_about_as_well_as_a_labelled_one() {
        let outcome = stream::decide(Model::embedded().unwrap(), &leads(2_000), || ());
        let pairs = Pairs::of(&outcome.leads);
        assert!(pairs.precision() > 0.95, "{pairs:?}");
        assert!(pairs.recall() > 0.75, "{pairs:?}");
        // Not so easy that nothing is to be learned from it.
        assert!(pairs.recall() < 0.99, "{pairs:?}");
    }
}
