//! Follows the erasure of persons.

use std::collections::BTreeSet;

use clock::Timestamp;
use ids::{ContractId, DealId, LeadId, PersonId};
use messaging::{Tx, erased};

use crate::error::Error;
use crate::events;
use crate::store::erasures;

#[derive(Default)]
pub struct Erase {
    pub persons: BTreeSet<PersonId>,
    pub leads: BTreeSet<LeadId>,
    pub deals: BTreeSet<DealId>,
    pub at: Timestamp,
}

/// Takes the words out of the contracts of these, and announces each that was not erased before.
pub async fn erase(tx: &Tx, cmd: Erase) -> Result<(), Error> {
    let persons = cmd.persons.iter().map(|person| person.uuid());
    let leads = cmd.leads.iter().map(|lead| lead.uuid());
    let deals = cmd.deals.iter().map(|deal| deal.uuid());
    let ids = persons.chain(leads).chain(deals).collect();
    erased::mark(tx.connection(), proto::PERSONAL, &ids, cmd.at).await?;
    let found = erasures::contracts(tx, &cmd.persons, &cmd.leads, &cmd.deals).await?;
    let known = erased::of(tx.connection(), found.iter().map(|it| it.uuid())).await?;
    let new = |contract: &ContractId| !known.contains_key(&contract.uuid());
    let contracts: BTreeSet<ContractId> = found.into_iter().filter(new).collect();
    let ids = contracts.iter().map(|contract| contract.uuid()).collect();
    erased::mark(tx.connection(), proto::PERSONAL, &ids, cmd.at).await?;
    let blanked = erasures::blank(tx, &contracts).await?.into_iter();
    let announced = blanked.map(|(id, revision)| events::contract_erased(id, revision, cmd.at));
    tx.publish_all(announced.collect()).await?;
    Ok(())
}
