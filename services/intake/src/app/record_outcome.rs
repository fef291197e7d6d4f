//! Records the outcome of a conversation on a lead.

use std::collections::BTreeSet;

use ids::{DealId, LeadId, PersonId};

use super::{App, change_lead::change_lead};
use crate::{
    domain::lead::{Lead, Minted, RecordOutcome},
    error::Error,
    store::{identity, leads, persons},
};

/// Records an outcome. The same outcome again changes nothing.
pub async fn record_outcome(app: &App, lead: LeadId, told: &RecordOutcome) -> Result<Lead, Error> {
    let known = known_person(app, lead).await?;
    let minted = Minted {
        person: known.unwrap_or_else(PersonId::generate),
        deal: DealId::generate(),
    };
    change_lead(app, lead, 0, |lead| {
        Ok(lead.record_outcome(told, minted, app.clock.now())?)
    })
    .await
}

/// Who somebody is in the client base already, by another card or by what the client base tells.
async fn known_person(app: &App, lead: LeadId) -> Result<Option<PersonId>, Error> {
    let db = app.reader();
    let whose = leads::identities(db, &BTreeSet::from([lead])).await?;
    let whose: BTreeSet<_> = whose.into_values().collect();
    let around = identity::load(db, &[], &whose).await?;
    let members: BTreeSet<_> = whose
        .iter()
        .flat_map(|identity| around.known.members(*identity))
        .collect();
    let cards = leads::of_identities(db, &members).await?;
    if let Some(person) = cards.iter().find_map(|card| card.person) {
        return Ok(Some(person));
    }
    let persons = persons::of_identities(db, members).await?;
    Ok(persons.first().map(|person| person.id))
}
