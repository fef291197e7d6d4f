//! Offers and their lines.

use ids::{OfferId, StaffId};
use proto::deals::v1 as asked;
use rpc::decode::{Fields, Invalid};

use super::fields::{MAX_TEXT, currency, time};
use super::sale_object::MAX_UNIT;
use crate::app::create_offer::CreateOffer;
use crate::app::offer_content::{WantedContent, WantedLine};
use crate::app::revise_offer::ReviseOffer;
use crate::app::send_offer::SendOffer;
use crate::app::update_offer::UpdateOffer;
use crate::domain::money::MAX_MINOR;
use crate::domain::offer::{BasisPoints, LineKind, MAX_LINES, MAX_QUANTITY_MILLI};
use crate::domain::sale_object::Addition;

/// Characters of a line.
const MAX_LINE: usize = 500;

/// Characters of an address.
const MAX_ADDRESS: usize = 1_000;

pub fn create_offer(
    request: &asked::CreateOfferRequest,
    by: Option<StaffId>,
) -> Result<CreateOffer, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &request.deal_id);
    let id = fields.parse_optional("offer_id", &request.offer_id);
    let content = content(&mut fields, request.content.as_ref());
    fields.finish(|| {
        Some(CreateOffer {
            id: id?.unwrap_or_else(OfferId::generate),
            deal: deal?,
            content: content?,
            by,
        })
    })
}

pub fn update_offer(request: &asked::UpdateOfferRequest) -> Result<UpdateOffer, Invalid> {
    let mut fields = Fields::new();
    let offer = fields.parse("offer_id", &request.offer_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let content = content(&mut fields, request.content.as_ref());
    fields.finish(|| {
        Some(UpdateOffer {
            offer: offer?,
            revision: revision?,
            content: content?,
        })
    })
}

pub fn revise_offer(
    request: &asked::ReviseOfferRequest,
    by: Option<StaffId>,
) -> Result<ReviseOffer, Invalid> {
    let mut fields = Fields::new();
    let offer = fields.parse("offer_id", &request.offer_id);
    let id = fields.parse_optional("new_offer_id", &request.new_offer_id);
    fields.finish(|| {
        Some(ReviseOffer {
            offer: offer?,
            id: id?.unwrap_or_else(OfferId::generate),
            by,
        })
    })
}

pub fn send_offer(request: &asked::SendOfferRequest) -> Result<SendOffer, Invalid> {
    let mut fields = Fields::new();
    let offer = fields.parse("offer_id", &request.offer_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    fields.finish(|| {
        Some(SendOffer {
            offer: offer?,
            revision: revision?,
        })
    })
}

/// What is not said is base.
pub(super) fn kind(kind: asked::LineKind) -> LineKind {
    match kind {
        asked::LineKind::Unspecified | asked::LineKind::Base => LineKind::Base,
        asked::LineKind::UpSell => LineKind::Addition(Addition::UpSell),
        asked::LineKind::CrossSell => LineKind::Addition(Addition::CrossSell),
    }
}

fn content(fields: &mut Fields, content: Option<&asked::OfferContent>) -> Option<WantedContent> {
    let content = fields.require("content", content)?;
    fields.nested("content", |fields| {
        let currency = currency(fields, "currency", &content.currency);
        let currency = currency.and_then(|currency| fields.require("currency", currency));
        let addressee = fields.text_optional("addressee", &content.addressee, MAX_ADDRESS);
        let introduction = fields.text_optional("introduction", &content.introduction, MAX_TEXT);
        let terms = fields.text_optional("terms", &content.terms, MAX_TEXT);
        let valid_until = time(fields, "valid_until", content.valid_until.as_ref());
        let language = fields.parse("language", &content.language);
        let lines = lines(fields, &content.lines);
        Some(WantedContent {
            currency: currency?,
            addressee: addressee?.unwrap_or_default(),
            introduction: introduction?.unwrap_or_default(),
            terms: terms?.unwrap_or_default(),
            valid_until: valid_until?,
            language: language?,
            lines: lines?,
        })
    })
}

fn lines(fields: &mut Fields, lines: &[asked::OfferLine]) -> Option<Vec<WantedLine>> {
    if lines.len() > MAX_LINES {
        let description = format!("has more than {MAX_LINES} entries");
        fields.wrong("lines", "TOO_MANY", description);
        return None;
    }
    let lines: Vec<Option<WantedLine>> = (0..)
        .zip(lines)
        .map(|(index, one): (usize, _)| {
            fields.nested(&format!("lines[{index}]"), |fields| line(fields, one))
        })
        .collect();
    lines.into_iter().collect()
}

fn line(fields: &mut Fields, line: &asked::OfferLine) -> Option<WantedLine> {
    let object = fields.parse_optional("sale_object_id", &line.sale_object_id);
    let free = line.sale_object_id.is_empty();
    let text = if free {
        fields.text("text", &line.text, MAX_LINE).map(Some)
    } else {
        fields.text_optional("text", &line.text, MAX_LINE)
    };
    let unit = fields.text_optional("unit", &line.unit, MAX_UNIT);
    let quantity = fields.within(
        "quantity_milli",
        line.quantity_milli,
        &(1..=MAX_QUANTITY_MILLI),
    );
    let price = match line.unit_price_minor {
        Some(price) => fields
            .within("unit_price_minor", price, &(0..=MAX_MINOR))
            .map(Some),
        None if free => fields.require("unit_price_minor", None),
        None => Some(None),
    };
    let discount = points(fields, "discount_bp", line.discount_bp);
    let tax = points(fields, "tax_bp", line.tax_bp);
    Some(WantedLine {
        object: object?,
        text: text?,
        unit: unit?,
        quantity_milli: quantity?,
        price_minor: price?,
        discount: discount?,
        tax: tax?,
        kind: kind(line.kind()),
    })
}

fn points(fields: &mut Fields, field: &str, number: i32) -> Option<BasisPoints> {
    let number = fields.within(field, number, &(0..=10_000))?;
    BasisPoints::try_new(number)
}
