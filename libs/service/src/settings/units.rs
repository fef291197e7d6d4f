//! Durations and sizes as people write them: `"30s"`, `"1h30m"`, `"64KiB"`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

const DURATIONS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

const SIZES: [(&str, u64); 7] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// Reads a duration; for `#[serde(deserialize_with = "service::settings::duration")]`.
pub fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    read_duration(&String::deserialize(deserializer)?)
}

/// Reads a list of durations; for `#[serde(deserialize_with = "service::settings::durations")]`.
pub fn durations<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Duration>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|text| read_duration(text))
        .collect()
}

fn read_duration<E: de::Error>(text: &str) -> Result<Duration, E> {
    parse_duration(text).ok_or_else(|| {
        E::custom(format!(
            "`{text}` is not a duration: write numbers with units, \
             such as \"30s\", \"5m\" or \"1h30m\""
        ))
    })
}

/// Reads a number of bytes; for `#[serde(deserialize_with = "service::settings::size")]`.
pub fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_size(&text).ok_or_else(|| {
        de::Error::custom(format!(
            "`{text}` is not a size: write a number with a unit, such as \"512B\", \"64KiB\" or \"10MiB\""
        ))
    })
}

/// A duration of one or several numbers with units: `30s`, `1h30m`, `250ms`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut milliseconds = 0_u64;
    while !rest.is_empty() {
        let (number, after) = split_number(rest)?;
        let length = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, remaining) = after.split_at(length);
        milliseconds = milliseconds.checked_add(number.checked_mul(factor(&DURATIONS, unit)?)?)?;
        rest = remaining;
    }
    (!text.is_empty()).then(|| Duration::from_millis(milliseconds))
}

/// A number of bytes with its unit: `512B`, `64KiB`, `10MB`.
pub fn parse_size(text: &str) -> Option<usize> {
    let (number, unit) = split_number(text)?;
    let bytes = number.checked_mul(factor(&SIZES, unit)?)?;
    usize::try_from(bytes).ok()
}

fn split_number(text: &str) -> Option<(u64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}

fn factor(units: &[(&str, u64)], unit: &str) -> Option<u64> {
    units
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_carry_units() {
        for (text, seconds) in [
            ("0s", 0.0),
            ("30s", 30.0),
            ("5m", 300.0),
            ("1h30m", 5_400.0),
            ("250ms", 0.25),
            ("1s500ms", 1.5),
            ("14d", 1_209_600.0),
        ] {
            assert_eq!(
                parse_duration(text),
                Some(Duration::from_secs_f64(seconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_duration_without_its_unit_is_refused() {
        for text in [
            "",
            "30",
            "s",
            "-3s",
            "3 s",
            "1.5h",
            "5min",
            "99999999999999999999d",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_carry_units() {
        for (text, bytes) in [
            ("0B", 0),
            ("512B", 512),
            ("64KiB", 65_536),
            ("10MB", 10_000_000),
        ] {
            assert_eq!(parse_size(text), Some(bytes), "{text}");
        }
        for text in ["", "12", "KiB", "1kib", "1KiB2B", "99999999999GiB"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }
}
