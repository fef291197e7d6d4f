use ids::{LeadId, PersonId, StaffId};

use super::{App, again::again, erase_person::not_erased};
use crate::{domain::person::Person, error::Error, store};

pub struct LinkLead {
    pub person: PersonId,
    pub lead: LeadId,
    pub by: Option<StaffId>,
}

/// Links a lead to a person. Linking twice changes nothing; a lead of somebody else is refused.
pub async fn link_lead(app: &App, cmd: LinkLead) -> Result<Person, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &LinkLead) -> Result<Person, Error> {
    let tx = app.outbox.begin().await?;
    let now = app.clock.now();
    let mut person = store::persons::find(&*tx, cmd.person)
        .await?
        .ok_or(Error::PersonNotFound(cmd.person))?;
    not_erased(&tx, [cmd.person]).await?;
    let owner = store::links::link(&tx, cmd.lead, cmd.person, cmd.by, now).await?;
    match owner {
        None => {
            let seen = person.revision;
            person.links_changed();
            store::persons::save(&tx, [(&person, seen)]).await?;
            store::persons::announce(&tx, &person, now).await?;
            tx.commit().await?;
            Ok(person)
        }
        Some(owner) if owner == cmd.person => Ok(person),
        Some(owner) => Err(Error::LeadLinkedElsewhere {
            lead: cmd.lead,
            person: owner,
        }),
    }
}
