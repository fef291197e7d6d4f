//! Suggests what goes with the lines of an offer.

use std::collections::BTreeSet;

use ids::{OfferId, SaleObjectId};

use super::App;
use crate::domain::offer::{BasisPoints, Line, LineKind, Offer, Terms};
use crate::error::Error;
use crate::store::{offers, sale_objects};

/// A line and the sale object of the offer that it goes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedLine {
    pub line: Line,
    pub goes_with: SaleObjectId,
}

/// Up-sell and cross-sell lines of the catalogue, in the order of the lines that they go with.
///
/// What the offer has already, what is no longer offered and what has no price in its currency is left out;
/// each sale object is suggested once.
pub async fn suggest_lines(app: &App, id: OfferId) -> Result<Vec<SuggestedLine>, Error> {
    let reader = app.database().reader();
    let offer = offers::get(reader, id)
        .await?
        .ok_or(Error::OfferNotFound(id))?;
    let there: Vec<SaleObjectId> = objects(&offer).collect();
    let known = sale_objects::some(reader, there.iter().copied()).await?;
    let mut named: BTreeSet<SaleObjectId> = there.iter().copied().collect();
    let mut candidates = Vec::new();
    for object in there.iter().filter_map(|id| known.get(id)) {
        for related in &object.related {
            if named.insert(related.object) {
                candidates.push((object.id, *related));
            }
        }
    }
    let ids = candidates.iter().map(|(_, related)| related.object);
    let objects = sale_objects::some(reader, ids).await?;
    let tax = offer
        .content
        .lines
        .iter()
        .next()
        .map(|line| line.terms().tax);
    let mut suggested = Vec::new();
    for (goes_with, related) in candidates {
        let object = objects.get(&related.object).filter(|object| object.active);
        let Some((object, price)) =
            object.and_then(|object| Some((object, object.prices.of(&offer.content.currency)?)))
        else {
            continue;
        };
        let terms = Terms {
            object: Some(object.id),
            text: object.name.clone(),
            unit: object.unit.clone(),
            quantity_milli: 1_000,
            price_minor: price.minor(),
            discount: BasisPoints::NONE,
            // Most offers have one rate.
            tax: tax.unwrap_or(BasisPoints::NONE),
            kind: LineKind::Addition(related.addition),
        };
        let line = Line::try_new(terms)?;
        suggested.push(SuggestedLine { line, goes_with });
    }
    Ok(suggested)
}

fn objects(offer: &Offer) -> impl Iterator<Item = SaleObjectId> {
    offer
        .content
        .lines
        .iter()
        .filter_map(|line| line.terms().object)
}
