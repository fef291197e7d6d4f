use ids::{CampaignId, OrganisationId};

use super::{App, again::again};
use crate::{domain::supplier::Supplier, error::Error, store};

pub struct RemoveSupplier {
    pub campaign: CampaignId,
    pub organisation: OrganisationId,
    /// Revision that the caller saw; 0 for any.
    pub revision: i64,
}

/// Takes a supplier out. Twice changes nothing.
pub async fn remove_supplier(app: &App, cmd: RemoveSupplier) -> Result<Supplier, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RemoveSupplier) -> Result<Supplier, Error> {
    let tx = app.outbox.begin().await?;
    let mut supplier = store::suppliers::get(&*tx, cmd.campaign, cmd.organisation).await?;
    let seen = supplier.revision;
    if !supplier.remove() {
        return Ok(supplier);
    }
    if cmd.revision != 0 && cmd.revision != seen {
        return Err(Error::Changed("supplier"));
    }
    store::suppliers::save(&tx, &supplier, seen).await?;
    tx.commit().await?;
    Ok(supplier)
}
