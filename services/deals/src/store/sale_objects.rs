//! Rows of the catalogue.

use std::collections::HashMap;
use std::error::Error as StdError;

use database::Error;
use ids::SaleObjectId;
use messaging::Tx;
use sea_orm::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, TryInsertResult};
use serde::{Deserialize, Serialize};

use super::corrupt;
use super::entity::sale_object::{Column, Entity, Model};
use crate::domain::code::Code;
use crate::domain::money::Money;
use crate::domain::sale_object::{Prices, Related, SaleObject};

/// Where a page of the list, by name, goes on.
pub type Cursor = (String, Uuid);

/// The unique index over codes.
pub const CODE_KEY: &str = "sale_object_code_key";

#[derive(Serialize, Deserialize)]
struct PriceRow {
    minor: i64,
    currency: String,
}

#[derive(Serialize, Deserialize)]
struct RelatedRow {
    sale_object_id: SaleObjectId,
    kind: String,
}

/// Adds a sale object; `false` when there is one with its id.
pub async fn insert(tx: &Tx, object: &SaleObject) -> Result<bool, Error> {
    let inserted = Entity::insert(write(object)?.into_active_model().reset_all())
        .on_conflict_do_nothing_on([Column::Id])
        .exec_without_returning(tx.connection())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Saves a sale object as its next revision, unless somebody else did so first.
pub async fn save(tx: &Tx, object: &mut SaleObject) -> Result<(), Error> {
    let seen = object.revision;
    object.revision += 1;
    let saved = Entity::update_many()
        .set(write(object)?.into_active_model().reset_all())
        .filter(Column::Id.eq(object.id.uuid()))
        .filter(Column::Revision.eq(seen))
        .exec(tx.connection())
        .await?;
    if saved.rows_affected == 0 {
        object.revision = seen;
        return Err(Error::conflict("sale_object"));
    }
    Ok(())
}

pub async fn get(db: &impl ConnectionTrait, id: SaleObjectId) -> Result<Option<SaleObject>, Error> {
    let row = Entity::find_by_id(id.uuid()).one(db).await?;
    row.map(read).transpose()
}

/// The sale object, to be changed.
pub async fn lock(tx: &Tx, id: SaleObjectId) -> Result<Option<SaleObject>, Error> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(tx.connection())
        .await?;
    row.map(read).transpose()
}

/// Some sale objects, by id.
pub async fn some(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = SaleObjectId>,
) -> Result<HashMap<SaleObjectId, SaleObject>, Error> {
    let ids = ids.into_iter().map(SaleObjectId::uuid);
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(db).await?;
    rows.into_iter()
        .map(|row| read(row).map(|object| (object.id, object)))
        .collect()
}

/// A page of the catalogue, by name.
pub async fn page(
    db: &impl ConnectionTrait,
    active_only: bool,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<SaleObject>, Error> {
    let rows = Entity::find()
        .filter(after.map_or_else(Condition::all, later))
        .filter(Condition::all().add_option(active_only.then(|| Column::Active.eq(true))))
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

fn later((name, id): Cursor) -> Condition {
    Condition::any().add(Column::Name.gt(name.clone())).add(
        Condition::all()
            .add(Column::Name.eq(name))
            .add(Column::Id.gt(id)),
    )
}

fn write(object: &SaleObject) -> Result<Model, Error> {
    let prices = object.prices.iter().map(|price| PriceRow {
        minor: price.minor(),
        currency: price.currency().to_owned(),
    });
    let related = object.related.iter().map(|related| RelatedRow {
        sale_object_id: related.object,
        kind: related.addition.to_string(),
    });
    Ok(Model {
        id: object.id.uuid(),
        revision: object.revision,
        code: object.code.to_string(),
        name: object.name.clone(),
        unit: object.unit.clone(),
        prices: serde_json::to_value(prices.collect::<Vec<_>>()).map_err(broken)?,
        active: object.active,
        related: serde_json::to_value(related.collect::<Vec<_>>()).map_err(broken)?,
    })
}

fn read(row: Model) -> Result<SaleObject, Error> {
    let prices: Vec<PriceRow> = serde_json::from_value(row.prices).map_err(broken)?;
    let prices = prices
        .iter()
        .map(|price| Money::try_new(price.minor, &price.currency).map_err(broken))
        .collect::<Result<_, _>>()?;
    let related: Vec<RelatedRow> = serde_json::from_value(row.related).map_err(broken)?;
    let related = related.iter().map(|related| {
        Ok(Related {
            object: related.sale_object_id,
            addition: related.kind.parse().map_err(broken)?,
        })
    });
    Ok(SaleObject {
        id: SaleObjectId::from_uuid(row.id),
        revision: row.revision,
        code: Code::try_new(&row.code).map_err(broken)?,
        name: row.name,
        unit: row.unit,
        prices: Prices::try_new(prices).map_err(broken)?,
        active: row.active,
        related: related.collect::<Result<_, Error>>()?,
    })
}

fn broken(cause: impl StdError + Send + Sync + 'static) -> Error {
    corrupt("sale_object", cause)
}
