//! Persons that were erased, and deals of theirs.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::convert::to_timestamp;
use proto::customers::v1::PersonErased;
use proto::deals::v1::DealErased;
use rpc::decode::Fields;

use crate::app::App;
use crate::app::erase::{Erase, erase};
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
            let at = erased.erased_at.as_ref().and_then(to_timestamp);
            let cmd = fields.finish(|| {
                Some(Erase {
                    persons: persons?,
                    leads: leads?,
                    deals: BTreeSet::new(),
                    at: at.unwrap_or(event.at),
                })
            });
            Ok(erase(tx, cmd.map_err(Error::from)?).await?)
        })
    }
}

impl Handler<DealErased> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<DealErased>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let mut fields = Fields::new();
            let deal = fields.parse("deal_id", &event.message.deal_id);
            let deal = fields.finish(|| deal).map_err(Error::from)?;
            let at = event.message.erased_at.as_ref().and_then(to_timestamp);
            let cmd = Erase {
                deals: [deal].into(),
                at: at.unwrap_or(event.at),
                ..Erase::default()
            };
            Ok(erase(tx, cmd).await?)
        })
    }
}
