//! Whatever is offered, the lines add up to the total.

use deals::domain::offer::{BasisPoints, Line, LineKind, Lines, Terms};
use deals::domain::sale_object::Addition;
use proptest::prelude::*;

fn terms() -> impl Strategy<Value = Terms> {
    let kind = prop_oneof![
        Just(LineKind::Base),
        Just(LineKind::Addition(Addition::UpSell)),
        Just(LineKind::Addition(Addition::CrossSell)),
    ];
    let numbers = (
        1..=100_000_000_i64,
        0..=1_000_000_000_i64,
        0..=10_000,
        0..=10_000,
        kind,
    );
    numbers.prop_map(|(quantity_milli, price_minor, discount, tax, kind)| Terms {
        object: None,
        text: "line".to_owned(),
        unit: String::new(),
        quantity_milli,
        price_minor,
        discount: BasisPoints::try_new(discount).unwrap(),
        tax: BasisPoints::try_new(tax).unwrap(),
        kind,
    })
}

/// Twice the distance of a rounded number from the exact quotient, in parts of the divisor.
fn off_twice(rounded: i64, parts: i128, of: i128) -> i128 {
    (2 * (i128::from(rounded) * of - parts)).abs()
}

proptest! {
    #[test]
    fn the_lines_of_an_offer_add_up_to_its_total(all in prop::collection::vec(terms(), 0..10)) {
        let lines: Vec<Line> = all.into_iter().map(|it| Line::try_new(it).unwrap()).collect();
        let net: i64 = lines.iter().map(Line::net).sum();
        let tax: i64 = lines.iter().map(Line::tax).sum();
        let of = |kind: LineKind| -> i64 {
            let lines = lines.iter().filter(|line| line.terms().kind == kind);
            lines.map(Line::net).sum()
        };
        let base = of(LineKind::Base);
        let sums = Lines::try_new(lines.clone()).unwrap().sums();
        prop_assert_eq!((sums.net, sums.tax), (net, tax));
        prop_assert_eq!(sums.total(), net + tax);
        prop_assert_eq!(base + sums.up_sell + sums.cross_sell, net);
    }

    #[test]
    fn a_line_is_never_off_by_more_than_half_a_minor_unit(terms in terms()) {
        let line = Line::try_new(terms).unwrap();
        let it = line.terms();
        let kept = i128::from(10_000 - it.discount.number());
        let parts = i128::from(it.quantity_milli) * i128::from(it.price_minor) * kept;
        let off = off_twice(line.net(), parts, 10_000_000);
        prop_assert!(off <= 10_000_000);
        prop_assert!(off < 10_000_000 || line.net() % 2 == 0, "a half goes to the even one");
        let parts = i128::from(line.net()) * i128::from(it.tax.number());
        let off = off_twice(line.tax(), parts, 10_000);
        prop_assert!(off <= 10_000);
        prop_assert!(off < 10_000 || line.tax() % 2 == 0, "a half goes to the even one");
    }
}
