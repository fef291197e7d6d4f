//! Persons that were erased, and participants that were.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use ids::{LeadId, PersonId};
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{campaigns::v1::ParticipantErased, convert::to_timestamp, customers::v1::PersonErased};

use super::id;
use crate::app::{
    App,
    erase_person::{erase_participant, erase_person},
};

impl Handler<PersonErased> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonErased>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let erased = &event.message;
            let persons = erased.person_ids.iter().map(|person| id(person));
            let persons: BTreeSet<PersonId> = persons.collect::<Result<_, _>>()?;
            let leads = erased.lead_ids.iter().map(|lead| id(lead));
            let leads: BTreeSet<LeadId> = leads.collect::<Result<_, _>>()?;
            let at = erased.erased_at.as_ref().and_then(to_timestamp);
            let at = at.unwrap_or(event.at);
            Ok(erase_person(self, tx, &persons, &leads, at).await?)
        })
    }
}

impl Handler<ParticipantErased> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ParticipantErased>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let participant = id(&event.message.participant_id)?;
            let at = event.message.erased_at.as_ref().and_then(to_timestamp);
            Ok(erase_participant(tx, participant, at.unwrap_or(event.at)).await?)
        })
    }
}
