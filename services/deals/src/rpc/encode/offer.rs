//! Offers and sale objects as their contracts show them.

use proto::convert::timestamp;
use proto::deals::v1 as shown;
use proto::types::v1 as types;

use super::{money, printed};
use crate::app::suggest_lines::SuggestedLine;
use crate::domain::offer::{Line, LineKind, Offer, State};
use crate::domain::sale_object::{Addition, SaleObject};

pub fn sale_object(object: &SaleObject) -> shown::SaleObject {
    let related = object.related.iter();
    shown::SaleObject {
        sale_object_id: object.id.to_string(),
        revision: object.revision,
        code: object.code.to_string(),
        name: object.name.clone(),
        unit: object.unit.clone(),
        prices: object.prices.iter().map(money).collect(),
        active: object.active,
        related: related
            .map(|related| shown::RelatedObject {
                sale_object_id: related.object.to_string(),
                kind: kind(LineKind::Addition(related.addition)).into(),
            })
            .collect(),
    }
}

pub fn offer(offer: &Offer) -> shown::Offer {
    let sums = offer.content.lines.sums();
    let money = |minor| types::Money {
        minor,
        currency: offer.content.currency.clone(),
    };
    let state = match offer.state {
        State::Draft => shown::OfferState::Draft,
        State::Sent { .. } => shown::OfferState::Sent,
        State::Accepted { .. } => shown::OfferState::Accepted,
        State::Declined { .. } => shown::OfferState::Declined,
    };
    shown::Offer {
        offer_id: offer.id.to_string(),
        revision: offer.revision,
        deal_id: offer.deal.to_string(),
        number: offer.number.clone(),
        version: offer.version,
        previous_offer_id: printed(offer.previous),
        state: state.into(),
        content: Some(content(offer)),
        net: Some(money(sums.net)),
        tax: Some(money(sums.tax)),
        total: Some(money(sums.total())),
        up_sell_minor: sums.up_sell,
        cross_sell_minor: sums.cross_sell,
        created_at: Some(timestamp(offer.created_at)),
        sent_at: offer.sent_at().map(timestamp),
        answered_at: offer.answered_at().map(timestamp),
        created_by: printed(offer.created_by),
    }
}

pub fn suggested(suggested: &SuggestedLine) -> shown::SuggestedLine {
    shown::SuggestedLine {
        line: Some(line(&suggested.line)),
        goes_with_id: suggested.goes_with.to_string(),
    }
}

fn content(offer: &Offer) -> shown::OfferContent {
    let content = &offer.content;
    shown::OfferContent {
        currency: content.currency.clone(),
        addressee: content.addressee.clone(),
        introduction: content.introduction.clone(),
        terms: content.terms.clone(),
        valid_until: content.valid_until.map(timestamp),
        language: content.language.to_string(),
        lines: content.lines.iter().map(line).collect(),
    }
}

fn line(line: &Line) -> shown::OfferLine {
    let terms = line.terms();
    shown::OfferLine {
        sale_object_id: printed(terms.object),
        text: terms.text.clone(),
        unit: terms.unit.clone(),
        quantity_milli: terms.quantity_milli,
        unit_price_minor: Some(terms.price_minor),
        discount_bp: terms.discount.number().into(),
        tax_bp: terms.tax.number().into(),
        kind: kind(terms.kind).into(),
        net_minor: line.net(),
        tax_minor: line.tax(),
    }
}

fn kind(kind: LineKind) -> shown::LineKind {
    match kind {
        LineKind::Base => shown::LineKind::Base,
        LineKind::Addition(Addition::UpSell) => shown::LineKind::UpSell,
        LineKind::Addition(Addition::CrossSell) => shown::LineKind::CrossSell,
    }
}
