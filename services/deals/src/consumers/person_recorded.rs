//! The client base recorded persons: their deals follow.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use messaging::{BatchError, BatchHandler, Received, Tx};
use persons::clients::Person;
use proto::customers::v1::PersonRecorded;
use rpc::decode::{Fields, Invalid};

use crate::app::App;
use crate::app::record_persons::record_persons;
use crate::error::Error;

impl BatchHandler<PersonRecorded> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<PersonRecorded>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let persons = events.iter().enumerate().map(|(place, event)| {
                person(event).map_err(|invalid| BatchError::at(place, Error::from(invalid)))
            });
            let persons: Vec<Person> = persons.collect::<Result<_, _>>()?;
            record_persons(tx, &persons, self.clock.now()).await?;
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
