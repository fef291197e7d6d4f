//! Persons that were erased, and leads of theirs that only intake knew.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::convert::to_timestamp;
use proto::customers::v1::PersonErased;
use proto::intake::v1::LeadErased;
use rpc::decode::Fields;

use crate::app::App;
use crate::app::erase::erase;
use crate::error::Error;

impl Handler<PersonErased> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<PersonErased>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let erased = &event.message;
            let mut fields = Fields::new();
            let persons: Option<BTreeSet<_>> = erased
                .person_ids
                .iter()
                .map(|person| fields.parse("person_ids", person))
                .collect();
            let leads: Option<BTreeSet<_>> = erased
                .lead_ids
                .iter()
                .map(|lead| fields.parse("lead_ids", lead))
                .collect();
            let read = fields.finish(|| Some((persons?, leads?)));
            let (persons, leads) = read.map_err(Error::from)?;
            let at = erased.erased_at.as_ref().and_then(to_timestamp);
            Ok(erase(tx, &persons, &leads, at.unwrap_or(event.at)).await?)
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
            let mut fields = Fields::new();
            let lead = fields.parse("lead_id", &event.message.lead_id);
            let lead = fields.finish(|| lead).map_err(Error::from)?;
            let at = event.message.erased_at.as_ref().and_then(to_timestamp);
            let at = at.unwrap_or(event.at);
            Ok(erase(tx, &BTreeSet::new(), &[lead].into(), at).await?)
        })
    }
}
