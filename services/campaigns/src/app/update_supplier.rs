use ids::{CampaignId, OrganisationId};

use super::{App, again::again};
use crate::{
    domain::supplier::{Entry, Supplier},
    error::Error,
    refusal::Refusal,
    store,
};

pub struct UpdateSupplier {
    pub campaign: CampaignId,
    pub organisation: OrganisationId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub entry: Entry,
}

/// Replaces what is said of a supplier. The same again changes nothing.
pub async fn update_supplier(app: &App, cmd: UpdateSupplier) -> Result<Supplier, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateSupplier) -> Result<Supplier, Error> {
    let tx = app.outbox.begin().await?;
    let mut supplier = store::suppliers::get(&*tx, cmd.campaign, cmd.organisation).await?;
    if cmd.revision != 0 && cmd.revision != supplier.revision {
        return Err(Error::Changed("supplier"));
    }
    let seen = supplier.revision;
    if supplier.change(cmd.entry.clone()).map_err(Refusal::from)? {
        store::suppliers::save(&tx, &supplier, seen).await?;
        tx.commit().await?;
    }
    Ok(supplier)
}
