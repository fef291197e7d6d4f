//! Takes the person behind a lead into the client base; called by consumers in their transaction.

use clock::Timestamp;
use ids::{LeadId, OrganisationId, PersonId};
use messaging::Tx;

use super::App;
use crate::{
    domain::{
        organisation::{self, Organisation},
        person::{Details, Person},
        text::is_name,
    },
    error::Error,
    events, store,
};

pub struct RecordLead {
    pub lead: LeadId,
    /// Id that the person is to have if the lead is not linked to anybody yet.
    pub person: PersonId,
    pub details: Details,
    /// Name of the organisation, empty for a private person.
    pub organisation: String,
}

/// The person of a lead: the one it is linked to, or the given one, enriched by what the lead tells.
pub async fn record_lead(app: &App, tx: &Tx, cmd: RecordLead) -> Result<Person, Error> {
    let now = app.clock.now();
    let mut details = cmd.details;
    if is_name(&cmd.organisation) {
        details.organisation = Some(organisation_named(app, tx, &cmd.organisation).await?);
    }
    let id = store::links::owner(&**tx, cmd.lead)
        .await?
        .unwrap_or(cmd.person);
    let (person, changed) = if let Some(mut person) = store::persons::find(&**tx, id).await? {
        let seen = person.revision;
        let enriched = person.enrich(details);
        let linked = link(tx, cmd.lead, id, now).await?;
        if linked && !enriched {
            person.links_changed();
        }
        if enriched || linked {
            store::persons::resolve_organisation(tx, &mut person).await?;
            store::persons::save(tx, &person, seen).await?;
        }
        (person, enriched || linked)
    } else {
        "prospect".clone_into(&mut details.category);
        let mut person = Person::new(id, details, now);
        store::persons::resolve_organisation(tx, &mut person).await?;
        store::persons::insert(tx, &person).await?;
        link(tx, cmd.lead, id, now).await?;
        (person, true)
    };
    if changed {
        store::persons::announce(tx, &person, now).await?;
    }
    Ok(person)
}

/// Links the lead; `false` if it was. If another event of the lead linked it to somebody else at
/// this moment, this event has to be handled anew: one lead is one person.
async fn link(tx: &Tx, lead: LeadId, person: PersonId, now: Timestamp) -> Result<bool, Error> {
    match store::links::link(tx, lead, person, None, now).await? {
        None => Ok(true),
        Some(owner) if owner == person => Ok(false),
        Some(_) => Err(database::Error::conflict("link").into()),
    }
}

async fn organisation_named(app: &App, tx: &Tx, name: &str) -> Result<OrganisationId, Error> {
    if let Some(known) = store::organisations::find_by_name(&**tx, name).await? {
        return Ok(known.id);
    }
    let details = organisation::Details {
        name: name.trim().to_owned(),
        category: "prospect".to_owned(),
        ..organisation::Details::default()
    };
    let organisation = Organisation::new(OrganisationId::generate(), details, app.clock.now());
    store::organisations::insert(tx, &organisation).await?;
    tx.publish(events::organisation_recorded(
        &organisation,
        app.clock.now(),
    ))
    .await?;
    Ok(organisation.id)
}
