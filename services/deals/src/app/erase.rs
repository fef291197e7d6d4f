//! Follows the erasure of persons.

use std::collections::BTreeSet;

use clock::Timestamp;
use ids::{DealId, LeadId, PersonId};
use messaging::{Tx, erased};

use crate::error::Error;
use crate::events;
use crate::store::erasures;

/// Takes the words out of the deals of these, and announces each that was not erased before.
pub async fn erase(
    tx: &Tx,
    persons: &BTreeSet<PersonId>,
    leads: &BTreeSet<LeadId>,
    at: Timestamp,
) -> Result<(), Error> {
    let ids = persons.iter().map(|person| person.uuid());
    let ids = ids.chain(leads.iter().map(|lead| lead.uuid())).collect();
    erased::mark(tx.connection(), proto::PERSONAL, &ids, at).await?;
    let deals = erasures::deals(tx, persons, leads).await?;
    let known = erased::of(tx.connection(), deals.iter().map(|deal| deal.uuid())).await?;
    let new = |deal: &DealId| !known.contains_key(&deal.uuid());
    let deals: BTreeSet<DealId> = deals.into_iter().filter(new).collect();
    let ids = deals.iter().map(|deal| deal.uuid()).collect();
    erased::mark(tx.connection(), proto::PERSONAL, &ids, at).await?;
    let blanked = erasures::blank(tx, &deals).await?;
    let announced = blanked.into_iter();
    let announced = announced.map(|(deal, revision)| events::deal_erased(deal, revision, at));
    tx.publish_all(announced.collect()).await?;
    Ok(())
}
