//! An offer as a row and back.

use std::error::Error as StdError;

use database::Error;
use ids::{DealId, OfferId, SaleObjectId, StaffId};
use serde::{Deserialize, Serialize};

use crate::domain::offer::{BasisPoints, Content, Line, Lines, Offer, State, Terms};
use crate::store::corrupt;
use crate::store::entity::offer::Model;

#[derive(Serialize, Deserialize)]
struct LineRow {
    sale_object_id: Option<SaleObjectId>,
    text: String,
    unit: String,
    quantity_milli: i64,
    price_minor: i64,
    discount_bp: i32,
    tax_bp: i32,
    kind: String,
}

pub(super) fn write(offer: &Offer) -> Result<Model, Error> {
    let content = &offer.content;
    let lines: Vec<LineRow> = content.lines.iter().map(write_line).collect();
    Ok(Model {
        id: offer.id.uuid(),
        revision: offer.revision,
        deal_id: offer.deal.uuid(),
        number: offer.number.clone(),
        version: offer.version,
        previous_id: offer.previous.map(OfferId::uuid),
        state: offer.state.as_str().to_owned(),
        currency: content.currency.clone(),
        addressee: content.addressee.clone(),
        introduction: content.introduction.clone(),
        terms: content.terms.clone(),
        valid_until: content.valid_until,
        language: content.language.to_string(),
        lines: serde_json::to_value(lines).map_err(broken)?,
        created_at: offer.created_at,
        created_by: offer.created_by.map(StaffId::uuid),
        sent_at: offer.sent_at(),
        answered_at: offer.answered_at(),
    })
}

pub(super) fn read(row: Model) -> Result<Offer, Error> {
    let lines: Vec<LineRow> = serde_json::from_value(row.lines).map_err(broken)?;
    let lines: Vec<Line> = lines.into_iter().map(read_line).collect::<Result<_, _>>()?;
    let state = match (row.state.as_str(), row.sent_at, row.answered_at) {
        ("draft", None, None) => State::Draft,
        ("sent", Some(at), None) => State::Sent { at },
        ("accepted", Some(sent_at), Some(at)) => State::Accepted { sent_at, at },
        ("declined", Some(sent_at), Some(at)) => State::Declined { sent_at, at },
        _ => return Err(corrupt("offer", "state does not fit its times")),
    };
    Ok(Offer {
        id: OfferId::from_uuid(row.id),
        revision: row.revision,
        deal: DealId::from_uuid(row.deal_id),
        number: row.number,
        version: row.version,
        previous: row.previous_id.map(OfferId::from_uuid),
        state,
        content: Content {
            currency: row.currency,
            addressee: row.addressee,
            introduction: row.introduction,
            terms: row.terms,
            valid_until: row.valid_until,
            language: row.language.parse().map_err(broken)?,
            lines: Lines::try_new(lines).map_err(broken)?,
        },
        created_at: row.created_at,
        created_by: row.created_by.map(StaffId::from_uuid),
    })
}

fn write_line(line: &Line) -> LineRow {
    let terms = line.terms();
    LineRow {
        sale_object_id: terms.object,
        text: terms.text.clone(),
        unit: terms.unit.clone(),
        quantity_milli: terms.quantity_milli,
        price_minor: terms.price_minor,
        discount_bp: terms.discount.number().into(),
        tax_bp: terms.tax.number().into(),
        kind: terms.kind.to_string(),
    }
}

fn read_line(row: LineRow) -> Result<Line, Error> {
    let points = |number| {
        BasisPoints::try_new(number).ok_or_else(|| corrupt("offer", "a rate is out of range"))
    };
    let terms = Terms {
        object: row.sale_object_id,
        text: row.text,
        unit: row.unit,
        quantity_milli: row.quantity_milli,
        price_minor: row.price_minor,
        discount: points(row.discount_bp)?,
        tax: points(row.tax_bp)?,
        kind: row.kind.parse().map_err(broken)?,
    };
    Line::try_new(terms).map_err(broken)
}

fn broken(cause: impl StdError + Send + Sync + 'static) -> Error {
    corrupt("offer", cause)
}
