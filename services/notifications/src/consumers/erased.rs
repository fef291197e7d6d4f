//! Persons that were erased, and what was theirs.

use clock::Timestamp;
use futures::future::BoxFuture;
use ids::{ContractId, DealId};
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{
    contracts::v1::ContractErased, convert::to_timestamp, customers::v1::PersonErased,
    deals::v1::DealErased, intake::v1::LeadErased,
};

use super::id;
use crate::app::{
    App,
    erase::{ErasePerson, erase_lead, erase_person, erase_subject},
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
            let cmd = ErasePerson {
                persons: persons.collect::<Result<_, _>>()?,
                leads: leads.collect::<Result<_, _>>()?,
                email_digests: erased.email_digests.clone(),
                phone_digests: erased.phone_digests.clone(),
                at: at(event, erased.erased_at.as_ref()),
            };
            Ok(erase_person(self, tx, cmd).await?)
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
            let lead = id(&event.message.lead_id)?;
            let at = at(event, event.message.erased_at.as_ref());
            Ok(erase_lead(self, tx, lead, at).await?)
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
            let deal: DealId = id(&event.message.deal_id)?;
            let at = at(event, event.message.erased_at.as_ref());
            Ok(erase_subject(self, tx, deal.uuid(), deal.to_string(), at).await?)
        })
    }
}

impl Handler<ContractErased> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ContractErased>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let contract: ContractId = id(&event.message.contract_id)?;
            let at = at(event, event.message.erased_at.as_ref());
            Ok(erase_subject(self, tx, contract.uuid(), contract.to_string(), at).await?)
        })
    }
}

fn at<M>(event: &Received<M>, told: Option<&prost_types::Timestamp>) -> Timestamp {
    told.and_then(to_timestamp).unwrap_or(event.at)
}
