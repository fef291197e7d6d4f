use ids::{CaseId, OrganisationId, PersonId, StaffId};

use super::{App, again::again, erase_person::not_erased};
use crate::{
    domain::case::{Case, Details},
    error::Error,
    events, store,
};

pub struct OpenCase {
    pub id: CaseId,
    pub person: Option<PersonId>,
    pub organisation: Option<OrganisationId>,
    pub details: Details,
    pub by: Option<StaffId>,
}

/// Opens a service case. The same id twice returns what is recorded.
pub async fn open_case(app: &App, cmd: OpenCase) -> Result<Case, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &OpenCase) -> Result<Case, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = store::cases::find(&*tx, cmd.id).await? {
        return Ok(known);
    }
    if let Some(person) = cmd.person {
        let known = store::persons::find(&*tx, person).await?;
        known.ok_or(Error::PersonNotFound(person))?;
        not_erased(&tx, [person]).await?;
    }
    if let Some(organisation) = cmd.organisation {
        let known = store::organisations::find(&*tx, organisation).await?;
        known.ok_or(Error::OrganisationNotFound(organisation))?;
    }
    let now = app.clock.now();
    let case = Case {
        id: cmd.id,
        revision: 1,
        person: cmd.person,
        organisation: cmd.organisation,
        details: cmd.details.clone(),
        resolution: String::new(),
        opened_by: cmd.by,
        opened_at: now,
        resolved: None,
    };
    store::cases::insert(&tx, &case).await?;
    tx.publish(events::case_recorded(&case, now)).await?;
    tx.commit().await?;
    Ok(case)
}
