//! Which country's number a row of digits is.
//!
//! The ways to read the digits are tried from the most to the least likely. The first that the
//! numbering plan knows wins, then the first whose length fits, unless it was a mere guess.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, Region, ValidationError,
};

use super::{Hint, InvalidPhone};

/// Countries whose national forms are tried when neither country nor language explains a number.
const HOME: [Region; 5] = [Region::UA, Region::RU, Region::LV, Region::HU, Region::GB];
/// Tried for a leading zero only: there it is the trunk prefix.
const ABROAD: [Region; 4] = [Region::DE, Region::AT, Region::FR, Region::IT];

/// The number, and whether its numbering plan knows it.
pub(super) fn read(dialled: &str, hint: Hint<'_>) -> Result<(PhoneNumber, bool), InvalidPhone> {
    let mut fitting = None;
    let mut refused = None;
    for Reading {
        digits,
        region,
        guessed,
    } in readings(dialled, hint)
    {
        let mut refuse = |reason| {
            if !guessed {
                refused = refused.or(Some(reason));
            }
        };
        match PHONE_NUMBER_UTIL.parse(digits.as_str(), region) {
            Ok(number) if number.is_valid() => return Ok((number, true)),
            Ok(number) => match number.is_possible_with_reason() {
                Ok(NumberLengthType::IsPossible) if guessed => {}
                Ok(NumberLengthType::IsPossible) => fitting = fitting.or(Some(number)),
                Ok(NumberLengthType::IsPossibleLocalOnly) => {
                    refuse(InvalidPhone::TooShort);
                }
                Err(error) => refuse(length_reason(error)),
            },
            Err(error) => refuse(parse_reason(&error)),
        }
    }
    match (fitting, refused) {
        (Some(number), _) => Ok((number, false)),
        (None, reason) => Err(reason.unwrap_or(InvalidPhone::UnknownCountry)),
    }
}

/// One way to read a row of digits.
struct Reading {
    digits: String,
    region: Option<Region>,
    /// Nothing but the digits speaks for the region, so why it fails there tells nobody anything.
    guessed: bool,
}

fn readings(dialled: &str, hint: Hint<'_>) -> Vec<Reading> {
    let sure = |digits: String, region| Reading {
        digits,
        region,
        guessed: false,
    };
    if dialled.starts_with('+') {
        return vec![sure(dialled.to_owned(), None)];
    }
    if let Some(rest) = dialled.strip_prefix("00") {
        return vec![sure(format!("+{rest}"), None)];
    }
    let mut regions: Vec<Region> = Vec::with_capacity(8);
    regions.extend(hint.country.and_then(region));
    regions.extend(hint.locale.and_then(|tag| spoken_in(tag, dialled)));
    let mut readings: Vec<Reading> = regions
        .iter()
        .map(|region| sure(dialled.to_owned(), Some(*region)))
        .collect();
    let zero = dialled.starts_with('0');
    // Typed without its plus, as telephone exchanges print it.
    if dialled.len() >= 10 && !zero {
        readings.push(Reading {
            digits: format!("+{dialled}"),
            region: None,
            guessed: true,
        });
    }
    let abroad = if zero { ABROAD.as_slice() } else { &[] };
    for guess in HOME
        .iter()
        .chain(abroad)
        .filter(|guess| !regions.contains(guess))
    {
        readings.push(Reading {
            digits: dialled.to_owned(),
            region: Some(*guess),
            guessed: true,
        });
    }
    readings
}

fn region(code: &str) -> Option<Region> {
    let upper = code.trim().to_uppercase();
    Region::from_code(if upper == "UK" { "GB" } else { &upper }).ok()
}

/// The country where a language's numbers are dialled. English has two: in Britain a national
/// form begins with a zero, in the United States it never does.
fn spoken_in(tag: &str, dialled: &str) -> Option<Region> {
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().unwrap_or("").to_lowercase();
    if let Some(named) = parts.next().filter(|part| part.len() == 2).and_then(region) {
        return Some(named);
    }
    match language.as_str() {
        "ru" => Some(Region::RU),
        "uk" => Some(Region::UA),
        "hu" => Some(Region::HU),
        "lv" => Some(Region::LV),
        "de" => Some(Region::DE),
        "en" if dialled.starts_with('0') => Some(Region::GB),
        "en" => Some(Region::US),
        _ => None,
    }
}

fn length_reason(error: ValidationError) -> InvalidPhone {
    match error {
        ValidationError::InvalidCountryCode => InvalidPhone::BadCountryCode,
        ValidationError::TooShort | ValidationError::InvalidLength => InvalidPhone::TooShort,
        ValidationError::TooLong => InvalidPhone::TooLong,
    }
}

fn parse_reason(error: &ParseError) -> InvalidPhone {
    match error {
        ParseError::InvalidCountryCode => InvalidPhone::BadCountryCode,
        ParseError::NotANumber(_) => InvalidPhone::NotANumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => InvalidPhone::TooShort,
        ParseError::TooLongNsn => InvalidPhone::TooLong,
    }
}
