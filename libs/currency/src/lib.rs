#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

use std::cmp::Ordering;

/// Digits after the point of a currency by ISO 4217; two for all that are not named.
pub fn decimals(currency: &str) -> u8 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// Minor units in whole units of the currency, with a point and without the currency: `-1234.50`.
pub fn decimal(minor: i64, currency: &str) -> String {
    let (whole, part) = parts(minor, currency);
    let sign = if minor < 0 { "-" } else { "" };
    match part.as_str() {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{part}"),
    }
}

/// Digits before and after the point of an amount, without its sign. The second are none where the currency has no
/// decimals.
pub fn parts(minor: i64, currency: &str) -> (String, String) {
    let decimals = usize::from(decimals(currency));
    let mut whole = format!("{:0>width$}", minor.unsigned_abs(), width = decimals + 1);
    let part = whole.split_off(whole.len() - decimals);
    (whole, part)
}

/// A quotient rounded to the nearest whole number, a half to the even one. The divisor is positive.
pub fn half_even(product: i128, divisor: i128) -> i128 {
    let whole = product.div_euclid(divisor);
    let twice = product.rem_euclid(divisor) * 2;
    match twice.cmp(&divisor) {
        Ordering::Less => whole,
        Ordering::Greater => whole + 1,
        Ordering::Equal => whole + whole.rem_euclid(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        for (minor, currency, text) in [
            (123_450, "EUR", "1234.50"),
            (-5, "HUF", "-0.05"),
            (0, "EUR", "0.00"),
            (1_500, "JPY", "1500"),
            (-7, "JPY", "-7"),
            (1_234, "KWD", "1.234"),
            (7, "CLF", "0.0007"),
            (i64::MIN, "EUR", "-92233720368547758.08"),
        ] {
            assert_eq!(decimal(minor, currency), text);
        }
    }

    #[test]
    fn a_half_goes_to_the_even_neighbour() {
        for (product, divisor, rounded) in [
            (5, 2, 2),
            (7, 2, 4),
            (-5, 2, -2),
            (-7, 2, -4),
            (10, 3, 3),
            (11, 3, 4),
            (-11, 3, -4),
            (0, 7, 0),
        ] {
            assert_eq!(
                half_even(product, divisor),
                rounded,
                "{product} / {divisor}"
            );
        }
    }
}
