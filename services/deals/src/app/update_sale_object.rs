//! Changes a sale object of the catalogue.

use super::App;
use super::again::again;
use super::create_sale_object::{check_related, refusal};
use crate::domain::sale_object::SaleObject;
use crate::error::Error;
use crate::events;
use crate::store::sale_objects;

/// Replaces a sale object as a whole; `revision` 0 overwrites whatever is there.
///
/// One that is so already is left alone. Offers keep what they took from it.
pub async fn update_sale_object(app: &App, object: &SaleObject) -> Result<SaleObject, Error> {
    again(|| attempt(app, object)).await
}

async fn attempt(app: &App, object: &SaleObject) -> Result<SaleObject, Error> {
    let tx = app.outbox.begin().await?;
    let known = sale_objects::lock(&tx, object.id)
        .await?
        .ok_or(Error::SaleObjectNotFound(object.id))?;
    if object.revision != 0 && object.revision != known.revision {
        return Err(Error::RevisionConflict(object.revision));
    }
    let mut changed = SaleObject {
        revision: known.revision,
        ..object.clone()
    };
    if changed == known {
        return Ok(known);
    }
    check_related(&tx, &changed).await?;
    sale_objects::save(&tx, &mut changed)
        .await
        .map_err(|error| refusal(error, object))?;
    tx.publish(events::sale_object_recorded(&changed, app.clock.now()))
        .await?;
    tx.commit().await?;
    Ok(changed)
}
