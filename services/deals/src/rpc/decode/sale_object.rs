//! Sale objects of the catalogue.

use ids::SaleObjectId;
use proto::deals::v1 as asked;
use rpc::decode::{Fields, Invalid};

use super::fields::{MAX_NAME, money};
use super::offer::kind;
use crate::domain::code::Code;
use crate::domain::offer::LineKind;
use crate::domain::sale_object::{MAX_RELATED, Prices, Related, SaleObject};

/// Characters of a unit.
pub(super) const MAX_UNIT: usize = 30;

/// A sale object to be recorded, under the caller's id or one of ours.
pub fn new_sale_object(object: Option<&asked::SaleObject>) -> Result<SaleObject, Invalid> {
    read(object, |fields, object| {
        let id = fields.parse_optional("sale_object_id", &object.sale_object_id)?;
        Some((id.unwrap_or_else(SaleObjectId::generate), 1))
    })
}

/// A sale object to replace the one of this id.
pub fn sale_object(id: &str, object: Option<&asked::SaleObject>) -> Result<SaleObject, Invalid> {
    let id = super::id("sale_object_id", id)?;
    read(object, |fields, object| {
        let revision = fields.within("revision", object.revision, &(0..=i64::MAX))?;
        Some((id, revision))
    })
}

fn read(
    object: Option<&asked::SaleObject>,
    identified: impl FnOnce(&mut Fields, &asked::SaleObject) -> Option<(SaleObjectId, i64)>,
) -> Result<SaleObject, Invalid> {
    let mut fields = Fields::new();
    let object = fields.require("sale_object", object);
    let object = object.and_then(|object| {
        fields.nested("sale_object", |fields| {
            let identity = identified(fields, object);
            let code = fields.read("code", Code::try_new(&object.code));
            let name = fields.text("name", &object.name, MAX_NAME);
            let unit = fields.text("unit", &object.unit, MAX_UNIT);
            let prices = prices(fields, object);
            let (id, revision) = identity?;
            let related = related(fields, object, id);
            Some(SaleObject {
                id,
                revision,
                code: code?,
                name: name?,
                unit: unit?,
                prices: prices?,
                active: object.active,
                related: related?,
            })
        })
    });
    fields.finish(|| object)
}

fn prices(fields: &mut Fields, object: &asked::SaleObject) -> Option<Prices> {
    let mut prices = Vec::new();
    for (index, price) in object.prices.iter().enumerate() {
        prices.push(money(fields, &format!("prices[{index}]"), Some(price))?);
    }
    let prices = prices.into_iter().flatten().collect();
    fields.read("prices", Prices::try_new(prices))
}

fn related(
    fields: &mut Fields,
    object: &asked::SaleObject,
    id: SaleObjectId,
) -> Option<Vec<Related>> {
    if object.related.len() > MAX_RELATED {
        let description = format!("has more than {MAX_RELATED} entries");
        fields.wrong("related", "TOO_MANY", description);
        return None;
    }
    let mut related: Vec<Related> = Vec::new();
    for (index, one) in object.related.iter().enumerate() {
        let one = fields.nested(&format!("related[{index}]"), |fields| {
            let other: SaleObjectId = fields.parse("sale_object_id", &one.sale_object_id)?;
            let LineKind::Addition(addition) = kind(one.kind()) else {
                fields.wrong("kind", "MALFORMED", "is up-sell or cross-sell");
                return None;
            };
            if other == id || related.iter().any(|it| it.object == other) {
                fields.wrong("sale_object_id", "DUPLICATE", "is itself, or there already");
                return None;
            }
            Some(Related {
                object: other,
                addition,
            })
        });
        related.push(one?);
    }
    Some(related)
}
