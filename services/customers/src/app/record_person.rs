use ids::PersonId;

use super::{App, again::again};
use crate::{
    domain::person::{Details, Person},
    error::Error,
    store,
};

pub struct RecordPerson {
    pub id: PersonId,
    pub details: Details,
}

/// Records a person. The same id twice returns what is recorded.
pub async fn record_person(app: &App, cmd: RecordPerson) -> Result<Person, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordPerson) -> Result<Person, Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = store::persons::find(&*tx, cmd.id).await? {
        return Ok(known);
    }
    let mut person = Person::new(cmd.id, cmd.details.clone(), app.clock.now());
    store::persons::resolve_organisation(&tx, &mut person).await?;
    store::persons::insert(&tx, [&person]).await?;
    store::persons::announce(&tx, &person, app.clock.now()).await?;
    tx.commit().await?;
    Ok(person)
}
