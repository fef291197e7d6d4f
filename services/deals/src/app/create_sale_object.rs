//! Records a sale object in the catalogue.

use std::collections::BTreeSet;

use ids::SaleObjectId;
use messaging::Tx;

use super::App;
use super::again::again;
use crate::domain::sale_object::SaleObject;
use crate::error::Error;
use crate::events;
use crate::store::sale_objects;

/// Records a sale object. The same id twice returns it as it is.
pub async fn create_sale_object(app: &App, object: &SaleObject) -> Result<SaleObject, Error> {
    again(|| attempt(app, object)).await
}

async fn attempt(app: &App, object: &SaleObject) -> Result<SaleObject, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = sale_objects::get(tx.connection(), object.id).await? {
        return Ok(known);
    }
    check_related(&tx, object).await?;
    if !sale_objects::insert(&tx, object)
        .await
        .map_err(|error| refusal(error, object))?
    {
        return Err(database::Error::conflict("sale_object").into());
    }
    tx.publish(events::sale_object_recorded(object, app.clock.now()))
        .await?;
    tx.commit().await?;
    Ok(object.clone())
}

/// What goes with a sale object is in the catalogue itself.
pub(super) async fn check_related(tx: &Tx, object: &SaleObject) -> Result<(), Error> {
    let related: BTreeSet<SaleObjectId> = object.related.iter().map(|it| it.object).collect();
    let known = sale_objects::some(tx.connection(), related.iter().copied()).await?;
    match related.into_iter().find(|id| !known.contains_key(id)) {
        Some(missing) => Err(Error::SaleObjectNotFound(missing)),
        None => Ok(()),
    }
}

/// What a unique index says of a sale object.
pub(super) fn refusal(error: database::Error, object: &SaleObject) -> Error {
    if error.violates(sale_objects::CODE_KEY) {
        Error::SaleObjectCodeTaken(object.code.clone())
    } else {
        error.into()
    }
}
