//! The client base: whom later submissions are compared with.

use futures::future::BoxFuture;
use ids::LeadId;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::customers::v1::PersonRecorded;

use super::{id, optional_id};
use crate::{
    app::{App, link_person::link_person},
    domain::contact::PersonName,
    store::persons::Person,
};

impl Handler<PersonRecorded> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonRecorded>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let message = &event.message;
            let name = message.name.clone().unwrap_or_default();
            let person = Person {
                id: id(&message.person_id)?,
                revision: event.revision,
                name: PersonName {
                    full: name.full,
                    given: name.given,
                    family: name.family,
                },
                emails: message.emails.clone(),
                phones: message.phones.clone(),
                organisation: message.organisation.clone(),
                locale: message.locale.clone(),
                responsible: optional_id(&message.responsible_id)?,
            };
            let leads: Vec<LeadId> = message
                .lead_ids
                .iter()
                .map(|lead| id(lead))
                .collect::<Result<_, _>>()?;
            Ok(link_person(self, tx, &person, &leads).await?)
        })
    }
}
