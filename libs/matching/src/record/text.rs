//! A record as one line of text, in which it is stored.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::{Contact, Kind, Record};
use crate::{address::Address, name::Name};

/// Separates the fields; no folded value holds it.
const FIELD: char = '|';

/// A text that no record wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the text is not a stored record")]
pub struct Unreadable;

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        write!(
            f,
            "{}{FIELD}{}{FIELD}{}{FIELD}{}{FIELD}{}{FIELD}",
            self.day.map(|day| day.to_string()).unwrap_or_default(),
            self.name,
            or_empty(&self.organisation),
            or_empty(&self.city),
            or_empty(&self.country),
        )?;
        for (index, contact) in self.contacts.iter().enumerate() {
            let gap = if index > 0 { " " } else { "" };
            write!(f, "{gap}{}{}", contact.kind.letter(), contact.value)?;
        }
        if let Some(address) = &self.address {
            write!(
                f,
                "{FIELD}{}{FIELD}{}{FIELD}{}{FIELD}{}",
                address.number, address.street, address.building, address.postcode
            )?;
        }
        Ok(())
    }
}

impl FromStr for Record {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let fields: Vec<&str> = text.split(FIELD).collect();
        let [
            day,
            name,
            organisation,
            city,
            country,
            contacts,
            address @ ..,
        ] = fields.as_slice()
        else {
            return Err(Unreadable);
        };
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Self {
            day: self::day(day)?,
            name: Name::parse(name),
            organisation: given(organisation),
            city: given(city),
            country: given(country),
            address: self::address(address)?,
            contacts: contacts
                .split_whitespace()
                .map(contact)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

fn day(text: &str) -> Result<Option<i32>, Unreadable> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Unreadable)
}

fn address(fields: &[&str]) -> Result<Option<Address>, Unreadable> {
    match fields {
        [] => Ok(None),
        [number, street, building, postcode] => Ok(Some(Address {
            number: (*number).to_owned(),
            street: (*street).to_owned(),
            building: (*building).to_owned(),
            postcode: (*postcode).to_owned(),
        })),
        _ => Err(Unreadable),
    }
}

fn contact(text: &str) -> Result<Contact, Unreadable> {
    let mut rest = text.chars();
    let kind = rest.next().and_then(Kind::of_letter).ok_or(Unreadable)?;
    Ok(Contact {
        kind,
        value: rest.as_str().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{address, record::Received};

    #[test]
    fn a_record_survives_its_text_form() {
        let bare = Received {
            full_name: Some("Юрий Игоревич Щербаков"),
            organisation: Some("ООО «Прогресс-Логистика»"),
            emails: vec!["y.scherbakov+web@gmail.com", "info@progress.ru"],
            phones: vec!["+7 495 555 01 42 доб. 305", "+70000000000"],
            city: Some("Санкт-Петербург"),
            country: Some("ru"),
            day: Some(20_000),
            ..Received::default()
        };
        let listed = Received {
            address: address::Received {
                street: Some("Mill Lane"),
                ..address::Received::default()
            },
            ..bare.clone()
        };
        for received in [Received::default(), bare, listed] {
            let record = Record::read(&received);
            assert_eq!(record.to_string().parse(), Ok(record.clone()), "{record}");
            assert!(record.to_string().len() < 250, "{record}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "1|a|b", "x|||||", "1|||||?a", "1||||||a"] {
            assert_eq!(text.parse::<Record>(), Err(Unreadable), "{text}");
        }
    }
}
