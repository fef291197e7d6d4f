//! Which country's number a row of digits is.
//!
//! The ways to read the digits are tried from the most to the least likely. The first that a
//! numbering plan knows wins, then the first whose length fits where the number was said to be.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, Region, ValidationError,
};

use super::{Hint, InvalidPhone};

/// Countries whose national forms are tried when neither country nor language explains a number.
const HOME: [Region; 5] = [Region::UA, Region::RU, Region::LV, Region::HU, Region::GB];
/// Tried last, and for a leading zero only: there it is the trunk prefix.
const ABROAD: [Region; 4] = [Region::DE, Region::AT, Region::FR, Region::IT];

/// One way to read a row of digits.
struct Reading {
    digits: String,
    region: Option<Region>,
    ground: Ground,
}

/// What speaks for a reading.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// The number is international, or its country or language was given.
    Given,
    /// Typed without its plus, as telephone exchanges print it.
    Plusless,
    /// The digits look like one of the home countries'.
    Home,
    /// Nothing else explains the digits.
    Abroad,
}

/// The number, and whether its numbering plan knows it.
pub(super) fn read(dialled: &str, hint: Hint<'_>) -> Result<(PhoneNumber, bool), InvalidPhone> {
    let (mut given, mut abroad, mut plusless) = (None, None, None);
    let mut refused = None;
    for Reading {
        digits,
        region,
        ground,
    } in readings(dialled, hint)
    {
        match (fit(&digits, region), ground) {
            (Ok((number, true)), Ground::Abroad) => abroad = abroad.or(Some((number, true))),
            (Ok((number, true)), _) => return Ok((number, true)),
            (Ok(fitting), Ground::Given) => given = given.or(Some(fitting)),
            (Ok(fitting), Ground::Plusless) => plusless = Some(fitting),
            (Err(reason), Ground::Given) => refused = refused.or(Some(reason)),
            // Why a guess fails tells nobody anything.
            (_, Ground::Plusless | Ground::Home | Ground::Abroad) => {}
        }
    }
    let read = given.or(abroad).or(plusless);
    read.ok_or(refused.unwrap_or(InvalidPhone::UnknownCountry))
}

/// The number if its length fits its plan, and whether the plan knows it.
fn fit(digits: &str, region: Option<Region>) -> Result<(PhoneNumber, bool), InvalidPhone> {
    let number = PHONE_NUMBER_UTIL
        .parse(digits, region)
        .map_err(|error| parse_reason(&error))?;
    if number.is_valid() {
        return Ok((number, true));
    }
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => Ok((number, false)),
        Ok(NumberLengthType::IsPossibleLocalOnly) => Err(InvalidPhone::TooShort),
        Err(error) => Err(length_reason(error)),
    }
}

fn readings(dialled: &str, hint: Hint<'_>) -> Vec<Reading> {
    let international = |digits: String, ground| Reading {
        digits,
        region: None,
        ground,
    };
    if dialled.starts_with('+') {
        return vec![international(dialled.to_owned(), Ground::Given)];
    }
    if let Some(rest) = dialled.strip_prefix("00") {
        return vec![international(format!("+{rest}"), Ground::Given)];
    }
    let given: Vec<Region> = [
        hint.country.and_then(region),
        hint.locale.and_then(|tag| spoken_in(tag, dialled)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let zero = dialled.starts_with('0');
    let national = |ground| {
        move |region: &Region| Reading {
            digits: dialled.to_owned(),
            region: Some(*region),
            ground,
        }
    };
    let mut readings = Vec::with_capacity(8);
    let plusless = (dialled.len() >= 10 && !zero)
        .then(|| international(format!("+{dialled}"), Ground::Plusless));
    if given
        .iter()
        .any(|region| starts_with_code(dialled, *region))
    {
        readings.extend(plusless);
        readings.extend(given.iter().map(national(Ground::Given)));
    } else {
        readings.extend(given.iter().map(national(Ground::Given)));
        // `8 495 …` is dialled in Russia; with a plus it would be a number in Vietnam.
        if dialled.len() == 11 && dialled.starts_with('8') {
            readings.push(national(Ground::Home)(&Region::RU));
        }
        readings.extend(plusless);
    }
    readings.extend(HOME.iter().map(national(Ground::Home)));
    if zero {
        readings.extend(ABROAD.iter().map(national(Ground::Abroad)));
    }
    readings
}

/// The digits begin with the region's own calling code and are long enough to go on after it.
fn starts_with_code(dialled: &str, region: Region) -> bool {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region);
    code.is_some_and(|code| dialled.len() >= 11 && dialled.starts_with(&code.to_string()))
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
        // Eight digits without a trunk prefix are how Latvia dials.
        "hu" if dialled.len() == 8 && dialled.starts_with(['2', '6']) => None,
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
