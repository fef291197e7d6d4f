use ids::OrganisationId;

use super::{App, again::again};
use crate::{
    domain::organisation::{Details, Organisation},
    error::Error,
    events, store,
};

pub struct RecordOrganisation {
    pub id: OrganisationId,
    pub details: Details,
}

/// Records an organisation. The same id twice returns what is recorded; the name of another is refused.
pub async fn record_organisation(
    app: &App,
    cmd: RecordOrganisation,
) -> Result<Organisation, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordOrganisation) -> Result<Organisation, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = store::organisations::find(&*tx, cmd.id).await? {
        return Ok(known);
    }
    let organisation = Organisation::new(cmd.id, cmd.details.clone(), app.clock.now());
    if let Some(other) =
        store::organisations::find_by_name(&*tx, &organisation.details.name).await?
    {
        // The same call, committed between the two reads.
        if other.id == cmd.id {
            return Ok(other);
        }
        return Err(Error::OrganisationExists(other.id));
    }
    store::organisations::insert(&tx, [&organisation]).await?;
    tx.publish(events::organisation_recorded(
        &organisation,
        app.clock.now(),
    ))
    .await?;
    tx.commit().await?;
    Ok(organisation)
}
