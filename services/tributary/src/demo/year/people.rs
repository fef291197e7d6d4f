//! Who the stories are about: invented people of five languages.

use std::collections::BTreeMap;

use any_ascii::any_ascii;
use anyhow::Context;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde::Deserialize;

/// Language and share of people that speak it, of a hundred.
const LANGUAGES: [(&str, u32); 5] = [("lv", 34), ("ru", 24), ("hu", 20), ("en", 14), ("uk", 8)];
/// Share of people that come for an organisation, of a hundred.
const FIRMS: u32 = 65;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    country: String,
    cities: Vec<String>,
    women: Vec<String>,
    men: Vec<String>,
    families_women: Vec<String>,
    families_men: Vec<String>,
    firms: Vec<String>,
    /// Beginnings of numbers; `digits` are added.
    phones: Vec<String>,
    digits: usize,
    messages: Vec<String>,
}

/// Names, towns and words to choose from, by language.
pub(super) struct People(BTreeMap<String, Language>);

/// Somebody.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    /// Empty for a private person.
    pub(super) organisation: String,
    pub(super) city: String,
    pub(super) country: String,
    pub(super) locale: String,
    pub(super) message: String,
}

impl People {
    pub(super) fn read() -> anyhow::Result<Self> {
        let file = include_str!("../../../demo/people.json");
        serde_json::from_str(file)
            .map(Self)
            .context("demo/people.json")
    }

    /// The person of this number. Two numbers have different contacts.
    pub(super) fn person(&self, rng: &mut StdRng, number: usize) -> Option<Person> {
        let (locale, _) = LANGUAGES.choose_weighted(rng, |(_, share)| *share).ok()?;
        let language = self.0.get(*locale)?;
        let (given, families) = if rng.random_bool(0.5) {
            (&language.women, &language.families_women)
        } else {
            (&language.men, &language.families_men)
        };
        let (given, family) = (given.choose(rng)?, families.choose(rng)?);
        let name = match *locale {
            "hu" => format!("{family} {given}"),
            _ => format!("{given} {family}"),
        };
        let firm = language.firms.choose(rng)?;
        let in_firm = rng.random_ratio(FIRMS, 100);
        let domain = if in_firm {
            format!("{}-demo.{}", slug(firm), domain(&language.country))
        } else {
            format!("post-demo.{}", domain(&language.country))
        };
        let lines = 10_usize.pow(u32::try_from(language.digits).ok()?);
        let line = number % lines;
        let beginning = language
            .phones
            .get(number / lines % language.phones.len())?;
        Some(Person {
            email: format!("{}.{}{number}@{domain}", slug(given), slug(family)),
            phone: format!("{beginning}{line:0width$}", width = language.digits),
            organisation: if in_firm { firm.clone() } else { String::new() },
            city: language.cities.choose(rng)?.clone(),
            country: language.country.clone(),
            locale: (*locale).to_owned(),
            message: language.messages.choose(rng)?.clone(),
            name,
        })
    }
}

/// Letters of an address.
fn slug(text: &str) -> String {
    any_ascii(text)
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

fn domain(country: &str) -> String {
    match country {
        "GB" => "co.uk".to_owned(),
        other => other.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng;

    use super::*;

    #[test]
    fn people_of_five_languages_have_contacts_of_their_own() {
        let people = People::read().unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let all: Vec<Person> = (0..2_000)
            .map(|number| people.person(&mut rng, number).unwrap())
            .collect();
        let emails: BTreeSet<&str> = all.iter().map(|it| it.email.as_str()).collect();
        assert_eq!(emails.len(), all.len());
        let locales: BTreeSet<&str> = all.iter().map(|it| it.locale.as_str()).collect();
        assert_eq!(locales, BTreeSet::from(["en", "hu", "lv", "ru", "uk"]));
        for person in all {
            assert!(person.email.is_ascii(), "{}", person.email);
            assert!(person.phone.len() >= 12, "{}", person.phone);
        }
    }
}
