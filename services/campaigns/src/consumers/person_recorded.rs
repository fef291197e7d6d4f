//! Whom the client base knows, and what they said of being reached.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use ids::{LeadId, PersonId};
use messaging::{BatchError, BatchHandler, Handler, HandlerError, Received, Tx, erased};
use persons::reach::{self, Person, Said};
use proto::{
    convert::to_timestamp,
    customers::v1::{ConsentRecorded, PersonRecorded},
};

use super::id;
use crate::{
    app::{App, admit::meet, refer::lead_known},
    error::Error,
    store::client_base,
};

impl BatchHandler<PersonRecorded> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<PersonRecorded>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let persons = read(events)?;
            let saved = reach::save_persons(tx.connection(), &persons).await;
            saved.map_err(Error::from)?;
            let cards = events.iter().map(|it| (it.revision, &it.message));
            let saved = client_base::save_cards(tx, cards).await;
            saved.map_err(Error::from)?;
            let leads = leads(events)?;
            meet(self, tx, &leads).await?;
            Ok(lead_known(tx, &leads).await?)
        })
    }
}

impl Handler<ConsentRecorded> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ConsentRecorded>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let said = said(event)?;
            // Of an erased person counts what it was reached by, not what it said.
            let erased = erased::of(tx.connection(), [said.person.uuid()]).await;
            if !erased.map_err(Error::from)?.is_empty() {
                return Ok(());
            }
            let saved = reach::save_said(tx.connection(), &said).await;
            Ok(saved.map_err(Error::from)?)
        })
    }
}

/// What the events of a batch say, each of which may be to blame.
fn read(events: &[Received<PersonRecorded>]) -> Result<Vec<Person>, BatchError> {
    let read = |(place, event)| person(event).map_err(|error| BatchError::at(place, error));
    events.iter().enumerate().map(read).collect()
}

/// Whose leads they are.
fn leads(events: &[Received<PersonRecorded>]) -> Result<BTreeMap<LeadId, PersonId>, BatchError> {
    let mut leads = BTreeMap::new();
    for (place, event) in events.iter().enumerate() {
        let at = |error| BatchError::at(place, error);
        let person = id(&event.message.person_id).map_err(at)?;
        for lead in &event.message.lead_ids {
            leads.insert(id(lead).map_err(at)?, person);
        }
    }
    Ok(leads)
}

fn person(event: &Received<PersonRecorded>) -> Result<Person, HandlerError> {
    let person = &event.message;
    let keys = person.emails.iter().chain(&person.phones);
    Ok(Person {
        id: id(&person.person_id)?,
        revision: event.revision,
        keys: keys.chain(&person.lead_ids).cloned().collect(),
    })
}

fn said(event: &Received<ConsentRecorded>) -> Result<Said, HandlerError> {
    let consent = &event.message;
    let stated_at = consent.stated_at.as_ref().and_then(to_timestamp);
    Ok(Said {
        person: id(&consent.person_id)?,
        revision: event.revision,
        channel: consent.channel.clone(),
        purpose: consent.purpose.clone(),
        contact: consent.contact.clone(),
        // A word that this version does not know is taken for a refusal.
        refused: consent.state != "given",
        stated_at: stated_at.ok_or_else(|| HandlerError::refuse("EVENT_TIME_INVALID"))?,
    })
}
