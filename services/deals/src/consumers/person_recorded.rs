//! The client base recorded a person: the person's deals follow.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::customers::v1::PersonRecorded;
use rpc::decode::{Fields, Invalid};

use crate::app::App;
use crate::app::record_person::record_person;
use crate::error::Error;
use crate::store::clients::Person;

impl Handler<PersonRecorded> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonRecorded>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let person = person(event).map_err(Error::from)?;
            record_person(tx, &person).await?;
            Ok(())
        })
    }
}

fn person(event: &Received<PersonRecorded>) -> Result<Person, Invalid> {
    let message = &event.message;
    let mut fields = Fields::new();
    let id = fields.parse("person_id", &message.person_id);
    let organisation = fields.parse_optional("organisation_id", &message.organisation_id);
    let leads: Option<BTreeSet<_>> = message
        .lead_ids
        .iter()
        .map(|lead| fields.parse("lead_ids", lead))
        .collect();
    fields.finish(|| {
        Some(Person {
            id: id?,
            revision: event.revision,
            organisation: organisation?,
            leads: leads?,
        })
    })
}
