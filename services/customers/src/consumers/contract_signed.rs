use futures::future::BoxFuture;
use ids::{OrganisationId, PersonId};
use messaging::{Handler, HandlerError, Received, Tx};
use proto::contracts::v1::ContractSigned;

use super::{id, optional_id};
use crate::{
    app::App,
    events,
    store::{
        self,
        copies::{self, Contract},
    },
};

/// A signed contract makes the person and the organisation clients.
impl Handler<ContractSigned> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<ContractSigned>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let contract = &event.message;
            let person: Option<PersonId> = optional_id(&contract.person_id)?;
            let organisation: Option<OrganisationId> = optional_id(&contract.organisation_id)?;
            let lead = optional_id(&contract.lead_id)?;
            let copy = Contract {
                id: id(&contract.contract_id)?,
                revision: event.revision,
                person,
                lead,
                organisation,
                amount: contract
                    .amount
                    .as_ref()
                    .map(|it| (it.minor, it.currency.clone())),
                state: "signed".to_owned(),
            };
            copies::save_contract(tx, copy).await?;
            // The link counts: the id that a deal carries may be one that was never needed.
            let linked = match lead {
                Some(lead) => store::links::owner(&**tx, lead).await?,
                None => None,
            };
            let person = linked.or(person);
            let through_person = match person {
                Some(person) => person_becomes_client(self, tx, person).await?,
                None => None,
            };
            if let Some(organisation) = organisation.or(through_person) {
                organisation_becomes_client(self, tx, organisation).await?;
            }
            Ok(())
        })
    }
}

/// The organisation of the person, if there is one.
async fn person_becomes_client(
    app: &App,
    tx: &Tx,
    id: PersonId,
) -> Result<Option<OrganisationId>, HandlerError> {
    let Some(mut person) = store::persons::find(&**tx, id).await? else {
        return Err(HandlerError::retry("PERSON_NOT_HERE_YET"));
    };
    let seen = person.revision;
    if person.become_client() {
        store::persons::save(tx, [(&person, seen)]).await?;
        store::persons::announce(tx, &person, app.clock.now()).await?;
    }
    Ok(person.details.organisation)
}

async fn organisation_becomes_client(
    app: &App,
    tx: &Tx,
    id: OrganisationId,
) -> Result<(), HandlerError> {
    let Some(mut organisation) = store::organisations::find(&**tx, id).await? else {
        return Err(HandlerError::retry("ORGANISATION_NOT_HERE_YET"));
    };
    let seen = organisation.revision;
    if organisation.become_client() {
        store::organisations::save(tx, &organisation, seen).await?;
        tx.publish(events::organisation_recorded(
            &organisation,
            app.clock.now(),
        ))
        .await?;
    }
    Ok(())
}
