use super::{App, again::again};
use crate::{domain::supplier::Interaction, error::Error, store};

pub struct LogSupplierInteraction {
    pub interaction: Interaction,
}

/// Adds a line to the log of contacts with a supplier, also with one that was taken out: what
/// happened, happened. The same id twice returns what is there.
pub async fn log_supplier_interaction(
    app: &App,
    cmd: LogSupplierInteraction,
) -> Result<Interaction, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &LogSupplierInteraction) -> Result<Interaction, Error> {
    let new = &cmd.interaction;
    let tx = app.outbox.begin().await?;
    store::suppliers::get(&*tx, new.campaign, new.organisation).await?;
    if let Some(known) = store::suppliers::find_interaction(&*tx, new.id).await? {
        let same = (known.campaign, known.organisation) == (new.campaign, new.organisation);
        return if same {
            Ok(known)
        } else {
            Err(Error::IdTaken("interaction"))
        };
    }
    store::suppliers::insert_interaction(&tx, new).await?;
    tx.commit().await?;
    Ok(new.clone())
}
