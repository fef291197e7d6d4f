//! Postal addresses, part by part.

use any_ascii::any_ascii;
use strsim::osa_distance;

use crate::level::Part;

/// Of so many letters of a street one may be wrong.
const LETTERS_PER_ERROR: usize = 3;
/// Of so many digits of a postcode or a number one may be wrong.
const DIGITS_PER_ERROR: usize = 2;

/// The parts of an address as received.
#[derive(Clone, Copy, Debug, Default)]
pub struct Received<'a> {
    /// House number.
    pub number: Option<&'a str>,
    /// Street.
    pub street: Option<&'a str>,
    /// Building, flat or second line.
    pub building: Option<&'a str>,
    /// Postcode.
    pub postcode: Option<&'a str>,
}

/// An address in the form by which it is compared; a part that is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// House number.
    pub number: String,
    /// Street, without gaps.
    pub street: String,
    /// Building, flat or second line, without gaps.
    pub building: String,
    /// Postcode.
    pub postcode: String,
}

/// How the parts of two addresses agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// House numbers.
    pub number: Part,
    /// Streets.
    pub street: Part,
    /// Buildings.
    pub building: Part,
    /// Postcodes.
    pub postcode: Part,
}

impl Agreement {
    /// Nothing is known.
    pub const SILENT: Self = Self {
        number: Part::Silent,
        street: Part::Silent,
        building: Part::Silent,
        postcode: Part::Silent,
    };

    /// Number, street and postcode agree.
    pub fn is_one_house(self) -> bool {
        let agrees = |part: Part| matches!(part, Part::Same | Part::Near);
        self.number == Part::Same && agrees(self.street) && agrees(self.postcode)
    }

    pub(crate) fn strength(self) -> usize {
        [self.number, self.street, self.building, self.postcode]
            .into_iter()
            .map(|part| match part {
                Part::Same => 3,
                Part::Near => 2,
                Part::Silent => 1,
                Part::Differs => 0,
            })
            .sum()
    }
}

impl Address {
    /// Reads the parts; `None` when all are empty.
    pub fn read(received: &Received<'_>) -> Option<Self> {
        let address = Self {
            number: fold(received.number),
            street: fold(received.street),
            building: fold(received.building),
            postcode: fold(received.postcode),
        };
        (address != Self::default()).then_some(address)
    }

    /// Compares two addresses; street and second line may have changed places.
    pub fn agreement(&self, other: &Self) -> Agreement {
        let straight = self.parts(other, (&other.street, &other.building));
        let crossed = self.parts(other, (&other.building, &other.street));
        if crossed.strength() > straight.strength() {
            crossed
        } else {
            straight
        }
    }

    fn parts(&self, other: &Self, (street, building): (&str, &str)) -> Agreement {
        Agreement {
            number: part(&self.number, &other.number, DIGITS_PER_ERROR),
            street: part(&self.street, street, LETTERS_PER_ERROR),
            building: part(&self.building, building, LETTERS_PER_ERROR),
            postcode: part(&self.postcode, &other.postcode, DIGITS_PER_ERROR),
        }
    }
}

fn part(one: &str, other: &str, letters_per_error: usize) -> Part {
    if one.is_empty() || other.is_empty() {
        return Part::Silent;
    }
    let room = one.len().max(other.len()) / letters_per_error;
    if one == other {
        Part::Same
    } else if one.len().abs_diff(other.len()) <= room && osa_distance(one, other) <= room {
        Part::Near
    } else {
        Part::Differs
    }
}

fn fold(raw: Option<&str>) -> String {
    any_ascii(raw.unwrap_or(""))
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: &str, street: &str, building: &str, postcode: &str) -> Address {
        Address::read(&Received {
            number: Some(number),
            street: Some(street),
            building: Some(building),
            postcode: Some(postcode),
        })
        .unwrap()
    }

    #[test]
    fn gaps_case_and_single_errors_do_not_matter() {
        let agreement = address("12", "Mill Lane", "York House", "2119").agreement(&address(
            "12",
            "MILLLAME",
            "yorkhouse",
            "2191",
        ));
        assert_eq!(agreement.number, Part::Same);
        assert_eq!(agreement.street, Part::Near);
        assert_eq!(agreement.building, Part::Same);
        assert_eq!(agreement.postcode, Part::Near);
        assert!(agreement.is_one_house());
    }

    #[test]
    fn street_and_second_line_may_change_places() {
        let agreement = address("12", "Mill Lane", "York House", "2119").agreement(&address(
            "12",
            "York House",
            "Mill Lane",
            "2119",
        ));
        assert_eq!(
            (agreement.street, agreement.building),
            (Part::Same, Part::Same)
        );
    }

    #[test]
    fn an_empty_address_is_none() {
        assert_eq!(Address::read(&Received::default()), None);
    }
}
