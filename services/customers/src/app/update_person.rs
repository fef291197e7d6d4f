use ids::PersonId;

use super::{App, again::again, erase_person::not_erased};
use crate::{
    domain::person::{Details, Person},
    error::Error,
    store,
};

pub struct UpdatePerson {
    pub id: PersonId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub details: Details,
}

/// Replaces what staff may change. The same details again change nothing.
pub async fn update_person(app: &App, cmd: UpdatePerson) -> Result<Person, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdatePerson) -> Result<Person, Error> {
    let tx = app.outbox.begin().await?;
    let mut person = store::persons::find(&*tx, cmd.id)
        .await?
        .ok_or(Error::PersonNotFound(cmd.id))?;
    if cmd.revision != 0 && cmd.revision != person.revision {
        return Err(Error::Changed("person"));
    }
    not_erased(&tx, [cmd.id]).await?;
    let seen = person.revision;
    if person.change(cmd.details.clone()) {
        store::persons::resolve_organisation(&tx, &mut person).await?;
        store::persons::save(&tx, [(&person, seen)]).await?;
        store::persons::announce(&tx, &person, app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(person)
}
