use ids::OrganisationId;

use super::{App, again::again};
use crate::{
    domain::organisation::{Details, Organisation},
    error::Error,
    events, store,
};

pub struct UpdateOrganisation {
    pub id: OrganisationId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub details: Details,
}

/// Replaces what staff may change. The same details again change nothing.
pub async fn update_organisation(
    app: &App,
    cmd: UpdateOrganisation,
) -> Result<Organisation, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateOrganisation) -> Result<Organisation, Error> {
    let tx = app.outbox.begin().await?;
    let mut organisation = store::organisations::find(&*tx, cmd.id)
        .await?
        .ok_or(Error::OrganisationNotFound(cmd.id))?;
    if cmd.revision != 0 && cmd.revision != organisation.revision {
        return Err(Error::Changed("organisation"));
    }
    if let Some(other) = store::organisations::find_by_name(&*tx, &cmd.details.name).await?
        && other.id != cmd.id
    {
        return Err(Error::OrganisationExists(other.id));
    }
    let seen = organisation.revision;
    if organisation.change(cmd.details.clone()) {
        store::organisations::save(&tx, &organisation, seen).await?;
        tx.publish(events::organisation_recorded(
            &organisation,
            app.clock.now(),
        ))
        .await?;
        tx.commit().await?;
    }
    Ok(organisation)
}
