use ids::{LeadId, PersonId};

use super::{App, again::again};
use crate::{domain::person::Person, error::Error, store};

pub struct UnlinkLead {
    pub person: PersonId,
    pub lead: LeadId,
}

/// Takes a link away; both records stay. A link that is not there changes nothing.
pub async fn unlink_lead(app: &App, cmd: UnlinkLead) -> Result<Person, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UnlinkLead) -> Result<Person, Error> {
    let tx = app.outbox.begin().await?;
    let mut person = store::persons::find(&*tx, cmd.person)
        .await?
        .ok_or(Error::PersonNotFound(cmd.person))?;
    if store::links::unlink(&tx, cmd.lead, cmd.person).await? {
        let seen = person.revision;
        person.links_changed();
        store::persons::save(&tx, [(&person, seen)]).await?;
        store::persons::announce(&tx, &person, app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(person)
}
