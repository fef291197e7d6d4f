use super::{App, again::again};
use crate::{domain::supplier::Supplier, error::Error, store};

pub struct AddSupplier {
    pub supplier: Supplier,
}

/// Adds a supplier to a campaign. The same organisation twice returns what is there; one that was
/// taken out is a supplier again, as told now.
pub async fn add_supplier(app: &App, cmd: AddSupplier) -> Result<Supplier, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &AddSupplier) -> Result<Supplier, Error> {
    let new = &cmd.supplier;
    let tx = app.outbox.begin().await?;
    store::campaigns::get(&*tx, new.campaign).await?;
    let known = store::suppliers::find(&*tx, new.campaign, new.organisation).await?;
    let Some(mut known) = known else {
        store::suppliers::insert(&tx, new).await?;
        tx.commit().await?;
        return Ok(new.clone());
    };
    let seen = known.revision;
    if known.restore(new.entry.clone()) {
        store::suppliers::save(&tx, &known, seen).await?;
        tx.commit().await?;
    }
    Ok(known)
}
