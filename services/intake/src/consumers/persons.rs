//! The client base: whom later submissions are compared with.

use futures::future::BoxFuture;
use ids::IdentityId;
use messaging::{BatchError, BatchHandler, Handler, HandlerError, Received, Tx};
use proto::customers::v1::{DuplicateDecided, PersonRecorded, PersonsMerged, PersonsSplit};

use super::{id, optional_id};
use crate::{
    app::{
        App,
        link_person::{LinkPerson, link_persons},
        links,
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
        // Found when the person is entered; a new one until then.
        identity: IdentityId::generate(),
    };
    let leads = message.lead_ids.iter().map(|lead| id(lead));
    Ok(LinkPerson {
        person,
        leads: leads.collect::<Result<_, _>>()?,
    })
}

impl Handler<PersonsMerged> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonsMerged>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let message = &event.message;
            let persons = [id(&message.kept_id)?, id(&message.joined_id)?];
            Ok(links::merge_persons(self, tx, id(&message.merge_id)?, persons).await?)
        })
    }
}

impl Handler<PersonsSplit> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonsSplit>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let message = &event.message;
            let persons = [id(&message.kept_id)?, id(&message.joined_id)?];
            Ok(links::split_persons(self, tx, id(&message.merge_id)?, persons).await?)
        })
    }
}

/// What people say of two persons bears on their identities; that they are one comes as a merge.
impl Handler<DuplicateDecided> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DuplicateDecided>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let message = &event.message;
            if message.decision == "different" {
                let persons = [id(&message.one_id)?, id(&message.other_id)?];
                let by = optional_id(&message.decided_by)?;
                links::tell_persons_apart(self, tx, persons, by).await?;
            }
            Ok(())
        })
    }
}
