//! What an offer is to say, with what the catalogue fills in.

use std::collections::{BTreeSet, HashMap};

use clock::Timestamp;
use ids::SaleObjectId;
use messaging::Tx;

use crate::domain::money::Money;
use crate::domain::offer::{BasisPoints, Content, Language, Line, LineKind, Lines, Terms};
use crate::domain::sale_object::SaleObject;
use crate::error::Error;
use crate::store::sale_objects;

/// Content as it is asked for.
#[derive(Debug, Clone)]
pub struct WantedContent {
    pub currency: String,
    pub addressee: String,
    pub introduction: String,
    pub terms: String,
    pub valid_until: Option<Timestamp>,
    pub language: Language,
    pub lines: Vec<WantedLine>,
}

/// A line as it is asked for; what is missing comes from its sale object.
#[derive(Debug, Clone)]
pub struct WantedLine {
    pub object: Option<SaleObjectId>,
    pub text: Option<String>,
    pub unit: Option<String>,
    pub quantity_milli: i64,
    pub price_minor: Option<i64>,
    pub discount: BasisPoints,
    pub tax: BasisPoints,
    pub kind: LineKind,
}

/// Fills in names, units and prices from the catalogue as it is now.
pub(super) async fn content(tx: &Tx, wanted: &WantedContent) -> Result<Content, Error> {
    let ids: BTreeSet<SaleObjectId> = wanted.lines.iter().filter_map(|line| line.object).collect();
    let objects = sale_objects::some(tx.connection(), ids).await?;
    let lines = wanted
        .lines
        .iter()
        .map(|line| filled(line, &wanted.currency, &objects));
    Ok(Content {
        currency: wanted.currency.clone(),
        addressee: wanted.addressee.clone(),
        introduction: wanted.introduction.clone(),
        terms: wanted.terms.clone(),
        valid_until: wanted.valid_until,
        language: wanted.language,
        lines: Lines::try_new(lines.collect::<Result<_, _>>()?)?,
    })
}

fn filled(
    wanted: &WantedLine,
    currency: &str,
    objects: &HashMap<SaleObjectId, SaleObject>,
) -> Result<Line, Error> {
    let object = match wanted.object {
        Some(id) => Some(objects.get(&id).ok_or(Error::SaleObjectNotFound(id))?),
        None => None,
    };
    if let Some(object) = object.filter(|object| !object.active) {
        return Err(Error::SaleObjectInactive(object.id));
    }
    let named = |text: &Option<String>, of: fn(&SaleObject) -> &String| {
        let text = text.clone();
        text.or_else(|| object.map(|object| of(object).clone()))
    };
    let listed = object.and_then(|object| object.prices.of(currency));
    let price = wanted.price_minor.or(listed.map(Money::minor));
    Ok(Line::try_new(Terms {
        object: wanted.object,
        text: named(&wanted.text, |object| &object.name).unwrap_or_default(),
        unit: named(&wanted.unit, |object| &object.unit).unwrap_or_default(),
        quantity_milli: wanted.quantity_milli,
        price_minor: price.ok_or_else(|| Error::PriceMissing(currency.to_owned()))?,
        discount: wanted.discount,
        tax: wanted.tax,
        kind: wanted.kind,
    })?)
}
