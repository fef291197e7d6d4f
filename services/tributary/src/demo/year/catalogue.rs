//! What the company sells.

use ids::SaleObjectId;
use proto::{
    deals::v1::{CreateSaleObjectRequest, LineKind, RelatedObject, SaleObject},
    types::v1::Money,
};

use crate::demo::{
    platform::{Kind, Platform, id},
    team::Team,
};

/// Numbers of the year's records do not reach those of the rest of the demonstration.
const APART: usize = 10_000;
/// What a euro is worth where things are sold in another currency; prices are whole there.
const CURRENCIES: [(&str, i64); 3] = [("EUR", 1), ("HUF", 390), ("RUB", 95)];
/// Places of what is better of the same, and of what goes with everything, begin after the goods.
const BETTER: usize = 100;
const BESIDE: usize = 200;

/// Something on sale.
#[derive(Debug)]
pub(super) struct Good {
    pub(super) name: &'static str,
    code: &'static str,
    unit: &'static str,
    /// Of one.
    euros: i64,
    /// What makes one better, and for how much more.
    better: (&'static str, &'static str, i64),
}

pub(super) static GOODS: [Good; 8] = [
    good(
        ("chair", "Office chairs", "piece", 190),
        ("chair_headrest", "Headrest and armrests", 60),
    ),
    good(
        ("desk", "Standing desks", "piece", 540),
        ("desk_memory", "Panel that remembers heights", 90),
    ),
    good(
        ("table", "Meeting tables", "piece", 820),
        ("table_sockets", "Cable duct with sockets", 150),
    ),
    good(
        ("shelf", "Shelves", "piece", 140),
        ("shelf_doors", "Glass doors", 55),
    ),
    good(
        ("cabinet", "Filing cabinets", "piece", 260),
        ("cabinet_fire", "Fireproof lining", 120),
    ),
    good(
        ("booth", "Acoustic booths", "piece", 3_900),
        ("booth_air", "Ventilation with a sensor", 420),
    ),
    good(
        ("locker", "Lockers", "piece", 170),
        ("locker_numbers", "Number locks", 25),
    ),
    good(
        ("rental", "Furniture rental", "month", 450),
        ("rental_premium", "Furniture of the better series", 110),
    ),
];

/// Goes with everything.
const DELIVERY: usize = 0;
const ASSEMBLY: usize = 1;
const EVERYWHERE: [(&str, &str, &str, i64); 2] = [
    ("delivery", "Delivery", "order", 90),
    ("assembly", "Assembly", "hour", 38),
];

const fn good(
    (code, name, unit, euros): (&'static str, &'static str, &'static str, i64),
    better: (&'static str, &'static str, i64),
) -> Good {
    Good {
        name,
        code,
        unit,
        euros,
        better,
    }
}

impl Good {
    /// As many as cost about that much, in minor units; at least one.
    pub(super) fn worth(&self, minor: i64, currency: &str) -> i64 {
        (minor / price(self.euros, currency)).max(1)
    }

    pub(super) fn id(&self) -> String {
        sale_object_id(self.place())
    }

    /// Of what makes it better.
    pub(super) fn better_id(&self) -> String {
        sale_object_id(BETTER + self.place())
    }

    fn place(&self) -> usize {
        let place = GOODS.iter().position(|it| it.code == self.code);
        place.unwrap_or_default()
    }
}

pub(super) fn delivery_id() -> String {
    sale_object_id(BESIDE + DELIVERY)
}

pub(super) fn assembly_id() -> String {
    sale_object_id(BESIDE + ASSEMBLY)
}

/// Records everything that is on sale.
pub(super) async fn record(platform: &Platform, team: &Team) -> anyhow::Result<()> {
    let beside = EVERYWHERE.iter().enumerate();
    let beside = beside.map(|(place, (code, name, unit, euros))| {
        object(BESIDE + place, (code, name, unit, *euros), Vec::new())
    });
    let better = GOODS.iter().map(|good| {
        let (code, name, euros) = good.better;
        let told = (code, name, good.unit, euros);
        object(BETTER + good.place(), told, Vec::new())
    });
    let goods = GOODS.iter().map(|good| {
        let related = |sale_object_id, kind: LineKind| RelatedObject {
            sale_object_id,
            kind: kind.into(),
        };
        let related = vec![
            related(good.better_id(), LineKind::UpSell),
            related(delivery_id(), LineKind::CrossSell),
            related(assembly_id(), LineKind::CrossSell),
        ];
        let told = (good.code, good.name, good.unit, good.euros);
        object(good.place(), told, related)
    });
    let mut offers = platform.offers(&team.admin);
    // What something is related to has to be there.
    for sale_object in beside.chain(better).chain(goods) {
        let request = CreateSaleObjectRequest {
            sale_object: Some(sale_object),
        };
        offers.create_sale_object(request).await?;
    }
    Ok(())
}

fn object(
    place: usize,
    (code, name, unit, euros): (&str, &str, &str, i64),
    related: Vec<RelatedObject>,
) -> SaleObject {
    let prices = CURRENCIES.map(|(currency, _)| Money {
        minor: price(euros, currency),
        currency: currency.to_owned(),
    });
    SaleObject {
        sale_object_id: sale_object_id(place),
        revision: 0,
        code: code.to_owned(),
        name: name.to_owned(),
        unit: unit.to_owned(),
        prices: prices.to_vec(),
        active: true,
        related,
    }
}

/// In minor units.
fn price(euros: i64, currency: &str) -> i64 {
    let known = CURRENCIES.iter().find(|(code, _)| *code == currency);
    euros * 100 * known.map_or(1, |(_, rate)| *rate)
}

fn sale_object_id(place: usize) -> String {
    SaleObjectId::from_uuid(id(Kind::SaleObject, APART + place)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_sold_as_the_price_allows() {
        for (minor, currency, count) in [
            (19_000, "EUR", 1),
            (100_000, "EUR", 5),
            (10, "EUR", 1),
            (190 * 390 * 100 * 3, "HUF", 3),
        ] {
            assert_eq!(GOODS[0].worth(minor, currency), count, "{minor} {currency}");
        }
    }
}
