//! Telephone numbers: E.164, extension and kind, from what people type in five countries.

mod extension;
mod reading;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};
use thiserror::Error;

/// Fewest digits of a number that can be dialled from outside its town.
const DIGITS_MIN: usize = 7;
/// Most digits of an E.164 number, with a `00` before it and room for a trunk prefix.
const DIGITS_MAX: usize = 19;

/// What is known of where a number was written, to read national forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hint<'a> {
    /// ISO 3166 alpha-2 country of the sender, in any case.
    pub country: Option<&'a str>,
    /// Language of the channel: `ru`, `uk-UA`.
    pub locale: Option<&'a str>,
}

/// A telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone {
    /// `+` and digits.
    pub e164: String,
    /// The extension behind the number, digits only.
    pub extension: Option<String>,
    /// What the numbering plan says it is.
    pub kind: Kind,
    /// ISO 3166 alpha-2 code of the numbering plan.
    pub region: Option<String>,
    /// The numbering plan has such numbers. If not, only its length fits.
    pub valid: bool,
    /// A value typed to get past a form (`+7 000 000-00-00`): it proves nothing.
    pub junk: bool,
}

impl Phone {
    /// The text by which the number is compared: with an extension, `+38044…;ext=78`.
    pub fn key(&self) -> String {
        match &self.extension {
            Some(extension) => format!("{};ext={extension}", self.e164),
            None => self.e164.clone(),
        }
    }
}

/// Kind of a number in its numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mobile: most often one person's.
    Mobile,
    /// A fixed line: often a household's or a company's.
    Fixed,
    /// The plan does not tell the two apart (United States).
    FixedOrMobile,
    /// Toll-free, shared cost, premium or company-wide: never one person's.
    Service,
    /// Internet telephony, personal numbers, pagers.
    Other,
    /// Not in the numbering plan.
    Unknown,
}

impl Kind {
    /// Stable name, as shown by the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Fixed => "fixed",
            Self::FixedOrMobile => "fixed_or_mobile",
            Self::Service => "service",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// Why a text is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidPhone {
    /// Nothing was given.
    #[error("the telephone number is empty")]
    Empty,
    /// There are no digits, or as many letters as digits.
    #[error("the text is not a telephone number")]
    NotANumber,
    /// One digit again and again.
    #[error("the telephone number is a filler value")]
    Junk,
    /// Fewer digits than any number of that plan.
    #[error("the telephone number is too short")]
    TooShort,
    /// More digits than any number of that plan.
    #[error("the telephone number is too long")]
    TooLong,
    /// The country code does not exist.
    #[error("the country code of the telephone number does not exist")]
    BadCountryCode,
    /// A national form, and no country is known in which it could be dialled.
    #[error("the country of the telephone number is unknown")]
    UnknownCountry,
}

impl InvalidPhone {
    /// Stable name of the reason; clients may match on it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Empty => "PHONE_EMPTY",
            Self::NotANumber => "PHONE_NOT_A_NUMBER",
            Self::Junk => "PHONE_JUNK",
            Self::TooShort => "PHONE_TOO_SHORT",
            Self::TooLong => "PHONE_TOO_LONG",
            Self::BadCountryCode => "PHONE_BAD_COUNTRY_CODE",
            Self::UnknownCountry => "PHONE_UNKNOWN_COUNTRY",
        }
    }
}

/// Reads a number as people type it, national forms by `hint`.
pub fn e164(raw: &str, hint: Hint<'_>) -> Result<Phone, InvalidPhone> {
    let (text, extension) = extension::cut(raw);
    let dialled = dialled(&text)?;
    let (number, valid) = reading::read(&dialled, hint)?;
    let e164 = PHONE_NUMBER_UTIL
        .format(&number, PhoneNumberFormat::E164)
        .into_owned();
    let national = number.get_national_significant_number();
    Ok(Phone {
        junk: is_junk(&national),
        kind: if valid { kind(&number) } else { Kind::Unknown },
        region: number.get_region_code().map(|region| region.to_string()),
        e164,
        extension,
        valid,
    })
}

/// Digits, with a `+` before them if one was typed.
fn dialled(text: &str) -> Result<String, InvalidPhone> {
    let bare = text.trim();
    if bare.is_empty() {
        return Err(InvalidPhone::Empty);
    }
    let digits: String = bare.chars().filter_map(digit).collect();
    let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
    if digits.is_empty() || letters >= digits.len() {
        return Err(InvalidPhone::NotANumber);
    }
    if is_one_digit(&digits) {
        return Err(InvalidPhone::Junk);
    }
    if digits.len() < DIGITS_MIN {
        return Err(InvalidPhone::TooShort);
    }
    if digits.len() > DIGITS_MAX {
        return Err(InvalidPhone::TooLong);
    }
    let first = bare.find(|c: char| digit(c).is_some()).unwrap_or(0);
    let plus = bare
        .get(..first)
        .is_some_and(|before| before.contains(['+', '＋']));
    Ok(if plus { format!("+{digits}") } else { digits })
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

fn kind(number: &PhoneNumber) -> Kind {
    match number.get_type() {
        PhoneNumberType::Mobile => Kind::Mobile,
        PhoneNumberType::FixedLine => Kind::Fixed,
        PhoneNumberType::FixedLineOrMobile => Kind::FixedOrMobile,
        PhoneNumberType::TollFree
        | PhoneNumberType::PremiumRate
        | PhoneNumberType::SharedCost
        | PhoneNumberType::UAN => Kind::Service,
        PhoneNumberType::Unknown => Kind::Unknown,
        _ => Kind::Other,
    }
}

fn is_one_digit(digits: &str) -> bool {
    let mut all = digits.bytes();
    all.next().is_some_and(|first| all.all(|b| b == first))
}

/// A long run of one digit, or the row of keys from end to end.
fn is_junk(national: &str) -> bool {
    const RUN: usize = 7;
    const KEYS: [&str; 2] = ["01234567890", "09876543210"];
    let bytes = national.as_bytes();
    let run = bytes
        .windows(RUN)
        .any(|part| part.iter().all(|b| Some(b) == part.first()));
    let row = |part: &[u8]| {
        KEYS.iter()
            .any(|keys| keys.as_bytes().windows(RUN).any(|k| k == part))
    };
    run || bytes.windows(RUN).any(row) || is_one_digit(national)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, country: &str, locale: &str) -> Result<Phone, InvalidPhone> {
        let given = |text| Some(text).filter(|t: &&str| !t.is_empty());
        e164(
            raw,
            Hint {
                country: given(country),
                locale: given(locale),
            },
        )
    }

    #[test]
    fn national_and_foreign_forms_become_one_number() {
        for (raw, country, locale, expected) in [
            ("8 (912) 555-01-42", "", "ru", "+79125550142"),
            ("7 912 555 01 42", "", "lv", "+79125550142"),
            ("912 555-01-42", "RU", "", "+79125550142"),
            ("067 555 01 42", "", "uk", "+380675550142"),
            ("067 555 01 42", "", "ru", "+380675550142"),
            ("380(67)5550142", "", "hu", "+380675550142"),
            ("00380 67 555 01 42", "", "ru", "+380675550142"),
            ("06 30 555 0142", "", "hu", "+36305550142"),
            ("06-30/555-0142", "HU", "en", "+36305550142"),
            ("36 (30) 555 0142", "", "hu", "+36305550142"),
            ("26 555 142", "", "lv", "+37126555142"),
            ("26555142", "LV", "ru", "+37126555142"),
            ("0037126555142", "", "en", "+37126555142"),
            ("07500 955142", "", "en", "+447500955142"),
            ("+44 (0) 7500 955142", "", "ru", "+447500955142"),
            ("(212) 655-0142", "US", "en", "+12126550142"),
            ("1 212 655 0142", "", "en", "+12126550142"),
            ("0175 5550142", "DE", "ru", "+491755550142"),
            ("tel:+371 26 555 142", "", "", "+37126555142"),
            ("26 555 142", "", "hu", "+37126555142"),
            ("8 495 555 01 42", "", "lv", "+74955550142"),
            ("49 175 5550142", "DE", "ru", "+491755550142"),
            // Set aside for films: no plan knows it, and it is still a British number.
            ("07700 900142", "", "en", "+447700900142"),
            ("44 7700 900142", "US", "en", "+447700900142"),
        ] {
            assert_eq!(
                read(raw, country, locale).unwrap().e164,
                expected,
                "{raw} {country} {locale}"
            );
        }
    }

    #[test]
    fn an_extension_is_cut_off_and_makes_a_key_of_its_own() {
        for (raw, extension) in [
            ("+380 44 555 01 42 дод. 305", "305"),
            ("(044) 5550142 доб. 305", "305"),
            ("044 555 01 42, доб.305", "305"),
            ("+380445550142 ext. 305", "305"),
            ("+380445550142 extension: 305", "305"),
            ("+380445550142x305", "305"),
            ("+380445550142 #305", "305"),
            ("+380445550142;ext=305", "305"),
            ("+380445550142 вн. 305", "305"),
            ("+380445550142 iekšējais 305", "305"),
            ("+380445550142/305 mellék", "305"),
            ("+380445550142 mell.: 305", "305"),
        ] {
            let phone = read(raw, "UA", "uk").unwrap();
            assert_eq!(phone.e164, "+380445550142", "{raw}");
            assert_eq!(phone.extension.as_deref(), Some(extension), "{raw}");
            assert_eq!(phone.key(), "+380445550142;ext=305");
        }
        assert_eq!(read("+380 44 555 01 42", "", "").unwrap().extension, None);
    }

    #[test]
    fn kinds_follow_the_numbering_plan() {
        for (raw, kind) in [
            ("+37126555142", Kind::Mobile),
            ("+37167555142", Kind::Fixed),
            ("+12126550142", Kind::FixedOrMobile),
            ("+78005550142", Kind::Service),
        ] {
            assert_eq!(read(raw, "", "").unwrap().kind, kind, "{raw}");
        }
    }

    #[test]
    fn filler_numbers_are_flagged() {
        for raw in [
            "+70000000000",
            "+371 20000000",
            "+380 00 000 00 00",
            "+371 21234567",
        ] {
            assert!(read(raw, "", "").is_ok_and(|phone| phone.junk), "{raw}");
        }
        assert_eq!(
            read("111111", "RU", "ru").unwrap_err().reason(),
            "PHONE_JUNK"
        );
        assert!(!read("+37126555142", "", "").unwrap().junk);
    }

    #[test]
    fn what_is_no_number_has_a_stable_reason() {
        for (raw, reason) in [
            ("", "PHONE_EMPTY"),
            ("   ", "PHONE_EMPTY"),
            ("call me", "PHONE_NOT_A_NUMBER"),
            ("abc 12", "PHONE_NOT_A_NUMBER"),
            ("12345", "PHONE_TOO_SHORT"),
            ("+371 2655", "PHONE_TOO_SHORT"),
            ("+3712655514", "PHONE_TOO_SHORT"),
            ("+371 26 555 142 99", "PHONE_TOO_LONG"),
            ("12345678901234567890", "PHONE_TOO_LONG"),
            ("+999 26555142", "PHONE_BAD_COUNTRY_CODE"),
            ("55501 42", "PHONE_UNKNOWN_COUNTRY"),
        ] {
            assert_eq!(read(raw, "", "").unwrap_err().reason(), reason, "{raw}");
        }
    }
}
