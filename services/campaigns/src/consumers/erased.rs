//! Persons that were erased, and leads of theirs that only intake knew.

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{convert::to_timestamp, customers::v1::PersonErased, intake::v1::LeadErased};

use super::id;
use crate::app::{
    App,
    erase::{Erase, erase},
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
            let leads = erased.lead_ids.iter().map(|lead| id(lead));
            let at = erased.erased_at.as_ref().and_then(to_timestamp);
            let cmd = Erase {
                persons: persons.collect::<Result<_, _>>()?,
                leads: leads.collect::<Result<_, _>>()?,
                email_digests: erased.email_digests.clone(),
                phone_digests: erased.phone_digests.clone(),
                at: at.unwrap_or(event.at),
            };
            Ok(erase(tx, cmd).await?)
        })
    }
}

impl Handler<LeadErased> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadErased>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let at = event.message.erased_at.as_ref().and_then(to_timestamp);
            let cmd = Erase {
                leads: [id(&event.message.lead_id)?].into(),
                at: at.unwrap_or(event.at),
                ..Erase::default()
            };
            Ok(erase(tx, cmd).await?)
        })
    }
}
