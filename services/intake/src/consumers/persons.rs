//! The client base: whom later submissions are compared with.

use futures::future::BoxFuture;
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::customers::v1::PersonRecorded;

use super::{id, optional_id};
use crate::{
    app::{
        App,
        link_person::{LinkPerson, link_persons},
    },
    domain::contact::PersonName,
    store::persons::Person,
};

impl BatchHandler<PersonRecorded> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<PersonRecorded>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let cmds = events
                .iter()
                .enumerate()
                .map(|(place, event)| cmd(event).map_err(|error| BatchError::at(place, error)));
            let cmds: Vec<LinkPerson> = cmds.collect::<Result<_, _>>()?;
            Ok(link_persons(self, tx, &cmds).await?)
        })
    }
}

fn cmd(event: &Received<PersonRecorded>) -> Result<LinkPerson, HandlerError> {
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
    let leads = message.lead_ids.iter().map(|lead| id(lead));
    Ok(LinkPerson {
        person,
        leads: leads.collect::<Result<_, _>>()?,
    })
}
